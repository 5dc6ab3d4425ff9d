"""`POST /v2/incidents/{id}/actions/edit` (behaviour.md#editing-an-incident)."""

from typing import Any

import pytest

from ...calling import Caller, StoppedClock
from ..conftest import UNKNOWN_ID, Account, Row, assigned, moments, values

MOVED = ("updated_at", "last_activity_at")


@pytest.fixture
def incident(account: Account, clock: StoppedClock) -> Row:
    """A live incident, declared an hour ago."""
    row = account.declare_live(name="Ferry late", summary="By an hour")
    clock.advance(hours=1)
    return row


def without(row: Row, *names: str) -> Row:
    return {name: value for name, value in row.items() if name not in names}


@pytest.mark.shows("edit-body", "post-200")
def test_the_answer_is_the_whole_incident_as_it_is_shown_and_listed_from_now_on(
    account: Account, incident: Row
) -> None:
    edited = account.edit(incident["id"], name="Ferry sunk")

    assert account.incident(incident["id"]) == edited
    assert account.incidents({"page_size": 1}) == [edited]


@pytest.mark.shows("edit-is-a-patch", "edit-call-and-channel")
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", "Ferry sunk"),
        ("summary", "With everyone safe"),
        ("call_url", "https://meet.example/1"),
    ],
)
def test_a_text_is_changed_and_nothing_else(account: Account, incident: Row, name: str, value: str) -> None:
    edited = account.edit(incident["id"], **{name: value})

    assert edited[name] == value
    assert without(edited, name, *MOVED) == without(incident, name, *MOVED)


def test_an_edit_moves_updated_at_and_last_activity_at(account: Account, incident: Row) -> None:
    edited = account.edit(incident["id"], name="Ferry sunk")

    assert {edited[name] for name in MOVED} == {"2026-06-01T10:00:00Z"}
    assert edited["created_at"] == "2026-06-01T09:00:00Z"


@pytest.mark.parametrize(
    "properties",
    [
        {},
        {"name": "Ferry late"},
        {"name": "Ferry late", "summary": "By an hour"},
        {"custom_field_entries": [], "incident_role_assignments": [], "incident_timestamp_values": []},
    ],
)
def test_an_edit_that_changes_nothing_moves_nothing(
    account: Account, incident: Row, properties: dict[str, Any]
) -> None:
    assert account.edit(incident["id"], **properties) == incident
    assert len(account.updates(incident["id"])) == 1


@pytest.mark.parametrize("name", ["summary", "call_url"])
def test_an_empty_text_takes_the_property_away(account: Account, incident: Row, name: str) -> None:
    account.edit(incident["id"], **{name: "something"})

    assert name not in account.edit(incident["id"], **{name: ""})


@pytest.mark.parametrize("name", ["", "   "])
def test_a_blank_name_is_a_422(account: Account, incident: Row, name: str) -> None:
    answer = account.try_to_edit(incident["id"], name=name)

    assert (answer.status, answer.error["code"]) == (422, "is_required")
    assert answer.error["source"]["field"] == "incident.name"


@pytest.mark.shows("edit-call-and-channel")
def test_the_channel_can_be_renamed(account: Account, incident: Row) -> None:
    edited = account.edit(incident["id"], slack_channel_name_override="Ferry & Co")

    assert edited["slack_channel_name"] == "ferry-co"
    assert without(edited, "slack_channel_name", *MOVED) == without(incident, "slack_channel_name", *MOVED)


def test_the_channel_keeps_its_name_when_the_incident_is_renamed(account: Account, incident: Row) -> None:
    assert account.edit(incident["id"], name="New")["slack_channel_name"] == incident["slack_channel_name"]


@pytest.mark.shows("edit-by-number")
def test_an_incident_is_edited_by_its_number_too(account: Account, incident: Row) -> None:
    edited = account.edit(incident["reference"].removeprefix("INC-"), name="Ferry sunk")

    assert edited == account.incident(incident["id"])
    assert edited["name"] == "Ferry sunk"


@pytest.mark.parametrize("id_", [UNKNOWN_ID, "INC-121", "9999"])
def test_an_unknown_incident_is_a_404(account: Account, incident: Row, id_: str) -> None:
    assert account.try_to_edit(id_, name="x").error["code"] == "resource_not_found"


@pytest.mark.shows("edit-body")
@pytest.mark.parametrize("missing", ["incident", "notify_incident_channel"])
def test_both_parts_of_the_body_are_required(call: Caller, incident: Row, missing: str) -> None:
    body = without({"incident": {}, "notify_incident_channel": True}, missing)
    answer = call("POST", f"/v2/incidents/{incident['id']}/actions/edit", body=body)

    assert (answer.status, answer.error["source"]["field"]) == (422, missing)


@pytest.mark.shows("edit-unknown-properties", "visibility-fixed")
@pytest.mark.parametrize(
    "properties",
    [
        {"mode": "test"},
        {"visibility": "private"},
        {"incident_type_id": UNKNOWN_ID},
        {"reference": "INC-1"},
        {"created_at": "2020-01-01T00:00:00Z"},
    ],
)
def test_what_can_not_be_edited_is_accepted_and_ignored_and_a_note_says_so(
    account: Account, incident: Row, properties: dict[str, Any]
) -> None:
    answer = account.try_to_edit(incident["id"], **properties)

    assert answer.body == {"incident": incident}
    assert answer.note == f"incident.{next(iter(properties))}: can't be edited, ignored"


def test_an_edit_keeps_the_place_in_the_list(account: Account, incident: Row) -> None:
    newer = account.declare()
    account.edit(incident["id"], name="Ferry sunk")

    assert [row["id"] for row in account.incidents({"page_size": 2})] == [newer["id"], incident["id"]]


def test_an_edited_incident_is_found_by_what_it_has_become_and_by_nothing_else(
    account: Account, incident: Row
) -> None:
    field, user = account.field("multi_select"), account.users()[0]["id"]
    option = account.options(field)[0]["id"]
    minor, fixing, lead = account.severity("Minor"), account.status("Fixing"), account.role("Incident Lead")
    account.edit(
        incident["id"],
        severity_id=minor,
        incident_status_id=fixing,
        custom_field_entries=[{"custom_field_id": field, "values": [{"value_option_id": option}]}],
        incident_role_assignments=[{"incident_role_id": lead, "assignee": {"id": user}}],
    )

    def finds(**query: str) -> bool:
        rows = account.incidents({**query, "page_size": 250})
        return incident["id"] in [row["id"] for row in rows]

    assert finds(**{"severity[one_of]": minor})
    assert finds(**{"status[one_of]": fixing})
    assert finds(**{f"custom_field[{field}][one_of]": option})
    assert finds(**{f"incident_role[{lead}][one_of]": user})
    assert not finds(**{"severity[one_of]": account.severity("Major")})
    assert not finds(**{"status[one_of]": account.status("Investigating")})
    assert not finds(**{f"custom_field[{field}][is_blank]": "true"})
    assert not finds(**{f"incident_role[{lead}][is_blank]": "true"})


@pytest.mark.parametrize(
    ("field_type", "given", "former", "present"),
    [
        ("text", "value_text", "before", "after"),
        ("link", "value_link", "https://before.example", "https://after.example"),
        ("numeric", "value_numeric", "-5", "7000.5"),
    ],
)
def test_a_value_that_was_replaced_or_cleared_finds_nothing_any_more(
    account: Account, incident: Row, field_type: str, given: str, former: str, present: str
) -> None:
    field = account.field(field_type)

    def found(operator: str, value: str) -> bool:
        rows = account.incidents({f"custom_field[{field}][{operator}]": value, "page_size": 250})
        return incident["id"] in [row["id"] for row in rows]

    for text, has in [(former, [True, False]), (present, [False, True]), ("", [False, False])]:
        entry = {"custom_field_id": field, "values": [{given: text}]}
        account.edit(incident["id"], custom_field_entries=[entry])
        assert [found("one_of", former), found("one_of", present)] == has
        assert found("is_blank", "true") == (text == "")
        if field_type == "numeric":
            assert [found("lte", "-4.5"), found("gte", "7000.25")] == has


class TestRoles:
    """Assignments act role by role."""

    @pytest.mark.shows("assignee-forms")
    @pytest.mark.parametrize("by", ["id", "email", "slack_user_id"])
    def test_a_role_is_assigned_by_any_name_of_a_user(self, account: Account, incident: Row, by: str) -> None:
        user = next(user for user in account.users() if by in user)
        edited = self._assign(account, incident, "Incident Lead", {by: user[by]})

        assert assigned(edited)["Incident Lead"] == user["id"]

    def test_the_case_of_an_email_address_does_not_matter(self, account: Account, incident: Row) -> None:
        user = account.users()[0]
        edited = self._assign(account, incident, "Scribe", {"email": user["email"].upper()})

        assert assigned(edited)["Scribe"] == user["id"]

    def test_the_other_roles_stay_as_they_are(self, account: Account, incident: Row) -> None:
        first, second = (user["id"] for user in account.users()[:2])
        self._assign(account, incident, "Incident Lead", {"id": first})
        edited = self._assign(account, incident, "Scribe", {"id": second})

        assert assigned(edited) == {"Incident Lead": first, "Reporter": None, "Scribe": second}

    def test_a_role_has_one_holder(self, account: Account, incident: Row) -> None:
        first, second = (user["id"] for user in account.users()[:2])
        self._assign(account, incident, "Incident Lead", {"id": first})
        edited = self._assign(account, incident, "Incident Lead", {"id": second})

        assert assigned(edited)["Incident Lead"] == second

    @pytest.mark.shows("edit-unassigns-role")
    @pytest.mark.parametrize(("role", "stays"), [("Incident Lead", True), ("Scribe", False)])
    def test_an_assignment_without_an_assignee_unassigns(
        self, account: Account, incident: Row, role: str, stays: bool
    ) -> None:
        self._assign(account, incident, role, {"id": account.users()[0]["id"]})
        edited = self._assign(account, incident, role, None)

        assert assigned(edited).get(role, "gone") == (None if stays else "gone")
        assert without(edited, *MOVED) == without(incident, *MOVED)

    @pytest.mark.shows("reporter-only-at-creation")
    def test_the_reporter_can_not_be_chosen_any_more(self, account: Account, incident: Row) -> None:
        assignment = {
            "incident_role_id": account.role("Reporter"),
            "assignee": {"id": account.users()[0]["id"]},
        }
        answer = account.try_to_edit(incident["id"], incident_role_assignments=[assignment])

        assert answer.status == 422
        assert answer.error["source"]["field"] == "incident.incident_role_assignments.0.incident_role_id"

    @pytest.mark.parametrize(
        ("reference", "place"),
        [
            ({}, ".assignee"),
            ({"id": UNKNOWN_ID}, ".assignee"),
            ({"email": "nobody@nowhere.example"}, ".assignee"),
            ({"id": "{id}", "email": "nobody@nowhere.example"}, ".assignee"),
        ],
    )
    def test_nobody_is_a_422(
        self, account: Account, incident: Row, reference: dict[str, str], place: str
    ) -> None:
        reference = {
            name: value.replace("{id}", account.users()[0]["id"]) for name, value in reference.items()
        }
        assignment = {"incident_role_id": account.role("Scribe"), "assignee": reference}
        answer = account.try_to_edit(incident["id"], incident_role_assignments=[assignment])

        assert answer.status == 422
        assert answer.error["source"]["field"] == f"incident.incident_role_assignments.0{place}"

    @staticmethod
    def _assign(account: Account, incident: Row, role: str, assignee: dict[str, str] | None) -> Row:
        assignment: dict[str, Any] = {"incident_role_id": account.role(role)}
        if assignee is not None:
            assignment["assignee"] = assignee
        return account.edit(incident["id"], incident_role_assignments=[assignment])


class TestCustomFields:
    """Entries act field by field; how a value is given depends on the type of the field."""

    @pytest.mark.shows("custom-field-values")
    @pytest.mark.parametrize("field_type", ["single_select", "multi_select"])
    def test_a_select_field_takes_an_option(self, account: Account, incident: Row, field_type: str) -> None:
        field = account.field(field_type)
        option = account.options(field)[2]
        edited = self._set(account, incident, field, {"value_option_id": option["id"]})

        assert values(edited, field) == [{"value_option": option}]

    def test_a_multi_select_field_takes_several(self, account: Account, incident: Row) -> None:
        field = account.field("multi_select")
        options = account.options(field)[:3]
        edited = self._set(account, incident, field, *({"value_option_id": each["id"]} for each in options))

        assert values(edited, field) == [{"value_option": each} for each in options]

    def test_the_same_value_twice_counts_once(self, account: Account, incident: Row) -> None:
        field = account.field("multi_select")
        option = account.options(field)[0]
        edited = self._set(account, incident, field, *[{"value_option_id": option["id"]}] * 2)

        assert values(edited, field) == [{"value_option": option}]

    @pytest.mark.shows("custom-field-values")
    @pytest.mark.parametrize("name", ["id", "external_id", "aliases"])
    def test_a_catalog_field_takes_an_entry_by_id_external_id_or_alias(
        self, account: Account, incident: Row, name: str
    ) -> None:
        field = account.field("multi_select", catalog=True)
        entry = next(
            value["value_catalog_entry"]
            for row in account.incidents({"page_size": 250})
            for value in values(row, field)
            if value["value_catalog_entry"].get(name)
        )
        given = entry[name][0] if name == "aliases" else entry[name]
        edited = self._set(account, incident, field, {"value_catalog_entry_id": given})

        assert values(edited, field) == [{"value_catalog_entry": entry}]

    @pytest.mark.shows("custom-field-values")
    @pytest.mark.parametrize(
        ("field_type", "value"),
        [
            ("text", "anything\n at all"),
            ("link", "https://example.com/?q=1"),
            ("numeric", "0"),
            ("numeric", "-12.50"),
            ("numeric", "123456789012345678901234567890"),
        ],
    )
    def test_any_other_field_takes_its_value_as_a_string(
        self, account: Account, incident: Row, field_type: str, value: str
    ) -> None:
        field, kind = account.field(field_type), f"value_{field_type}"

        assert values(self._set(account, incident, field, {kind: value}), field) == [{kind: value}]

    @pytest.mark.shows("edit-arrays-by-id")
    def test_the_other_fields_stay_as_they_are(self, account: Account, incident: Row) -> None:
        text, link = account.field("text"), account.field("link")
        self._set(account, incident, text, {"value_text": "kept"})
        edited = self._set(account, incident, link, {"value_link": "https://example.com"})

        assert values(edited, text) == [{"value_text": "kept"}]
        assert [entry["custom_field"] for entry in edited["custom_field_entries"]] == [
            entry["custom_field"] for entry in incident["custom_field_entries"]
        ]

    def test_values_replace_the_ones_before(self, account: Account, incident: Row) -> None:
        field = account.field("multi_select")
        first, second = account.options(field)[:2]
        self._set(account, incident, field, {"value_option_id": first["id"]})
        edited = self._set(account, incident, field, {"value_option_id": second["id"]})

        assert values(edited, field) == [{"value_option": second}]

    @pytest.mark.shows("edit-clears-custom-field")
    @pytest.mark.parametrize("empty", [[], [{"value_text": ""}]])
    def test_no_values_clear_the_field(self, account: Account, incident: Row, empty: list[Row]) -> None:
        field = account.field("text")
        self._set(account, incident, field, {"value_text": "kept"})
        edited = self._set(account, incident, field, *empty)

        assert values(edited, field) == []
        assert without(edited, *MOVED) == without(incident, *MOVED)

    @pytest.mark.parametrize("field_type", ["single_select", "text", "link", "numeric"])
    def test_a_field_for_one_value_takes_no_two(
        self, account: Account, incident: Row, field_type: str
    ) -> None:
        field = account.field(field_type)
        if field_type == "single_select":
            given = [{"value_option_id": option["id"]} for option in account.options(field)[:2]]
        else:
            given = [{f"value_{field_type}": "1"}, {f"value_{field_type}": "2"}]

        assert self._refused(account, incident, field, *given) == "values"

    @pytest.mark.shows("custom-field-value-mismatch")
    @pytest.mark.parametrize(
        ("field_type", "value"),
        [
            ("numeric", {"value_text": "5"}),
            ("numeric", {"value_numeric": "5", "value_text": "5"}),
            ("text", {"value_link": "https://example.com"}),
            ("link", {"value_option_id": UNKNOWN_ID}),
            ("single_select", {"value_text": "Unknown"}),
            ("single_select", {"value_catalog_entry_id": UNKNOWN_ID}),
            ("text", {}),
            ("text", {"value_timestamp": "2026-06-01T00:00:00Z"}),
        ],
    )
    def test_a_value_of_another_kind_is_a_422(
        self, account: Account, incident: Row, field_type: str, value: dict[str, str]
    ) -> None:
        assert self._refused(account, incident, account.field(field_type), value) == "values.0"

    @pytest.mark.parametrize("number", ["many", "1,5", "1e3", "+1", " 1", "NaN", "1.", ".5", "\u0661"])
    def test_a_number_is_written_in_plain_decimals(
        self, account: Account, incident: Row, number: str
    ) -> None:
        refused = self._refused(account, incident, account.field("numeric"), {"value_numeric": number})

        assert refused == "values.0.value_numeric"

    def test_an_option_of_another_field_is_a_422(self, account: Account, incident: Row) -> None:
        other = account.options(account.field("single_select"))[0]["id"]
        refused = self._refused(account, incident, account.field("multi_select"), {"value_option_id": other})

        assert refused == "values.0.value_option_id"

    def test_an_unknown_catalog_entry_is_a_422(self, account: Account, incident: Row) -> None:
        field = account.field("multi_select", catalog=True)
        refused = self._refused(account, incident, field, {"value_catalog_entry_id": "nothing/at-all"})

        assert refused == "values.0.value_catalog_entry_id"

    @staticmethod
    def _set(account: Account, incident: Row, field: str, *given: Row) -> Row:
        entry = {"custom_field_id": field, "values": list(given)}
        return account.edit(incident["id"], custom_field_entries=[entry])

    @staticmethod
    def _refused(account: Account, incident: Row, field: str, *given: Row) -> str:
        """The place in the entry that the answer blames."""
        entry = {"custom_field_id": field, "values": list(given)}
        answer = account.try_to_edit(incident["id"], custom_field_entries=[entry])
        assert (answer.status, answer.error["code"]) == (422, "invalid_value")
        assert account.incident(incident["id"]) == incident
        return str(answer.error["source"]["field"]).removeprefix("incident.custom_field_entries.0.")


class TestTimestamps:
    """Values act timestamp by timestamp, and the durations follow."""

    def test_a_timestamp_is_set_and_the_others_stay(self, account: Account, incident: Row) -> None:
        edited = self._set(account, incident, "Impact started at", "2026-06-01T08:00:00Z")

        assert moments(edited) == {**moments(incident), "Impact started at": "2026-06-01T08:00:00Z"}
        assert [value["incident_timestamp"] for value in edited["incident_timestamp_values"]] == [
            value["incident_timestamp"] for value in incident["incident_timestamp_values"]
        ]

    @pytest.mark.shows("edit-clears-timestamp")
    def test_a_timestamp_without_a_value_is_cleared(self, account: Account, incident: Row) -> None:
        edited = self._set(account, incident, "Accepted at", None)

        assert "Accepted at" in moments(incident)
        assert "Accepted at" not in moments(edited)

    def test_the_durations_follow_at_once(self, account: Account, incident: Row) -> None:
        def seconds(row: Row) -> int | None:
            found = (each for each in row["duration_metrics"] if each["status"] == "success")
            return next(
                (
                    int(each["value_seconds"])
                    for each in found
                    if each["duration_metric"]["name"] == "Time to accept"
                ),
                None,
            )

        assert seconds(self._set(account, incident, "Accepted at", "2026-06-01T09:01:30.9Z")) == 90
        assert seconds(self._set(account, incident, "Accepted at", "2026-06-01T08:00:00Z")) is None
        assert seconds(self._set(account, incident, "Accepted at", None)) is None

    @staticmethod
    def _set(account: Account, incident: Row, name: str, moment: str | None) -> Row:
        value: dict[str, Any] = {"incident_timestamp_id": account.timestamp(name)}
        if moment is not None:
            value["value"] = moment
        return account.edit(incident["id"], incident_timestamp_values=[value])


@pytest.mark.parametrize(
    ("properties", "field"),
    [
        ({"severity_id": UNKNOWN_ID}, "severity_id"),
        ({"severity_id": ""}, "severity_id"),
        ({"incident_status_id": UNKNOWN_ID}, "incident_status_id"),
        (
            {"custom_field_entries": [{"custom_field_id": UNKNOWN_ID, "values": []}]},
            "custom_field_entries.0.custom_field_id",
        ),
        (
            {"incident_role_assignments": [{"incident_role_id": UNKNOWN_ID}]},
            "incident_role_assignments.0.incident_role_id",
        ),
        (
            {"incident_timestamp_values": [{"incident_timestamp_id": UNKNOWN_ID}]},
            "incident_timestamp_values.0.incident_timestamp_id",
        ),
    ],
)
def test_a_reference_to_nothing_is_a_422_for_its_place(
    account: Account, incident: Row, properties: dict[str, Any], field: str
) -> None:
    answer = account.try_to_edit(incident["id"], **properties)

    assert (answer.status, answer.error["code"]) == (422, "invalid_value")
    assert answer.error["source"]["field"] == f"incident.{field}"
