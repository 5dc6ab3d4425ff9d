"""What webhooks send: the events of one change of the state, in the vendor's envelope.

See behaviour.md#webhook-envelope, behaviour.md#webhook-private.

Of what is private nothing is sent but its id. Changes of settings, updates and attachments are no events of
their own.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from ..store.store import Applied, Row, Store

_PRIVATE_TYPES = (
    "incident_created_v2",
    "incident_updated_v2",
    "action_created_v1",
    "action_updated_v1",
    "follow_up_created_v1",
    "follow_up_updated_v1",
    "follow_up_created_v2",
    "follow_up_updated_v2",
)
EVENT_TYPES = (
    *(f"public_incident.{name}" for name in (*_PRIVATE_TYPES, "incident_status_updated_v2")),
    *(f"private_incident.{name}" for name in _PRIVATE_TYPES),
)
"""Every event that the double sends.

The document declares more: of alerts, escalations, schedules, post-mortems, members and status pages.
"""

_LEGACY = (
    "assignee", "completed_at", "created_at", "description", "external_issue_reference", "id", "incident_id",
    "status", "updated_at",
)  # fmt: skip
"""What an ActionV1 has in common with today's actions and follow-ups."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened: `public_incident.action_created_v1`, say, and what is sent of it."""

    type: str
    payload: Mapping[str, Any]

    def body(self) -> bytes:
        """Give what is posted: the payload lies under the event's own name."""
        return orjson.dumps({"event_type": self.type, self.type: self.payload})


def events_of(store: Store, applied: Sequence[Applied]) -> list[Event]:
    """Give the events of one `store.apply`, in the order of its changes. Only reads the store, as it is afterwards."""
    return [event for change in applied for event in _events(store, change, applied)]


def incident_created(incident: Row, message: str | None = None) -> Event:
    """Make the event of a public incident, whose latest update said `message`."""
    return Event("public_incident.incident_created_v2", _webhook_incident(incident, message))


def incident_updated(incident: Row, message: str | None = None) -> Event:
    """Make the event of a public incident, whose latest update said `message`."""
    return Event("public_incident.incident_updated_v2", _webhook_incident(incident, message))


def status_updated(incident: Row, previous: Row, message: str | None = None) -> Event:
    """Make the event of a public incident that came from the status `previous`; `message` was said about that."""
    payload = {
        "incident": incident,
        "new_status": incident["incident_status"],
        "previous_status": previous,
        **_unless_none(message=message),
    }
    return Event("public_incident.incident_status_updated_v2", payload)


def private_event(name: str, id_: str) -> Event:
    """Make the event of something private; `name` is what follows `private_incident.` in the event's type."""
    return Event(f"private_incident.{name}", {"id": id_})


def as_action_v1(row: Row, *, follow_up: bool) -> dict[str, Any]:
    """Give a task in the legacy shape, which knows no titles: a follow-up's becomes its description."""
    legacy = {name: row[name] for name in _LEGACY if name in row}
    return {**legacy, "follow_up": follow_up, **({"description": row["title"]} if follow_up else {})}


def as_follow_up_v2(row: Row) -> dict[str, Any]:
    """Give a FollowUpV3 in the shape before it, which had no categories."""
    return {name: value for name, value in row.items() if name != "category"}


def _events(store: Store, change: Applied, applied: Sequence[Applied]) -> Iterator[Event]:
    if change.collection == "incidents":
        yield from _of_incident(store, change.id, change.before, applied)
    elif change.collection in _OF_TASKS:
        yield from _of_task(store, change)


def _of_incident(store: Store, id_: str, before: Row | None, applied: Sequence[Applied]) -> Iterator[Event]:
    if not store.incidents.is_public(id_):
        yield private_event(f"incident_{'created' if before is None else 'updated'}_v2", id_)
        return
    after, message = store.incidents.row(id_), _latest_message(store, id_)
    if before is None:
        yield incident_created(after, message)
        return
    yield incident_updated(after, message)
    if before["incident_status"]["id"] != after["incident_status"]["id"]:
        yield status_updated(after, before["incident_status"], _message_in(applied, id_))


def _of_task(store: Store, change: Applied) -> Iterator[Event]:
    row = change.after or _deleted(change.before or {})
    verb = "created" if change.before is None else "updated"
    for kind, version in _OF_TASKS[change.collection]:
        name = f"{kind}_{verb}_{version}"
        if not store.incidents.is_public(row["incident_id"]):
            yield private_event(name, row["id"])
        elif version == "v1":
            yield Event(f"public_incident.{name}", as_action_v1(row, follow_up=kind == "follow_up"))
        else:
            yield Event(f"public_incident.{name}", as_follow_up_v2(row))


_OF_TASKS = {"actions": [("action", "v1")], "follow_ups": [("follow_up", "v1"), ("follow_up", "v2")]}


def _deleted(row: Row) -> Row:
    """A row that is gone, as the last event has it (see the assumption `webhook-deleted`)."""
    return {**row, "status": "deleted"}


def _webhook_incident(incident: Row, message: str | None) -> dict[str, Any]:
    """A WebhookIncidentV2 from an IncidentV2. The double keeps no relationships."""
    return {**incident, **_unless_none(most_recent_update_message=message), "related_incidents": []}


def _latest_message(store: Store, incident_id: str) -> str | None:
    """What the latest update of an incident said; None where it had no words."""
    index = store.belongings["incident_updates"]
    found = index.having("incident_id", [incident_id])
    latest = index.page(found, after=None, size=1, newest_first=True)
    return store.row("incident_updates", latest[0]).get("message") if latest else None


def _message_in(applied: Sequence[Applied], incident_id: str) -> str | None:
    """What the update that came with a change said."""
    updates = [change.after for change in applied if change.collection == "incident_updates" and change.after]
    return next((row.get("message") for row in updates if row["incident_id"] == incident_id), None)


def _unless_none(**values: str | None) -> dict[str, str]:
    return {name: value for name, value in values.items() if value is not None}
