"""`created_at` and `updated_at` of the incidents list: whole days, and nothing but days (behaviour.md#filter-dates)."""

import pytest

from ...calling import Caller, StoppedClock
from ..conftest import Account

MOMENTS = {
    "eve": "2026-07-09T23:59:59.999+00:00",
    "first": "2026-07-10T00:00:00+00:00",
    "noon": "2026-07-10T12:00:00.5+00:00",
    "last": "2026-07-10T23:59:59.999+00:00",
    "next": "2026-07-11T00:00:00+00:00",
}


@pytest.fixture
def names(account: Account, clock: StoppedClock) -> set[str]:
    """Incidents around the 10th of July, declared in no order."""
    for name in ("noon", "next", "eve", "last", "first"):
        clock.set(MOMENTS[name])
        account.declare(name=name)
    return set(MOMENTS)


CASES = [
    ("gte", "2026-07-10", {"first", "noon", "last", "next"}),
    ("gte", "2026-07-11", {"next"}),
    ("lte", "2026-07-10", {"eve", "first", "noon", "last"}),
    ("lte", "2026-07-09", {"eve"}),
    ("date_range", "2026-07-10~2026-07-10", {"first", "noon", "last"}),
    ("date_range", "2026-07-09~2026-07-10", {"eve", "first", "noon", "last"}),
    ("date_range", "2026-07-11~2026-07-10", set()),
    ("date_range", "2026-07-12~2026-07-13", set()),
    ("gte", "9999-12-31", set()),
    ("lte", "0001-01-01", set()),
]


@pytest.mark.shows("filter-date-range-whole-days")
@pytest.mark.parametrize("field", ["created_at", "updated_at"])
@pytest.mark.parametrize(("operator", "value", "expected"), CASES)
def test_both_ends_are_whole_days(
    account: Account, names: set[str], field: str, operator: str, value: str, expected: set[str]
) -> None:
    found = {row["name"] for row in account.incidents({f"{field}[{operator}]": value, "page_size": 250})}

    assert found & names == expected
    if operator != "lte":
        assert found <= names


def test_incidents_that_were_declared_in_any_order_are_listed_by_creation(
    account: Account, names: set[str]
) -> None:
    found = account.incidents({"created_at[gte]": "2026-07-09"})

    assert [row["name"] for row in found] == ["next", "last", "noon", "first", "eve"]


def test_an_edit_moves_an_incident_to_another_day(
    account: Account, names: set[str], clock: StoppedClock
) -> None:
    (eve,) = account.incidents({"created_at[date_range]": "2026-07-09~2026-07-09"})
    clock.set("2026-07-20T08:00:00+00:00")
    account.edit(eve["id"], summary="Seen to")

    assert [row["name"] for row in account.incidents({"updated_at[gte]": "2026-07-12"})] == ["eve"]
    assert account.incidents({"updated_at[date_range]": "2026-07-09~2026-07-09"}) == []
    assert [
        row["name"] for row in account.incidents({"created_at[date_range]": "2026-07-09~2026-07-09"})
    ] == ["eve"]


def test_two_values_are_alternatives(account: Account, names: set[str]) -> None:
    query = {"created_at[date_range]": ["2026-07-09~2026-07-09", "2026-07-11~2026-07-11"]}

    assert {row["name"] for row in account.incidents(query)} == {"eve", "next"}


def test_either_date_is_enough_in_mode_any(account: Account, names: set[str], clock: StoppedClock) -> None:
    (noon,) = account.incidents({"created_at[date_range]": "2026-07-10~2026-07-10", "page_size": 250})[1:2]
    clock.set("2026-07-20T08:00:00+00:00")
    account.edit(noon["id"], summary="Seen to")
    query = {"created_at[gte]": "2026-07-11", "updated_at[gte]": "2026-07-11", "filter_mode": "any"}

    assert {row["name"] for row in account.incidents(query)} == {"next", noon["name"]}


@pytest.mark.shows("date-filter-timestamp", "date-filter-names-date-range", "filter-dates")
@pytest.mark.parametrize("field", ["created_at", "updated_at"])
@pytest.mark.parametrize("operator", ["gte", "lte", "date_range"])
@pytest.mark.parametrize(
    "value",
    [
        "2026-07-10T00:00:00Z",
        "2026-07-10T00:00:00Z~2026-07-11T00:00:00Z",
        "2026-7-1",
        "10/07/2026",
        "2026-02-29",
        "2026-13-01",
        "2026-00-10",
        "20260710",
        " 2026-07-10",
        "today",
        "",
        "~",
        "2026-07-10~",
        "~2026-07-10",
        "2026-07-10~2026-07-11~2026-07-12",
        "2026-07-1\u0660",
    ],
)
def test_anything_but_a_date_is_a_422_that_names_date_range_whatever_the_operator(
    call: Caller, field: str, operator: str, value: str
) -> None:
    answer = call("GET", "/v2/incidents", {f"{field}[{operator}]": value})

    assert (answer.status, answer.body["type"]) == (422, "validation_error")
    assert answer.error["code"] == "invalid_value"
    assert answer.error["message"] == ("Filter field date_range must provide a date in the format yyyy-mm-dd")


@pytest.mark.parametrize("operator", ["gte", "lte"])
def test_a_range_is_no_value_of_the_other_operators(call: Caller, operator: str) -> None:
    assert call("GET", "/v2/incidents", {f"created_at[{operator}]": "2026-07-10~2026-07-11"}).status == 422


@pytest.mark.shows("date-filter-both-bounds")
@pytest.mark.parametrize("field", ["created_at", "updated_at"])
def test_gte_and_lte_together_are_a_422(call: Caller, field: str) -> None:
    query = {f"{field}[gte]": "2026-07-10", f"{field}[lte]": "2026-07-11"}
    answer = call("GET", "/v2/incidents", query)

    assert (answer.status, answer.error["source"]["field"]) == (422, field)
    assert "date_range" in answer.error["message"]


def test_gte_of_one_field_and_lte_of_the_other_go_together(account: Account, names: set[str]) -> None:
    query = {"created_at[gte]": "2026-07-10", "updated_at[lte]": "2026-07-10"}

    assert {row["name"] for row in account.incidents(query)} == {"first", "noon", "last"}
