"""Which events a change of the state makes, and what each of them holds."""

import json
from collections.abc import Sequence
from typing import Any

import pytest

from incident_double.mock_server import Double
from incident_double.mock_server.store.store import Applied, Change
from incident_double.mock_server.webhooks.events import EVENT_TYPES, Event, events_of
from incident_double.openapi import Document

from ...calling import Caller
from ..conftest import Account, Row


class Heard:
    """The events of a double, each held against the document as it comes."""

    def __init__(self, double: Double) -> None:
        self._double = double
        self._events: list[Event] = []
        double.store.watch(self._hear)

    def _hear(self, applied: Sequence[Applied]) -> None:
        for event in events_of(self._double.store, applied):
            schema = self._double.document.webhooks[event.type].responses[200]
            assert schema is not None
            body = json.loads(event.body())
            errors = self._double.document.validator(schema).iter_errors(body)
            assert [f"{error.instance_path}: {error.message}" for error in errors] == [], event.type
            assert body == {"event_type": event.type, event.type: event.payload}
            self._events.append(event)

    def events(self) -> list[Event]:
        """What was heard since the last time."""
        events, self._events = self._events, []
        return events

    def types(self) -> list[str]:
        return [event.type for event in self.events()]

    def payloads(self) -> dict[str, Any]:
        return {event.type: event.payload for event in self.events()}


@pytest.fixture
def heard(double: Double) -> Heard:
    return Heard(double)


def work(call: Caller, collection: str, **body: Any) -> Row:
    answer = call("POST", f"/v3/{collection}", body=body)
    assert answer.status in (200, 201), answer
    (row,) = answer.body.values()
    return dict(row)


NEVER_SENT = {
    "private_alert.alert_created_v1",
    "private_alert.alert_resolved_v1",
    "private_escalation.escalation_created_v1",
    "private_escalation.escalation_status_updated_v1",
    "private_incident.membership_granted_v1",
    "private_incident.membership_revoked_v1",
    "private_incident.postmortem_document_status_updated_v1",
    "public_alert.alert_created_v1",
    "public_alert.alert_resolved_v1",
    "public_escalation.escalation_created_v1",
    "public_escalation.escalation_status_updated_v1",
    "public_incident.postmortem_document_status_updated_v1",
    "schedule.created_v1",
    "schedule.deleted_v1",
    "schedule.shift_change_v1",
    "schedule.updated_v1",
    "status_page_incident.update_shared_v1",
}
"""Events that the document declares, of what changes in no way that the double has an event for."""


def test_the_events_that_are_sent_are_those_of_incidents_and_their_tasks_that_the_document_declares(
    document: Document,
) -> None:
    assert len(set(EVENT_TYPES)) == len(EVENT_TYPES)
    assert set(EVENT_TYPES) == set(document.webhooks) - NEVER_SENT
    assert set(document.webhooks) >= NEVER_SENT


@pytest.mark.shows("webhook-as-get")
def test_no_event_can_be_requested(call: Caller) -> None:
    answer = call("GET", "/x-webhooks/public_incident.incident_created_v2")

    assert (answer.status, answer.body) == (404, None)


@pytest.mark.shows("webhook-incident-payload")
def test_a_new_incident_is_reported_whole(account: Account, heard: Heard) -> None:
    incident = account.declare_live(name="Queue at pier 4")

    (event,) = heard.events()
    assert event.type == "public_incident.incident_created_v2"
    assert event.payload == {**incident, "related_incidents": []}


def test_an_edit_is_reported_with_the_incident_as_it_has_become(account: Account, heard: Heard) -> None:
    id_ = account.declare_live()["id"]
    heard.events()

    incident = account.edit(id_, name="Queue at both piers")

    (event,) = heard.events()
    assert event.type == "public_incident.incident_updated_v2"
    assert event.payload == {**incident, "related_incidents": []}


def test_an_edit_that_changes_nothing_is_not_reported(account: Account, heard: Heard) -> None:
    incident = account.declare_live(name="Queue at pier 4")
    heard.events()

    account.edit(incident["id"], name="Queue at pier 4")

    assert heard.events() == []


@pytest.mark.shows("webhook-status-payload", "move-sends-webhooks")
def test_a_new_status_is_reported_with_both_ends_and_what_was_said(
    call: Caller, account: Account, heard: Heard
) -> None:
    before = account.declare_live()
    heard.events()

    call(
        "POST",
        "/v2/incident_updates",
        body={
            "idempotency_key": "key",
            "incident_id": before["id"],
            "message": "The scanners read again",
            "to_incident_status_id": account.status("Monitoring"),
        },
    )

    reported = heard.payloads()
    after = account.incident(before["id"])
    assert list(reported) == [
        "public_incident.incident_updated_v2",
        "public_incident.incident_status_updated_v2",
    ]
    assert (
        reported["public_incident.incident_updated_v2"]["most_recent_update_message"]
        == "The scanners read again"
    )
    assert reported["public_incident.incident_status_updated_v2"] == {
        "incident": after,
        "message": "The scanners read again",
        "previous_status": before["incident_status"],
        "new_status": after["incident_status"],
    }


def test_a_status_that_moves_without_a_word_has_no_message(account: Account, heard: Heard) -> None:
    id_ = account.declare_live()["id"]
    heard.events()

    account.edit(id_, incident_status_id=account.status("Fixing"))

    reported = heard.payloads()
    assert "message" not in reported["public_incident.incident_status_updated_v2"]
    assert "most_recent_update_message" not in reported["public_incident.incident_updated_v2"]


@pytest.mark.shows("webhook-incident-payload")
def test_later_events_quote_the_latest_update(call: Caller, account: Account, heard: Heard) -> None:
    id_ = account.declare_live()["id"]
    for number in (1, 2):
        body = {"idempotency_key": f"key {number}", "incident_id": id_, "message": f"Message {number}"}
        call("POST", "/v2/incident_updates", body=body)
    heard.events()

    account.edit(id_, name="Another")

    (payload,) = heard.payloads().values()
    assert payload["most_recent_update_message"] == "Message 2"


@pytest.mark.shows("webhook-task-payload")
def test_an_action_is_reported_in_the_legacy_shape(call: Caller, account: Account, heard: Heard) -> None:
    id_, user = account.declare_live()["id"], account.users()[0]
    heard.events()

    action = work(call, "actions", incident_id=id_, description="Call the pilot", assignee_id=user["id"])
    done = call(
        "PUT", f"/v3/actions/{action['id']}", body={"description": "Call the pilot", "status": "completed"}
    ).body["action"]

    reported = heard.payloads()
    assert list(reported) == ["public_incident.action_created_v1", "public_incident.action_updated_v1"]
    for row, payload in zip([action, done], reported.values(), strict=True):
        assert payload == {
            **{key: value for key, value in row.items() if key != "creator"},
            "follow_up": False,
        }
    assert reported["public_incident.action_updated_v1"]["completed_at"]


@pytest.mark.shows("webhook-task-payload", "webhook-newer-payloads")
def test_a_follow_up_is_reported_in_both_shapes(call: Caller, account: Account, heard: Heard) -> None:
    id_ = account.declare_live()["id"]
    heard.events()

    row = work(call, "follow_ups", incident_id=id_, title="Test the gates", description="With phones")
    call("PUT", f"/v3/follow_ups/{row['id']}", body={"title": "Test them all", "status": "outstanding"})

    created_v1, created_v2, updated_v1, updated_v2 = heard.events()
    assert [each.type.partition(".")[2] for each in (created_v1, created_v2, updated_v1, updated_v2)] == [
        "follow_up_created_v1",
        "follow_up_created_v2",
        "follow_up_updated_v1",
        "follow_up_updated_v2",
    ]
    assert (created_v1.payload["description"], created_v1.payload["follow_up"]) == ("Test the gates", True)
    assert created_v2.payload == {key: value for key, value in row.items() if key != "category"}
    assert updated_v1.payload["description"] == updated_v2.payload["title"] == "Test them all"


def test_a_follow_up_of_a_category_loses_it_in_its_events(
    call: Caller, account: Account, heard: Heard
) -> None:
    categories = list(call.double.store.all("follow_up_categories"))
    row = work(
        call,
        "follow_ups",
        incident_id=account.declare_live()["id"],
        title="Test the gates",
        follow_up_category_id=categories[0]["id"],
    )

    assert "category" in row
    assert all("category" not in payload for payload in heard.payloads().values())


@pytest.mark.parametrize(
    ("collection", "body", "types"),
    [
        ("actions", {"description": "Call the pilot"}, ["action_updated_v1"]),
        ("follow_ups", {"title": "Test the gates"}, ["follow_up_updated_v1", "follow_up_updated_v2"]),
    ],
)
def test_what_is_deleted_is_reported_once_more(
    call: Caller, account: Account, heard: Heard, collection: str, body: Row, types: list[str]
) -> None:
    row = work(call, collection, incident_id=account.declare_live()["id"], **body)
    heard.events()

    call("DELETE", f"/v3/{collection}/{row['id']}")

    events = heard.events()
    assert [each.type for each in events] == [f"public_incident.{name}" for name in types]
    assert {(each.payload["id"], each.payload["status"]) for each in events} == {(row["id"], "deleted")}


@pytest.mark.shows("webhook-private")
def test_of_what_is_private_nothing_is_reported_but_the_id(
    call: Caller, account: Account, heard: Heard
) -> None:
    id_ = account.declare_live(name="Theft at the counter", visibility="private")["id"]
    account.edit(id_, name="Theft", incident_status_id=account.status("Fixing"))
    action = work(call, "actions", incident_id=id_, description="Change the locks")["id"]
    follow_up = work(call, "follow_ups", incident_id=id_, title="Count the money")["id"]
    call("PUT", f"/v3/actions/{action}", body={"description": "Locks", "status": "completed"})
    call("PUT", f"/v3/follow_ups/{follow_up}", body={"title": "Count", "status": "completed"})

    events = heard.events()

    assert [(each.type, each.payload) for each in events] == [
        (f"private_incident.{name}", {"id": each})
        for name, each in [
            ("incident_created_v2", id_),
            ("incident_updated_v2", id_),
            ("action_created_v1", action),
            ("follow_up_created_v1", follow_up),
            ("follow_up_created_v2", follow_up),
            ("action_updated_v1", action),
            ("follow_up_updated_v1", follow_up),
            ("follow_up_updated_v2", follow_up),
        ]
    ]
    assert {each.type for each in events} == {each for each in EVENT_TYPES if each.startswith("private")}


def test_settings_attachments_and_refused_requests_are_no_events(
    call: Caller, account: Account, heard: Heard
) -> None:
    id_ = account.declare_live()["id"]
    heard.events()

    assert call("POST", "/v1/severities", body={"name": "Nearly", "description": "Not quite"}).status == 201
    resource = {
        "resource_type": "github_pull_request",
        "external_id": "https://github.com/saltmarsh/gates/pull/1",
    }
    attached = call("POST", "/v1/incident_attachments", body={"incident_id": id_, "resource": resource})
    assert attached.status == 201, attached
    assert account.try_to_edit(id_, name=" ").status == 422

    assert heard.events() == []


def test_an_incident_is_reported_as_it_is_served_however_it_was_stored(
    double: Double, account: Account, heard: Heard
) -> None:
    incident = account.declare_live()
    heard.events()

    stale = {**incident, "severity": {**incident["severity"], "name": "What it was called once"}}
    double.store.apply([Change("incidents", incident["id"], stale)])

    (payload,) = heard.payloads().values()
    assert payload["severity"] == incident["severity"]


def test_an_action_that_is_put_as_it_is_was_updated(call: Caller, account: Account, heard: Heard) -> None:
    """Its `updated_at` moves, unless the clock stands still."""
    row = work(call, "actions", incident_id=account.declare_live()["id"], description="Call the pilot")
    heard.events()

    call("PUT", f"/v3/actions/{row['id']}", body={"description": "Call the pilot", "status": "outstanding"})

    assert heard.types() == ["public_incident.action_updated_v1"]


def test_a_renamed_setting_shows_in_the_next_event(call: Caller, account: Account, heard: Heard) -> None:
    """An incident embeds its severity as the settings have it now."""
    incident = account.declare_live()
    body = {"name": "Renamed", "description": "Bad"}
    call("PUT", f"/v1/severities/{incident['severity']['id']}", body=body)
    heard.events()

    account.edit(incident["id"], name="Another")

    (payload,) = heard.payloads().values()
    assert payload["severity"]["name"] == "Renamed"
