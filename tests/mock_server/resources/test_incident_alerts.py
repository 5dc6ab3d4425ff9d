"""Incident alerts: which alerts belong to which incidents, and what becomes of that."""

from typing import Any

import pytest

from incident_double.fixtures import Dataset
from incident_double.mock_server import DEFAULT_TOKEN, ApiKey, Double
from incident_double.openapi import Document

from ...calling import Answer, Caller
from ..conftest import UNKNOWN_ID, Account, Row

PATH = "/v2/incident_alerts"


@pytest.fixture
def alert(call: Caller) -> Row:
    """The newest one, which nobody declared an incident for."""
    row: Row = call.get("/v2/alerts", "page_size=50")["alerts"][-1]
    return row


@pytest.fixture
def incident(account: Account) -> Row:
    return account.declare()


def attach(call: Caller, alert_id: str, incident_id: str, **more: Any) -> Answer:
    return call("POST", PATH, body={"alert_id": alert_id, "incident_id": incident_id, **more})


def move(call: Caller, connection: Row, state: str) -> Answer:
    return call("POST", f"{PATH}/{connection['id']}/actions/transition", body={"state": state})


def listed(call: Caller, **query: str) -> list[Row]:
    rows: list[Row] = call.get(PATH, {"page_size": "25", **query})["incident_alerts"]
    return rows


def test_an_alert_that_declared_an_incident_belongs_to_it(call: Caller) -> None:
    for row in listed(call):
        incident = call.get(f"/v2/incidents/{row['incident']['id']}")["incident"]
        alert = call.get(f"/v2/alerts/{row['alert']['id']}")["alert"]
        assert incident["creator"]["alert"]["id"] == alert["id"]
        assert alert.items() >= row["alert"].items()
        assert row["incident"]["name"] == incident["name"] == alert["title"]
    assert listed(call)


def test_an_alert_is_attached_and_listed_from_both_ends(call: Caller, alert: Row, incident: Row) -> None:
    answer = attach(call, alert["id"], incident["id"])
    row = answer.body["incident_alert"]

    assert answer.status == 201
    assert (row["alert"]["title"], row["incident"]["reference"]) == (alert["title"], incident["reference"])
    assert listed(call, incident_id=incident["id"]) == [row]
    assert listed(call, alert_id=alert["id"]) == [row]
    assert listed(call, incident_id=UNKNOWN_ID) == []


def test_both_ends_are_shown_as_they_are_now(call: Caller, account: Account, alert: Row) -> None:
    incident = account.declare()
    attach(call, alert["id"], incident["id"])

    account.edit(incident["id"], name="The queue again")

    (row,) = listed(call, incident_id=incident["id"])
    assert row["incident"]["name"] == "The queue again"


@pytest.mark.shows("incident-alert-again")
def test_what_belongs_together_already_stays_as_it_is(call: Caller, alert: Row, incident: Row) -> None:
    first, second = (attach(call, alert["id"], incident["id"]) for _ in range(2))

    assert (second.status, second.body) == (201, first.body)
    assert len(listed(call, incident_id=incident["id"])) == 1


@pytest.mark.shows("incident-alert-detached")
def test_what_was_detached_is_not_listed_and_not_attached_again_by_chance(
    call: Caller, alert: Row, incident: Row
) -> None:
    row = attach(call, alert["id"], incident["id"]).body["incident_alert"]

    assert move(call, row, "unrelated").body["incident_alert"] == row
    assert listed(call, incident_id=incident["id"]) == []
    refused = attach(call, alert["id"], incident["id"])
    assert (refused.status, refused.error["source"]["field"]) == (422, "alert_id")
    assert listed(call, incident_id=incident["id"]) == []
    assert attach(call, alert["id"], incident["id"], re_relate=True).body["incident_alert"] == row
    assert listed(call, incident_id=incident["id"]) == [row]


def test_a_detached_connection_is_confirmed_again(call: Caller, alert: Row, incident: Row) -> None:
    row = attach(call, alert["id"], incident["id"]).body["incident_alert"]
    move(call, row, "unrelated")

    assert move(call, row, "related").status == 200
    assert listed(call, incident_id=incident["id"]) == [row]


@pytest.mark.shows("hidden-is-404-alerts")
def test_what_there_is_not_or_is_hidden_is_not_found(document: Document, dataset: Dataset) -> None:
    keys = [ApiKey(DEFAULT_TOKEN), ApiKey("narrow", ["viewer", "incident_editor", "on_call_editor"])]
    call = Caller(Double(document, dataset, keys=keys))
    alert = call.get("/v2/alerts", "page_size=50")["alerts"][-1]
    incident = call.get("/v2/incidents")["incidents"][0]
    hidden = call("POST", "/v2/incidents", body={"idempotency_key": "k", "visibility": "private"})
    hidden_id = hidden.body["incident"]["id"]
    connection = attach(call, alert["id"], hidden_id).body["incident_alert"]

    def narrow(method: str, path: str, query: str = "", body: Any = None) -> Answer:
        return call(method, path, query, body, key="narrow")

    for ids in ((UNKNOWN_ID, incident["id"]), (alert["id"], UNKNOWN_ID), (alert["id"], hidden_id)):
        body = dict(zip(("alert_id", "incident_id"), ids, strict=True))
        assert narrow("POST", PATH, body=body).status == 404
    moved = f"{PATH}/{connection['id']}/actions/transition"
    assert narrow("POST", moved, body={"state": "unrelated"}).status == 404
    assert narrow("GET", PATH, f"page_size=25&incident_id={hidden_id}").body["incident_alerts"] == []
    assert listed(call, incident_id=hidden_id) == [connection]
    assert move(call, {"id": UNKNOWN_ID}, "related").status == 404
