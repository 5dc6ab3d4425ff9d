"""State, time and faults from outside, over HTTP."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from ...contract_tests.receivers import receiving
from .conftest import Controller

NEW = {"idempotency_key": "one", "visibility": "public", "name": "While it lasts"}


def total(control: Controller) -> int:
    count: int = control.get("/v2/incidents", page_size=1).json()["pagination_meta"]["total_record_count"]
    return count


def test_a_snapshot_is_gone_back_to_as_often_as_one_likes(control: Controller) -> None:
    before = total(control)
    snapshot = control("POST", "snapshots", status=201)["snapshot"]
    for _ in range(2):
        assert control.api.post("/v2/incidents", json=NEW).status_code == 200
        assert total(control) == before + 1
        control("POST", f"snapshots/{snapshot['id']}/rollback", status=204)
        assert total(control) == before
    assert control("GET", "snapshots")["snapshots"] == [snapshot]

    control("DELETE", f"snapshots/{snapshot['id']}", status=204)
    assert control("GET", "snapshots")["snapshots"] == []
    assert "snapshot" in control.error("POST", f"snapshots/{snapshot['id']}/rollback", status=404)
    assert "snapshot" in control.error("DELETE", f"snapshots/{snapshot['id']}", status=404)


def test_there_is_an_end_to_how_many_snapshots_are_kept(control: Controller) -> None:
    ids = [control("POST", "snapshots")["snapshot"]["id"] for _ in range(100)]
    assert "delete one" in control.error("POST", "snapshots")
    control("DELETE", f"snapshots/{ids[0]}")
    control("POST", "snapshots", status=201)


def test_a_reset_takes_back_everything(control: Controller) -> None:
    before = total(control)
    control.api.post("/v2/incidents", json=NEW)
    control("PUT", "clock", {"now": "2030-01-01T00:00:00Z", "frozen": True})
    control("POST", "faults", {"operation": "*", "kind": "500"})
    control("POST", "reset", status=204)

    assert control("GET", "faults")["faults"] == []
    assert not control("GET", "clock")["clock"]["frozen"]
    assert datetime.fromisoformat(control("GET", "clock")["clock"]["now"]) < datetime(2030, 1, 1, tzinfo=UTC)
    assert control("GET", "journal") == {"exchanges": [], "last": 0}
    assert total(control) == before


def test_a_seed_decides_the_ids_to_come(control: Controller) -> None:
    control("PUT", "clock", {"frozen": True})
    made = []
    for number in range(2):
        control("PUT", "seed", {"seed": 5}, status=204)
        answer = control.api.post("/v2/incidents", json=NEW | {"idempotency_key": str(number)})
        made.append(answer.json()["incident"])
    control("PUT", "seed", {"seed": 6})
    other = control.api.post("/v2/incidents", json=NEW | {"idempotency_key": "other"}).json()["incident"]

    assert made[0]["id"] == made[1]["id"] != other["id"]
    assert "seed" in control.error("PUT", "seed", {"seed": "five"})


def test_the_clock_is_set_frozen_moved_and_let_go(control: Controller) -> None:
    def clock(method: str, path: str = "clock", body: Any = None) -> tuple[str, bool]:
        shown = control(method, path, body)["clock"]
        return shown["now"], shown["frozen"]

    assert clock("PUT", body={"now": "2026-01-31T12:00:00Z", "frozen": True}) == (
        "2026-01-31T12:00:00Z",
        True,
    )
    assert clock("POST", "clock/advance", {"seconds": 90.5}) == ("2026-01-31T12:01:30.5Z", True)
    assert clock("GET") == ("2026-01-31T12:01:30.5Z", True)
    created = control.api.post("/v2/incidents", json=NEW).json()["incident"]
    assert created["created_at"] == "2026-01-31T12:01:30.5Z"
    assert clock("PUT", body={})[1]
    now, frozen = clock("PUT", body={"frozen": False})
    assert (now[:16], frozen) == ("2026-01-31T12:01", False)


@pytest.mark.parametrize(
    ("method", "path", "body", "complaint"),
    [
        ("PUT", "clock", {"now": "noon"}, "'noon' is not an ISO 8601 date or time"),
        ("PUT", "clock", {"now": "1901-01-01"}, "not between the years"),
        ("PUT", "clock", {"frozen": "yes"}, "frozen must be of type boolean"),
        ("POST", "clock/advance", {"seconds": -1}, "seconds must be at least 0"),
        ("POST", "clock/advance", {"seconds": 1e300}, "can't be moved on so far"),
        ("POST", "clock/advance", {}, "seconds is required"),
        ("POST", "faults", {"operation": "Nobody#List", "kind": "500"}, "no such operation: Nobody#List"),
        ("POST", "faults", {"operation": "*", "kind": "418"}, "no such fault: 418"),
        ("POST", "faults", {"operation": "*", "kind": "500", "count": 0}, "count must be at least 1"),
        ("POST", "faults", {"kind": "500"}, "operation is required"),
        ("POST", "faults", {"operation": "*", "kind": "500", "times": 2}, "a fault has no times"),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(
    control: Controller, method: str, path: str, body: Any, complaint: str
) -> None:
    control("PUT", "clock", {"now": "2026-01-31T12:00:00Z", "frozen": True})
    assert complaint in control.error(method, path, body)
    assert control("GET", "clock")["clock"] == {"now": "2026-01-31T12:00:00Z", "frozen": True}
    assert control("GET", "faults")["faults"] == []


def test_an_armed_fault_strikes_as_often_as_it_says_and_is_shown_until_then(control: Controller) -> None:
    armed = {"operation": "Severities V1#List", "kind": "429", "seconds": 7, "count": 2, "first": 2}
    assert control("POST", "faults", armed, status=201)["fault"] == {**armed, "left": 2}
    answers = [control.get("/v1/severities") for _ in range(2)]
    assert [each.status_code for each in answers] == [200, 429]
    assert answers[1].headers["retry-after"] == "7"
    assert [each["left"] for each in control("GET", "faults")["faults"]] == [1]

    control("DELETE", "faults", status=204)
    assert control.get("/v1/severities").status_code == 200


def test_what_the_control_plane_does_not_know_is_a_404_with_a_reason(control: Controller) -> None:
    for method, path in (("GET", "nothing"), ("POST", "clock"), ("GET", "clock/")):
        answer = control.client.request(method, f"/_double/{path}")
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (404, "resource_not_found")


@pytest.mark.parametrize("body", [b"{", b"", b"\xff", b"[]", b"null"])
def test_a_body_that_is_none_is_refused(control: Controller, body: bytes) -> None:
    answer = control.client.put("/_double/seed", content=body)
    assert answer.status_code in (400, 422)
    assert answer.json()["errors"]


def test_a_body_that_is_too_large_is_refused_and_others_are_answered_meanwhile(control: Controller) -> None:
    answer = control.client.post("/_double/faults", content=b" " * (1024 * 1024 + 1))
    assert (answer.status_code, answer.json()["type"]) == (413, "payload_too_large")


def test_the_document_names_the_double_as_its_server(control: Controller) -> None:
    document = control("GET", "openapi.json")
    assert document["servers"] == [{"url": control.base_url}]
    assert "/_double/clock" in document["paths"]


def test_neither_the_journal_nor_a_limit_knows_of_the_control_plane(control: Controller) -> None:
    for _ in range(3):
        control("GET", "clock")
    assert control("GET", "journal")["exchanges"] == []
    assert httpx.get(f"{control.base_url}/_double/clock").headers["cache-control"] == "no-store"


def test_a_state_is_taken_out_kept_and_put_back(control: Controller) -> None:
    before, state = total(control), control("GET", "state")
    control.api.post("/v2/incidents", json=NEW)
    control("POST", "incidents", {"name": "Another"})
    assert total(control) == before + 2
    assert control("PUT", "state", json.loads(json.dumps(state)), status=204) is None
    assert total(control) == before
    assert control("GET", "state")["collections"] == state["collections"]


def test_a_state_that_is_none_is_refused_with_its_place_and_changes_nothing(control: Controller) -> None:
    state, before = control("GET", "state"), total(control)
    state["collections"]["incidents"][3]["severity"] = "bad"
    assert "/collections/incidents/3/severity" in control.error("PUT", "state", state)
    assert "/collections" in control.error("PUT", "state", {"collections": []})
    assert total(control) == before


def test_a_scenario_begins_with_its_faults(control: Controller) -> None:
    control("PUT", "scenario", {"name": "bad-day"}, status=204)
    assert [control.get("/v2/incidents").status_code for _ in range(4)] == [200, 200, 429, 429]
    control("PUT", "scenario", {"name": "fresh-account"})
    assert total(control) == 0
    assert control("GET", "faults")["faults"] == []

    given = {"data": {"incidents": 1}, "incidents": [{"name": "Mine"}], "faults": ["Incidents V2#Show:500"]}
    control("PUT", "scenario", {"scenario": given})
    assert control.get("/v2/incidents").json()["incidents"][0]["name"] == "Mine"
    assert len(control("GET", "faults")["faults"]) == 1


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ({"name": "no-day"}, "no such scenario: no-day (there are"),
        ({"name": "../bad-day.yaml"}, "no such scenario"),
        ({}, "give the name of a scenario, or a scenario"),
        ({"name": "bad-day", "scenario": {}}, "give the name of a scenario, or a scenario"),
        ({"scenario": {"incidents": [{"severity": "Worst"}]}}, "/incidents/0: "),
        ({"scenario": {"faults": ["*:explode"]}}, "/faults/0: no such fault: explode"),
        ({"scenario": {"weather": "bad"}}, "weather"),
    ],
)
def test_a_scenario_that_makes_no_sense_is_refused_and_changes_nothing(
    control: Controller, body: dict[str, Any], complaint: str
) -> None:
    before = total(control)
    assert complaint in control.error("PUT", "scenario", body)
    assert total(control) == before


def test_a_scenario_ends_webhooks_and_those_that_follow_are_notified_once(control: Controller) -> None:
    reported: list[str] = []

    def receive(headers: Mapping[str, str], body: bytes) -> int:
        reported.append(headers["webhook-id"])
        return 200

    with receiving(receive) as url:
        control("POST", "webhooks/endpoints", {"url": url})
        control("PUT", "scenario", {"name": "fresh-account"})
        control("POST", "webhooks/endpoints", {"url": url})
        control.api.post("/v2/incidents", json=NEW)
        assert control("POST", "webhooks/settle")["settled"]
    assert len(reported) == 1
