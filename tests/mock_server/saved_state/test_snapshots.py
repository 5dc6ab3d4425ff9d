"""A double goes back to a snapshot as if nothing had happened since."""

from typing import Any

import pytest

from incident_double.fixtures import Dataset, realistic
from incident_double.mock_server import Clock, Double
from incident_double.openapi import Document

from ...calling import Caller, StoppedClock
from ..conftest import EVERYTHING, Account

PATHS = (
    "/v1/severities",
    "/v1/incident_statuses",
    "/v2/incident_roles",
    "/v2/custom_fields",
    "/v2/incident_updates",
    "/v3/actions",
    "/v3/follow_ups",
)


def everything(call: Caller) -> dict[str, Any]:
    """All that a client can see, by its path."""
    seen = {path: call.get(path) for path in PATHS}
    seen["/v2/incidents"] = call.get("/v2/incidents", EVERYTHING)
    incident = seen["/v2/incidents"]["incidents"][0]
    seen["filtered"] = call.get("/v2/incidents", {"severity[one_of]": incident["severity"]["id"]})
    seen["attachments"] = call.get("/v1/incident_attachments", {"incident_id": incident["id"]})
    return seen


def stir(call: Caller, account: Account) -> None:
    """Change what can be changed: rows of every kind, what incidents embed, counters, keys."""
    created = call("POST", "/v1/severities", body={"name": "Worst", "description": "Of all"})
    assert created.status == 201
    field = {"name": "Added", "description": "Later", "field_type": "text"}
    added = call("POST", "/v2/custom_fields", body=field)
    assert added.status == 201
    incident = account.declare_live(name="While it lasted")
    account.edit(incident["id"], incident_status_id=account.status("Fixing"))
    body = {"name": "Renamed", "description": "Other", "rank": 77}
    assert call("PUT", f"/v1/severities/{account.severity('Minor')}", body=body).status == 200
    everything(call)
    assert call("DELETE", f"/v2/custom_fields/{added.body['custom_field']['id']}").status == 204
    action = {"incident_id": incident["id"], "description": "Look"}
    row = call("POST", "/v3/actions", body=action)
    assert row.status == 201
    assert call("DELETE", f"/v3/actions/{row.body['action']['id']}").status == 204


def test_nothing_is_left_of_what_happened_after_a_snapshot(
    call: Caller, double: Double, account: Account
) -> None:
    before = everything(call)
    snapshot = double.snapshot()
    for _ in range(3):
        stir(call, account)
        assert everything(call) != before
        double.rollback(snapshot)
        assert everything(call) == before


def test_what_happened_before_a_snapshot_stays(call: Caller, double: Double, account: Account) -> None:
    empty = double.snapshot()
    stir(call, account)
    changed, snapshot = everything(call), double.snapshot()
    change_all_again = account.declare(name="Once more")
    double.rollback(snapshot)
    assert everything(call) == changed

    double.rollback(empty)
    double.rollback(snapshot)
    assert everything(call) == changed
    assert call("GET", f"/v2/incidents/{change_all_again['id']}").status == 404


def test_the_same_happens_again_after_a_rollback(call: Caller, double: Double, account: Account) -> None:
    """Ids, numbers and idempotency keys come from the state, chance and the clock alone."""
    snapshot = double.snapshot()
    body = {"idempotency_key": "the same", "visibility": "public", "name": "Again"}
    first = call("POST", "/v2/incidents", body=body)
    refused = call("GET", "/v2/incidents/1x")
    double.rollback(snapshot)

    assert call("POST", "/v2/incidents", body=body | {"name": "Again"}).body == first.body
    assert call("GET", "/v2/incidents/1x").body == refused.body
    double.rollback(snapshot)
    other = call("POST", "/v2/incidents", body=body | {"name": "Another"}).body["incident"]
    assert (other["name"], other["reference"]) == ("Another", first.body["incident"]["reference"])


def test_a_reset_goes_back_to_the_beginning(call: Caller, double: Double, account: Account) -> None:
    before = everything(call)
    stir(call, account)
    double.snapshot()
    double.reset()

    assert len(double.journal) == 0
    assert everything(call) == before
    double.reset()
    assert everything(call) == before


def test_the_clock_the_limits_and_the_journal_go_back_too(document: Document, dataset: Dataset) -> None:
    clock = StoppedClock()
    call = Caller(Double(document, dataset, clock=clock, rate_limit=2))
    call.get("/v1/severities")
    snapshot, now = call.double.snapshot(), clock.now()
    for _ in range(2):
        clock.advance(hours=1)
        left = [call("GET", "/v1/severities").headers["x-ratelimit-remaining"] for _ in range(2)]
        assert left == ["1", "0"]
        call.double.rollback(snapshot)
        assert clock.now() == now
        assert [each.number for each in call.double.journal] == [1]
    assert call("GET", "/v1/severities").headers["x-ratelimit-remaining"] == "0"
    assert call("GET", "/v1/severities").status == 429


def test_a_bucket_that_was_drawn_on_after_the_snapshot_alone_is_full_again(
    document: Document, dataset: Dataset
) -> None:
    call = Caller(Double(document, dataset, clock=StoppedClock(), rate_limit=1))
    snapshot = call.double.snapshot()
    for _ in range(2):
        assert [call("GET", "/v1/severities").status for _ in range(2)] == [200, 429]
        call.double.rollback(snapshot)


def test_a_snapshot_holds_what_belongs_to_incidents_before_anybody_asked(
    document: Document, dataset: Dataset
) -> None:
    call = Caller(Double(document, dataset, clock=StoppedClock(), rate_limit=0))
    account = Account(call)
    early = call.double.snapshot()
    before = everything(call)
    late = call.double.snapshot()
    stir(call, account)
    for snapshot in (early, late, early):
        call.double.rollback(snapshot)
        assert everything(call) == before


@pytest.mark.parametrize("shape", [0, 300])
def test_a_double_of_any_size_goes_back(document: Document, shape: int) -> None:
    call = Caller(Double(document, realistic(incidents=shape), clock=StoppedClock(), rate_limit=0))
    snapshot = call.double.snapshot()
    Account(call).declare(name="First")
    call.double.rollback(snapshot)

    assert call.get("/v2/incidents", EVERYTHING)["pagination_meta"]["total_record_count"] == shape


def test_a_clock_that_runs_goes_on_as_if_it_had_never_been_moved() -> None:
    clock, other = Clock("2026-01-01"), Clock("2026-01-01")
    snapshot = clock.snapshot()
    clock.advance(days=30)
    clock.freeze()
    clock.restore(snapshot)

    assert abs((clock.now() - other.now()).total_seconds()) < 60
    assert not clock.is_frozen
