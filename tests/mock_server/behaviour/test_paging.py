"""Lists come in pages, and every record on exactly one of them (behaviour.md#pages)."""

from typing import Any

import pytest

from incident_double.fixtures import realistic
from incident_double.mock_server import Double
from incident_double.openapi import Document, rfc3339

from ...calling import Caller, StoppedClock
from ..conftest import EVERYTHING, UNKNOWN_ID, Account, Row

PAGED = {
    "/v1/incidents": ("incidents", 250),
    "/v2/incidents": ("incidents", 250),
    "/v2/incident_updates": ("incident_updates", 250),
    "/v2/users": ("users", 10_000),
    "/v3/teams": ("teams", 250),
    "/v3/actions": ("actions", 250),
    "/v3/follow_ups": ("follow_ups", 250),
}
"""Path of each paged list, its wrapper key, and the most that a page holds."""


@pytest.fixture(scope="module")
def large(document: Document) -> Caller:
    """Call a double with more incidents than one page holds."""
    return Caller(Double(document, realistic(incidents=300), clock=StoppedClock(), rate_limit=0))


@pytest.fixture
def filled(call: Caller, account: Account, clock: StoppedClock) -> Caller:
    """Call a double with some actions and follow-ups."""
    incident = account.declare()
    for number in range(7):
        clock.advance(seconds=1)
        body = {"incident_id": incident["id"], "description": str(number), "title": str(number)}
        call("POST", "/v3/actions", body=body)
        call("POST", "/v3/follow_ups", body=body)
    return call


def pages(call: Caller, path: str, key: str, query: dict[str, Any]) -> list[list[Row]]:
    """Every page, as a client that follows `after` gets them."""
    found: list[list[Row]] = []
    after: dict[str, str] = {}
    while True:
        body = call.get(path, {**query, **after})
        found.append(body[key])
        meta = body["pagination_meta"]
        assert meta["page_size"] == query["page_size"]
        assert ("after" in meta) == (len(body[key]) == meta["page_size"])
        if "after" not in meta:
            return found
        assert meta["after"] == body[key][-1]["id"]
        after = {"after": meta["after"]}


@pytest.mark.shows("paging-cursor")
@pytest.mark.parametrize("path", PAGED)
@pytest.mark.parametrize("size", [7, 50])
def test_following_the_cursor_gives_everything_once_and_in_order(
    filled: Caller, path: str, size: int
) -> None:
    key = PAGED[path][0]
    first = filled.get(path, {"page_size": 250})[key]

    found = [row for page in pages(filled, path, key, {"page_size": size}) for row in page]

    assert found[:250] == first
    assert len({row["id"] for row in found}) == len(found)
    assert len(found) == len(first) or len(first) == 250


@pytest.mark.shows("paging-total")
@pytest.mark.parametrize("path", ["/v1/incidents", "/v2/incidents"])
def test_incidents_say_how_many_there_are_in_all(large: Caller, path: str) -> None:
    found = pages(large, path, "incidents", {"page_size": 40})

    for page in (large.get(path, {"page_size": size}) for size in (1, 40, 250)):
        assert page["pagination_meta"]["total_record_count"] == sum(len(page) for page in found)
    assert [len(page) for page in found[:-1]] == [40] * (len(found) - 1)


def test_the_count_is_of_what_the_filters_leave(call: Caller, account: Account) -> None:
    query = {"status[one_of]": account.status("Closed")}
    body = call.get("/v2/incidents", {**query, "page_size": 3})

    found = pages(call, "/v2/incidents", "incidents", {**query, "page_size": 10})

    assert body["pagination_meta"]["total_record_count"] == sum(len(page) for page in found) > 10


@pytest.mark.shows("paging-cursor", "paging-meta")
@pytest.mark.parametrize("path", PAGED)
def test_a_page_holds_25_records_unless_asked_otherwise(filled: Caller, path: str) -> None:
    key = PAGED[path][0]
    body = filled.get(path)

    assert body["pagination_meta"]["page_size"] == 25
    assert body[key] == filled.get(path, {"page_size": 250})[key][:25]


@pytest.mark.shows("paging-incidents-clamped")
@pytest.mark.parametrize(("size", "cut"), [(249, False), (250, False), (251, True), (500, True)])
@pytest.mark.parametrize("path", ["/v1/incidents", "/v2/incidents"])
def test_a_page_of_incidents_is_cut_down_to_250_and_it_says_so(
    large: Caller, path: str, size: int, cut: bool
) -> None:
    query = EVERYTHING if path == "/v2/incidents" else {}
    answer = large("GET", path, {**query, "page_size": size})

    assert answer.body["pagination_meta"]["page_size"] == min(size, 250)
    assert path == "/v1/incidents" or len(answer.body["incidents"]) == min(size, 250)
    assert answer.note == ("page_size: cut down to 250" if cut else "")


@pytest.mark.parametrize(
    "size", ["0", "-1", "abc", "1.5", "2e1", "9" * 30, "501", "+5", "0x10", "5 ", "\u0665"]
)
def test_a_page_size_that_the_contract_forbids_is_a_422(call: Caller, size: str) -> None:
    answer = call("GET", "/v2/incidents", {"page_size": size})

    assert (answer.status, answer.error["source"]["field"]) == (422, "page_size")


@pytest.mark.shows("paging-updates-max", "paging-users-max", "paging-250")
@pytest.mark.parametrize("path", PAGED)
def test_each_list_has_its_own_largest_page(filled: Caller, path: str) -> None:
    largest = 500 if path.endswith("/incidents") else PAGED[path][1]

    assert filled("GET", path, {"page_size": largest}).status == 200
    assert filled("GET", path, {"page_size": largest + 1}).status == 422


@pytest.mark.shows("paging-after-last-is-empty")
@pytest.mark.parametrize("path", PAGED)
def test_after_the_last_record_there_is_an_empty_page(filled: Caller, path: str) -> None:
    key = PAGED[path][0]
    last = pages(filled, path, key, {"page_size": 250})[-1][-1]["id"]
    body = filled.get(path, {"after": last})

    assert body[key] == []
    assert "after" not in body["pagination_meta"]


@pytest.mark.shows("paging-full-last-page")
def test_a_full_last_page_has_a_cursor_and_an_empty_page_after_it(call: Caller) -> None:
    total = call.get("/v2/incidents")["pagination_meta"]["total_record_count"]

    found = pages(call, "/v2/incidents", "incidents", {"page_size": total})

    assert [len(page) for page in found] == [total, 0]


@pytest.mark.parametrize("path", PAGED)
@pytest.mark.parametrize("after", [UNKNOWN_ID, "nonsense", "1"])
def test_a_cursor_that_names_nothing_is_a_422(filled: Caller, path: str, after: str) -> None:
    answer = filled("GET", path, {"after": after})

    assert (answer.status, answer.error["source"]["field"]) == (422, "after")


def test_an_incident_that_the_filters_leave_out_is_still_a_place_to_go_on_from(
    call: Caller, account: Account
) -> None:
    live, closed = account.declare_live(), account.status("Closed")
    query = {"status[one_of]": closed}

    assert account.incidents({**query, "after": live["id"]}) == account.incidents(query)


@pytest.mark.shows("empty-parameter-ignored")
def test_an_empty_cursor_or_page_size_is_ignored(call: Caller) -> None:
    """Some clients send what is unset as an empty string."""
    answer = call("GET", "/v2/incidents", "after=&page_size=&sort_by=")

    assert answer.body == call.get("/v2/incidents")
    assert answer.note.count("empty, ignored") == 3


@pytest.mark.shows("order-incidents")
def test_incidents_are_listed_newest_first(call: Caller) -> None:
    rows = call.get("/v2/incidents", EVERYTHING)["incidents"]
    created = [rfc3339.instant(row["created_at"]) for row in rows]

    assert created == sorted(created, reverse=True)
    assert (
        call.get("/v2/incidents", {**EVERYTHING, "sort_by": "created_at_newest_first"})["incidents"] == rows
    )


@pytest.mark.shows("order-incidents", "filter-sort-by")
def test_incidents_can_be_listed_oldest_first(call: Caller) -> None:
    rows = call.get("/v2/incidents", EVERYTHING)["incidents"]
    query = {**EVERYTHING, "page_size": 9, "sort_by": "created_at_oldest_first"}

    found = [row for page in pages(call, "/v2/incidents", "incidents", query) for row in page]

    assert found == rows[::-1]


def test_another_order_is_a_422(call: Caller) -> None:
    answer = call("GET", "/v2/incidents", {"sort_by": "name"})

    assert (answer.status, answer.error["source"]["field"]) == (422, "sort_by")


def test_what_is_declared_while_a_client_pages_moves_nothing(call: Caller, account: Account) -> None:
    whole = account.incidents({"page_size": 250})
    first = account.incidents({"page_size": 5})
    account.declare()

    second = account.incidents({"page_size": 5, "after": first[-1]["id"]})

    assert first + second == whole[:10]


def test_incidents_of_the_same_moment_keep_their_order(account: Account, call: Caller) -> None:
    """The clock of these tests stands still, so all of them have the same `created_at`."""
    declared = [account.declare()["id"] for _ in range(6)]

    found = [
        row["id"] for page in pages(call, "/v2/incidents", "incidents", {"page_size": 2}) for row in page
    ]

    assert found[:6] == declared[::-1]


@pytest.mark.shows("order-tasks")
@pytest.mark.parametrize("path", ["/v3/actions", "/v3/follow_ups", "/v2/users", "/v3/teams"])
def test_other_lists_are_by_id_oldest_first(filled: Caller, path: str) -> None:
    ids = [row["id"] for row in filled.get(path, {"page_size": 250})[PAGED[path][0]]]

    assert ids == sorted(ids)
    assert len(ids) > 5


@pytest.mark.shows("paging-none")
@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("/v1/severities", "severities"),
        ("/v1/incident_statuses", "incident_statuses"),
        ("/v1/incident_types", "incident_types"),
        ("/v2/incident_roles", "incident_roles"),
        ("/v2/custom_fields", "custom_fields"),
        ("/v2/incident_timestamps", "incident_timestamps"),
    ],
)
def test_settings_are_not_paged_and_ignore_a_page_size(call: Caller, path: str, key: str) -> None:
    answer = call("GET", path, {"page_size": 1, "after": UNKNOWN_ID})

    assert answer.body.keys() == {key}
    assert answer.body == call.get(path)
    assert len(answer.body[key]) > 1
    assert "page_size" in answer.note
