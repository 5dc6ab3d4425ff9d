"""The filters of the incidents list, each held against a plain reading of the incidents.

See behaviour.md#filters-of-the-incidents-list.
"""

from collections.abc import Callable
from typing import Any

import pytest

from ...calling import Caller
from ..conftest import CATEGORIES, EVERYTHING, MODES, UNKNOWN_ID, Account, Row, assigned, values

Holds = Callable[[Row], bool]
HIDDEN = {"declined", "canceled", "merged"}


@pytest.fixture
def all_incidents(account: Account) -> list[Row]:
    """Every incident there is, hidden ones included, newest first."""
    rows = account.incidents(EVERYTHING)
    assert len(rows) == 120
    return rows


class Finder:
    """Asks for incidents by filter, and reads the whole list for what should come back."""

    def __init__(self, call: Caller, rows: list[Row]) -> None:
        self._call = call
        self._rows = rows

    def check(self, query: dict[str, Any], holds: Holds) -> None:
        """The query gives exactly the incidents that `holds` is true of, and neither all nor none of them."""
        found = self._call.get("/v2/incidents", {"page_size": 250, **query})["incidents"]
        expected = [row["id"] for row in self._rows if holds(row)]

        assert [row["id"] for row in found] == expected
        assert 0 < len(expected) < len(self._rows)

    def check_alone(self, query: dict[str, Any], holds: Holds) -> None:
        """As `check`, with nothing hidden."""
        shown = {name: EVERYTHING[name] for name in EVERYTHING if name.partition("[")[0] not in str(query)}
        self.check({**shown, **query}, holds)


@pytest.fixture
def find(call: Caller, all_incidents: list[Row]) -> Finder:
    return Finder(call, all_incidents)


def category(row: Row) -> str:
    return str(row["incident_status"]["category"])


def shown_by_default(row: Row) -> bool:
    return category(row) not in HIDDEN and row["mode"] in ("standard", "retrospective")


def test_the_data_set_has_an_incident_of_every_category_and_mode(all_incidents: list[Row]) -> None:
    assert {category(row) for row in all_incidents} == set(CATEGORIES)
    assert {row["mode"] for row in all_incidents} == set(MODES)


@pytest.mark.shows("default-categories", "default-modes")
def test_without_filters_the_closed_off_categories_and_the_practice_modes_are_hidden(find: Finder) -> None:
    find.check({}, shown_by_default)


@pytest.mark.shows("filter-status")
@pytest.mark.parametrize("name", ["closed", "live", "merged", "declined"])
def test_a_status_is_found_by_its_id(find: Finder, all_incidents: list[Row], name: str) -> None:
    id_ = next(_status(row) for row in all_incidents if category(row) == name)

    find.check({"status[one_of]": id_, "mode[one_of]": MODES}, lambda row: _status(row) == id_)


@pytest.mark.shows("filter-form")
def test_several_values_of_one_filter_are_alternatives(find: Finder, account: Account) -> None:
    wanted = [account.status("Declined"), account.status("Triage")]

    find.check({"status[one_of]": wanted, "mode[one_of]": MODES}, lambda row: _status(row) in wanted)


def test_naming_a_status_outright_shows_it_though_its_category_is_hidden(
    find: Finder, account: Account
) -> None:
    canceled = account.status("Canceled")

    find.check(
        {"status[one_of]": canceled},
        lambda row: _status(row) == canceled and row["mode"] in ("standard", "retrospective"),
    )


@pytest.mark.shows("filter-status")
def test_a_status_can_be_left_out_and_the_hidden_ones_stay_hidden(find: Finder, account: Account) -> None:
    closed = account.status("Closed")

    find.check({"status[not_in]": closed}, lambda row: shown_by_default(row) and _status(row) != closed)


@pytest.mark.shows("filter-status-category")
@pytest.mark.parametrize("name", CATEGORIES)
def test_a_category_is_shown_when_it_is_asked_for(find: Finder, name: str) -> None:
    find.check({"status_category[one_of]": name, "mode[one_of]": MODES}, lambda row: category(row) == name)


@pytest.mark.shows("filter-status-category")
def test_a_category_filter_lifts_the_hiding_with_either_operator(find: Finder) -> None:
    find.check(
        {"status_category[not_in]": ["closed", "live"], "mode[one_of]": MODES},
        lambda row: category(row) not in ("closed", "live"),
    )


@pytest.mark.shows("filter-category-alias")
@pytest.mark.parametrize(("alias", "name"), [("active", "live"), ("post-incident", "learning")])
def test_the_dashboards_names_of_categories_are_understood(find: Finder, alias: str, name: str) -> None:
    find.check({"status_category[one_of]": alias}, lambda row: category(row) == name)


@pytest.mark.shows("default-modes")
@pytest.mark.parametrize("mode", MODES)
def test_a_mode_is_shown_when_it_is_asked_for(find: Finder, mode: str) -> None:
    query = {"mode[one_of]": mode, "status_category[one_of]": CATEGORIES}

    find.check(query, lambda row: bool(row["mode"] == mode))


@pytest.mark.shows("filter-severity")
@pytest.mark.parametrize(
    ("operator", "names"),
    [("one_of", ["Major"]), ("one_of", ["Minor", "Critical"]), ("not_in", ["Major"])],
)
def test_a_severity_is_found_by_its_id(
    find: Finder, account: Account, operator: str, names: list[str]
) -> None:
    ids = [account.severity(name) for name in names]

    find.check_alone(
        {f"severity[{operator}]": ids}, lambda row: (_severity(row) in ids) == (operator == "one_of")
    )


@pytest.mark.shows("filter-severity", "rank-lower-is-milder")
@pytest.mark.parametrize(
    ("operator", "name", "worse_or_equal"),
    [
        ("gte", "Major", {"Major", "Critical"}),
        ("gte", "Critical", {"Critical"}),
        ("lte", "Major", {"Minor", "Major"}),
        ("lte", "Minor", {"Minor"}),
    ],
)
def test_a_higher_rank_is_a_worse_severity(
    find: Finder, account: Account, operator: str, name: str, worse_or_equal: set[str]
) -> None:
    query = {f"severity[{operator}]": account.severity(name)}

    find.check_alone(query, lambda row: row.get("severity", {}).get("name") in worse_or_equal)


def test_severities_are_compared_by_the_ranks_they_have_now(
    find: Finder, account: Account, call: Caller
) -> None:
    for name, rank in (("Minor", 10), ("Critical", 0)):
        body = {"name": name, "description": "", "rank": rank}
        assert call("PUT", f"/v1/severities/{account.severity(name)}", body=body).status == 200

    query = {"severity[gte]": account.severity("Major")}

    find.check_alone(query, lambda row: row.get("severity", {}).get("name") in ("Major", "Minor"))


def test_both_ends_of_a_range_of_severities_hold(find: Finder, account: Account) -> None:
    major = account.severity("Major")

    find.check_alone({"severity[gte]": major, "severity[lte]": major}, lambda row: _severity(row) == major)


@pytest.mark.shows("filter-incident-type")
@pytest.mark.parametrize("operator", ["one_of", "not_in"])
def test_a_type_is_found_by_its_id(find: Finder, account: Account, operator: str) -> None:
    default = account.type("Default")

    find.check_alone(
        {f"incident_type[{operator}]": default},
        lambda row: (row.get("incident_type", {}).get("id") == default) == (operator == "one_of"),
    )


@pytest.mark.shows("filter-role")
def test_an_incident_is_found_by_who_has_a_role(
    find: Finder, account: Account, all_incidents: list[Row]
) -> None:
    leads = {lead for row in all_incidents if (lead := assigned(row)["Incident Lead"]) is not None}
    some = sorted(leads)[:2]

    find.check_alone(
        {f"incident_role[{account.role('Incident Lead')}][one_of]": some},
        lambda row: assigned(row)["Incident Lead"] in some,
    )


@pytest.mark.shows("filter-role")
@pytest.mark.parametrize(
    ("operator", "value", "blank"),
    [
        ("is_blank", "true", True),
        ("is_blank", "false", False),
        ("is_set", "true", False),
        ("is_set", "false", True),
    ],
)
def test_a_role_can_be_asked_for_unassigned(
    find: Finder, account: Account, operator: str, value: str, blank: bool
) -> None:
    query = {f"incident_role[{account.role('Incident Lead')}][{operator}]": value}

    find.check_alone(query, lambda row: (assigned(row)["Incident Lead"] is None) == blank)


def test_roles_of_several_kinds_must_all_fit(
    find: Finder, account: Account, all_incidents: list[Row]
) -> None:
    example = next(row for row in all_incidents if all(assigned(row).values()))
    wanted = {name: assigned(example)[name] for name in ("Incident Lead", "Reporter")}

    find.check_alone(
        {f"incident_role[{account.role(name)}][one_of]": user for name, user in wanted.items()},
        lambda row: all(assigned(row)[name] == user for name, user in wanted.items()),
    )


@pytest.mark.shows("filter-custom-field", "filter-form")
@pytest.mark.parametrize("operator", ["one_of", "not_in"])
@pytest.mark.parametrize("field_type", ["multi_select", "single_select"])
def test_a_select_field_is_asked_for_its_options(
    find: Finder, account: Account, all_incidents: list[Row], field_type: str, operator: str
) -> None:
    field = account.field(field_type)
    used = [each["value_option"]["id"] for row in all_incidents for each in values(row, field)]
    some = sorted(set(used))[:2]

    def has(row: Row) -> bool:
        return any(each["value_option"]["id"] in some for each in values(row, field))

    find.check_alone(
        {f"custom_field[{field}][{operator}]": some}, lambda row: has(row) == (operator == "one_of")
    )


@pytest.mark.shows("filter-custom-field-catalog")
@pytest.mark.parametrize("name", ["id", "external_id", "aliases"])
def test_a_catalog_field_is_asked_by_id_external_id_or_alias(
    find: Finder, account: Account, all_incidents: list[Row], name: str
) -> None:
    field = account.field("multi_select", catalog=True)
    entry = next(
        each["value_catalog_entry"]
        for row in all_incidents
        for each in values(row, field)
        if each["value_catalog_entry"].get(name)
    )
    wanted = entry[name][0] if name == "aliases" else entry[name]

    find.check_alone(
        {f"custom_field[{field}][one_of]": wanted},
        lambda row: any(each["value_catalog_entry"]["id"] == entry["id"] for each in values(row, field)),
    )


@pytest.mark.parametrize("field_type", ["text", "link", "numeric"])
@pytest.mark.parametrize("operator", ["one_of", "not_in"])
def test_any_other_field_is_asked_for_its_very_value(
    find: Finder, account: Account, field_type: str, operator: str, all_incidents: list[Row]
) -> None:
    field, kind = account.field(field_type), f"value_{field_type}"
    wanted = next(each[kind] for row in all_incidents for each in values(row, field))

    def has(row: Row) -> bool:
        return any(each[kind] == wanted for each in values(row, field))

    find.check_alone(
        {f"custom_field[{field}][{operator}]": wanted}, lambda row: has(row) == (operator == "one_of")
    )


@pytest.mark.parametrize("operator", ["gte", "lte"])
def test_a_numeric_field_can_be_compared(
    find: Finder, account: Account, all_incidents: list[Row], operator: str
) -> None:
    field = account.field("numeric")
    numbers = sorted(float(each["value_numeric"]) for row in all_incidents for each in values(row, field))
    limit = numbers[len(numbers) // 2]

    def holds(row: Row) -> bool:
        number = [float(each["value_numeric"]) for each in values(row, field)]
        return bool(number) and (number[0] >= limit if operator == "gte" else number[0] <= limit)

    find.check_alone({f"custom_field[{field}][{operator}]": f"{limit:.2f}"}, holds)


@pytest.mark.parametrize("field_type", ["multi_select", "text", "numeric"])
@pytest.mark.parametrize(("operator", "blank"), [("is_blank", True), ("is_set", False)])
def test_a_field_can_be_asked_for_unset(
    find: Finder, account: Account, field_type: str, operator: str, blank: bool
) -> None:
    field = account.field(field_type)

    find.check_alone(
        {f"custom_field[{field}][{operator}]": "true"}, lambda row: bool(values(row, field)) != blank
    )


@pytest.mark.shows("filter-mode")
def test_filters_all_hold_together_by_default(find: Finder, account: Account) -> None:
    major, default = account.severity("Major"), account.type("Default")
    query = {"severity[one_of]": major, "incident_type[one_of]": default}

    def holds(row: Row) -> bool:
        return _severity(row) == major and row["incident_type"]["id"] == default and shown_by_default(row)

    find.check(query, holds)
    find.check({**query, "filter_mode": "all"}, holds)


@pytest.mark.shows("filter-mode")
def test_any_filter_is_enough_in_mode_any_and_the_hidden_stay_hidden(find: Finder, account: Account) -> None:
    critical, security = account.severity("Critical"), account.type("Security")

    find.check(
        {"severity[one_of]": critical, "incident_type[one_of]": security, "filter_mode": "any"},
        lambda row: (
            shown_by_default(row) and (_severity(row) == critical or row["incident_type"]["id"] == security)
        ),
    )


def test_operators_of_one_filter_count_one_by_one_in_mode_any(find: Finder, account: Account) -> None:
    minor, major = account.severity("Minor"), account.severity("Major")

    find.check(
        {"severity[one_of]": minor, "severity[not_in]": major, "filter_mode": "any"},
        lambda row: shown_by_default(row) and _severity(row) != major,
    )


def test_mode_any_without_filters_shows_what_is_shown_by_default(find: Finder) -> None:
    find.check({"filter_mode": "any"}, shown_by_default)


def test_another_filter_mode_is_a_422(call: Caller) -> None:
    answer = call("GET", "/v2/incidents", {"filter_mode": "some"})

    assert (answer.status, answer.error["source"]["field"]) == (422, "filter_mode")


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("status[is]={}", "status"),
        ("status[gte]={}", "status"),
        ("status_category[like]=live", "status_category"),
        ("mode[not_in]=test", "mode"),
        ("severity[gt]={}", "severity"),
        ("incident_type[eq]={}", "incident_type"),
        ("created_at[one_of]=2026-01-01", "created_at"),
        ("updated_at[before]=2026-01-01", "updated_at"),
        ("incident_role[{}][not_in]={}", "incident_role[{}]"),
        ("custom_field[{}][like]={}", "custom_field[{}]"),
        ("custom_field[{}][gte]=1", "custom_field[{}]"),
    ],
)
def test_an_operator_that_the_filter_does_not_have_is_a_422(call: Caller, query: str, name: str) -> None:
    answer = call("GET", "/v2/incidents", query.replace("{}", UNKNOWN_ID))

    assert (answer.status, answer.error["code"]) == (422, "invalid_value")
    assert answer.error["source"]["field"] == name.replace("{}", UNKNOWN_ID)
    assert "it takes" in answer.error["message"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("status_category[one_of]=open", "status_category"),
        ("status_category[one_of]=", "status_category"),
        ("mode[one_of]=real", "mode"),
        ("incident_role[x][is_blank]=yes", "incident_role[x]"),
        ("custom_field[x][is_set]=1", "custom_field[x]"),
    ],
)
def test_a_value_that_the_filter_does_not_know_is_a_422(call: Caller, query: str, field: str) -> None:
    answer = call("GET", "/v2/incidents", query)

    assert (answer.status, answer.error["source"]["field"]) == (422, field)


@pytest.mark.parametrize("value", ["many", "", "NaN", "inf", "1,5"])
def test_a_numeric_field_is_compared_with_numbers_only(call: Caller, account: Account, value: str) -> None:
    query = {f"custom_field[{account.field('numeric')}][gte]": value}

    assert call("GET", "/v2/incidents", query).status == 422


@pytest.mark.shows("filter-wrong-syntax-ignored")
@pytest.mark.parametrize(
    "query",
    [
        "severity={severity}",
        "severity[]={severity}",
        "one_of={severity}",
        "severity.one_of={severity}",
        "severity[one_of={severity}",
        "severity[one_of]x={severity}",
        "severity[one_of][0]={severity}",
        "severity[a][one_of]={severity}",
        "severity_id[one_of]={severity}",
        "severity=%7B%27one_of%27%3A+%5B%27{severity}%27%5D%7D",
        "incident_role[one_of]={user}",
        "incident_role={user}",
        "custom_field={user}",
        "custom_field[one_of]={user}",
        "Severity[one_of]={severity}",
        "created_at=2026-01-01",
        "page_size[x]=5",
        "name=x",
    ],
)
def test_a_filter_in_the_wrong_syntax_is_ignored_and_a_note_says_so(
    call: Caller, account: Account, query: str
) -> None:
    written = query.format(severity=account.severity("Minor"), user=account.users()[0]["id"])

    answer = call("GET", "/v2/incidents", written)

    assert answer.body == call.get("/v2/incidents")
    assert "ignored" in answer.note
    assert query.replace("%", "=").partition("=")[0].partition("[")[0].partition(".")[0] in answer.note


def test_the_note_shows_how_the_filter_is_written(call: Caller) -> None:
    assert call("GET", "/v2/incidents", "status=x").note == (
        "status: filter ignored, it is written status[operator]=value"
    )
    assert call("GET", "/v2/incidents", "custom_field=x").note == (
        "custom_field: filter ignored, it is written custom_field[ID][operator]=value"
    )


def test_the_right_filters_beside_a_wrong_one_still_count(find: Finder) -> None:
    find.check({"status_category[one_of]": "live", "severity": "x"}, lambda row: category(row) == "live")


@pytest.mark.parametrize("name", ["status", "severity", "incident_type"])
def test_an_id_that_nothing_has_matches_nothing_and_a_note_says_so(
    call: Caller, account: Account, name: str
) -> None:
    only = call("GET", "/v2/incidents", {f"{name}[one_of]": UNKNOWN_ID})
    all_but = call("GET", "/v2/incidents", {f"{name}[not_in]": UNKNOWN_ID})

    assert only.body["incidents"] == []
    assert only.note == all_but.note == f"{name}: nothing has the id {UNKNOWN_ID}"
    assert all_but.body == call.get("/v2/incidents")


@pytest.mark.parametrize("operator", ["gte", "lte"])
def test_no_incident_is_at_least_or_at_most_as_bad_as_an_unknown_severity(
    call: Caller, operator: str
) -> None:
    answer = call("GET", "/v2/incidents", {f"severity[{operator}]": UNKNOWN_ID})

    assert answer.body["incidents"] == []
    assert UNKNOWN_ID in answer.note


@pytest.mark.parametrize("name", ["incident_role", "custom_field"])
def test_a_role_or_field_that_nothing_has_is_blank_everywhere(call: Caller, name: str) -> None:
    blank = call("GET", "/v2/incidents", {f"{name}[{UNKNOWN_ID}][is_blank]": "true"})
    held = call("GET", "/v2/incidents", {f"{name}[{UNKNOWN_ID}][one_of]": "x"})

    assert blank.body == call.get("/v2/incidents")
    assert held.body["incidents"] == []
    assert f"{name}[{UNKNOWN_ID}]: no such" in blank.note


def test_a_note_warns_of_is_set(call: Caller, account: Account) -> None:
    answer = call("GET", "/v2/incidents", {f"incident_role[{account.role('Reporter')}][is_set]": "true"})

    assert "is_blank is safe" in answer.note


def test_no_note_comes_with_what_was_understood(call: Caller, account: Account) -> None:
    query = {**EVERYTHING, "severity[gte]": account.severity("Minor"), "filter_mode": "any"}

    assert call("GET", "/v2/incidents", query).headers.keys() == {"content-type"}


def test_a_note_is_one_short_line_of_ascii_whatever_was_sent(call: Caller) -> None:
    note = call("GET", "/v2/incidents", [("\r\nset-cookie: ü" + "x" * 5000, "1")]).note

    assert note.isascii()
    assert note.isprintable()
    assert len(note) < 4000


def test_a_note_goes_to_the_log_as_well(call: Caller, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO", "incident_double"):
        call("GET", "/v2/incidents", "status=x")

    assert caplog.messages == [
        "GET /v2/incidents: status: filter ignored, it is written status[operator]=value"
    ]


def _status(row: Row) -> str:
    return str(row["incident_status"]["id"])


def _severity(row: Row) -> str | None:
    severity = row.get("severity")
    return None if severity is None else str(severity["id"])
