"""Incident Updates V2 (behaviour.md#incident-updates)."""

import pytest

from ...calling import Answer, Caller, StoppedClock
from ..conftest import UNKNOWN_ID, Account, Row


@pytest.fixture
def incident(account: Account, clock: StoppedClock) -> Row:
    """A live incident, declared an hour ago."""
    row = account.declare_live()
    clock.advance(hours=1)
    return row


def post(call: Caller, incident: Row, *, key: str = "key", **properties: str) -> Answer:
    body = {"incident_id": incident["id"], "idempotency_key": key, **properties}
    return call("POST", "/v2/incident_updates", body=body)


def test_a_message_is_reported_with_the_status_and_severity_as_they_stand(
    call: Caller, account: Account, incident: Row
) -> None:
    answer = post(call, incident, message="Boats are out")

    assert answer.status == 201
    update = answer.body["incident_update"]
    assert update["message"] == "Boats are out"
    assert update["new_incident_status"] == incident["incident_status"]
    assert update["new_severity"] == incident["severity"]
    assert update["incident_id"] == incident["id"]
    assert account.updates(incident["id"])[0] == update


def test_a_message_moves_updated_at_and_nothing_else(call: Caller, account: Account, incident: Row) -> None:
    post(call, incident, message="Boats are out")
    moved = dict.fromkeys(("updated_at", "last_activity_at"), "2026-06-01T10:00:00Z")

    assert account.incident(incident["id"]) == {**incident, **moved}


def test_without_a_severity_an_update_says_none(call: Caller, account: Account) -> None:
    update = post(call, account.declare(), message="Looking").body["incident_update"]

    assert "new_severity" not in update


@pytest.mark.shows("updates-required")
@pytest.mark.parametrize(
    "properties", [{}, {"message": ""}, {"message": "", "to_severity_id": "", "to_incident_status_id": ""}]
)
def test_an_update_that_says_nothing_is_a_422(
    call: Caller, account: Account, incident: Row, properties: dict[str, str]
) -> None:
    answer = post(call, incident, **properties)

    assert (answer.status, answer.error["code"]) == (422, "is_required")
    assert len(account.updates(incident["id"])) == 1


def test_the_same_key_again_gives_the_first_update(call: Caller, account: Account, incident: Row) -> None:
    first = post(call, incident, message="Boats are out")
    again = post(call, incident, message="Something else")

    assert (again.status, again.body) == (201, first.body)
    assert len(account.updates(incident["id"])) == 2


def test_keys_of_incidents_and_of_updates_are_apart(call: Caller, account: Account) -> None:
    body = {"idempotency_key": "shared", "visibility": "public"}
    incident = call("POST", "/v2/incidents", body=body).body["incident"]

    assert post(call, incident, key="shared", message="x").body["incident_update"]["message"] == "x"


@pytest.mark.shows("updates-of-unknown-incident")
@pytest.mark.parametrize("id_", [UNKNOWN_ID, "121", "nonsense"])
def test_an_unknown_incident_is_a_404(call: Caller, incident: Row, id_: str) -> None:
    """The number of an incident is no id here."""
    assert post(call, {"id": id_}, message="x").error["code"] == "resource_not_found"
    listed = call("GET", "/v2/incident_updates", {"incident_id": id_})
    assert (listed.status, listed.error["code"]) == (404, "resource_not_found")


@pytest.mark.parametrize("name", ["to_severity_id", "to_incident_status_id"])
def test_a_reference_to_nothing_is_a_422(call: Caller, incident: Row, name: str) -> None:
    answer = post(call, incident, **{name: UNKNOWN_ID})

    assert (answer.status, answer.error["source"]["field"]) == (422, name)


@pytest.mark.shows("order-updates")
def test_updates_are_listed_newest_first(
    call: Caller, account: Account, incident: Row, clock: StoppedClock
) -> None:
    for number in range(3):
        clock.advance(seconds=1)
        post(call, incident, key=str(number), message=str(number))
    messages = [update.get("message") for update in account.updates(incident["id"])]
    every = call.get("/v2/incident_updates", {"page_size": 250})["incident_updates"]
    created = [update["created_at"] for update in every]

    assert messages == ["2", "1", "0", None]
    assert created == sorted(created, reverse=True)
    assert [update["id"] for update in every[:4]] == [row["id"] for row in account.updates(incident["id"])]


def test_a_list_of_one_incident_has_its_own_only(account: Account) -> None:
    for row in account.incidents({"page_size": 5}):
        assert {update["incident_id"] for update in account.updates(row["id"])} == {row["id"]}


def test_a_merged_incident_says_where_it_went(call: Caller, account: Account) -> None:
    merged = account.incidents({"status_category[one_of]": "merged"})[0]
    target = account.updates(merged["id"])[0]["merged_into_incident_id"]

    assert account.incident(target)["id"] == target != merged["id"]


def test_a_renamed_status_or_severity_is_seen_in_every_update(
    call: Caller, account: Account, incident: Row
) -> None:
    post(call, incident, message="x")
    status, severity = incident["incident_status"]["id"], incident["severity"]["id"]
    call("PUT", f"/v1/incident_statuses/{status}", body={"name": "Looking", "description": "d"})
    call("PUT", f"/v1/severities/{severity}", body={"name": "Bad", "description": "d"})

    for update in account.updates(incident["id"]):
        assert (update["new_incident_status"]["name"], update["new_severity"]["name"]) == ("Looking", "Bad")


@pytest.mark.shows("no-single-update")
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v2/incident_updates/1"),
        ("PUT", "/v2/incident_updates/1"),
        ("DELETE", "/v2/incident_updates/1"),
    ],
)
def test_a_single_update_is_no_resource(call: Caller, method: str, path: str) -> None:
    assert (call(method, path).status, call(method, path).body) == (404, None)
