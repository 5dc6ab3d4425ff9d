"""Incident Updates V2: list and create (behaviour.md#incident-updates)."""

from typing import Any

from ..behaviour.idempotency import made_before, remembered
from ..behaviour.incidents.edit import recorded
from ..behaviour.incidents.moves import check_move, check_severity, moved, update_row
from ..behaviour.lookups import existing, referenced, require_incident, visible_rows
from ..behaviour.paging import page_of
from ..request.call import Call
from ..request.problem import required
from ..store.store import Row, Store

COLLECTION = "incident_updates"


def list_updates(store: Store, call: Call) -> dict[str, Any]:
    """List the updates, newest first, of one incident or of all. An incident that doesn't exist is a 404.

    See behaviour.md#order-updates, behaviour.md#updates-of-unknown-incident.
    """
    index = store.belongings[COLLECTION]
    found = visible_rows(call, index)
    if "incident_id" in call.query:
        incident_id = call.query["incident_id"]
        require_incident(store, call, incident_id)
        found &= index.having("incident_id", [incident_id])
    page = page_of(store, call, COLLECTION, found, newest_first=True)
    return {**page, COLLECTION: [_as_now(store, row) for row in page[COLLECTION]]}


def create_update(store: Store, call: Call) -> dict[str, Any]:
    """Create an update with a message, a status or a severity; the incident moves as an edit would move it."""
    first = made_before(store, call)
    if first is not None:
        return {"incident_update": _as_now(store, existing(store, COLLECTION, first, "incident update"))}
    body = call.body
    if not any(body.get(name) for name in ("message", "to_incident_status_id", "to_severity_id")):
        raise required("message", "is required when neither the status nor the severity changes")
    before = _incident(store, call)
    now = store.clock.timestamp()
    status, severity = before["incident_status"], before.get("severity")
    if body.get("to_severity_id"):
        call.require_scope("incidents.update_severity")
        severity = referenced(store, "severities", body["to_severity_id"], "to_severity_id")
    if body.get("to_incident_status_id"):
        call.require_scope("incidents.update_status")
        status = referenced(
            store, "incident_statuses", body["to_incident_status_id"], "to_incident_status_id"
        )
        check_move(call, before, status, "to_incident_status_id")
        check_severity(status, severity)
    incident = moved(before, status, severity, now)
    update = update_row(store, call, incident, now, body.get("message", ""))
    changes = recorded(store, call, before, incident, now, update=update)
    store.apply([*changes, remembered(call, update["id"])])
    return {"incident_update": update}


def _incident(store: Store, call: Call) -> Row:
    require_incident(store, call, call.body["incident_id"])
    return store.incidents.row(call.body["incident_id"])


def _as_now(store: Store, row: Row) -> Row:
    """The row with the status and severity that it embeds as the settings have them now."""
    status = row["new_incident_status"]
    rendered = {**row, "new_incident_status": store.get("incident_statuses", status["id"]) or status}
    if "new_severity" in row:
        severity = row["new_severity"]
        rendered["new_severity"] = store.get("severities", severity["id"]) or severity
    return rendered


OPERATIONS = {"Incident Updates V2#List": list_updates, "Incident Updates V2#Create": create_update}
