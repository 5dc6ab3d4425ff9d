"""Editing an incident: from an `IncidentEditPayloadV2` to the changes that it makes.

See behaviour.md#editing-an-incident.
"""

from collections.abc import Callable, Mapping
from typing import Any

from ....fixtures.domain.names import slug
from ...request.call import Call
from ...request.problem import required
from ...store.store import Change, Row, Store
from ..lookups import referenced
from .moves import check_move, check_severity, measured, moved, update_row
from .payload import custom_field_entries, role_assignments, timestamp_values

_SCOPES = {
    "name": "incidents.update_name",
    "slack_channel_name_override": "incidents.update_name",
    "summary": "incidents.update_summary",
    "severity_id": "incidents.update_severity",
    "incident_status_id": "incidents.update_status",
    "custom_field_entries": "incidents.update_custom_fields",
    "incident_timestamp_values": "incidents.update_timestamps",
    "incident_role_assignments": "incidents.update_role_assignments",
    "call_url": "incident_calls.create",
}
"""The scope that each property needs beside `incidents.view` (behaviour.md#edit-scopes)."""

_PARTS: Mapping[str, Callable[..., list[Row]]] = {
    "custom_field_entries": custom_field_entries,
    "incident_timestamp_values": timestamp_values,
    "incident_role_assignments": role_assignments,
}


def edit(store: Store, call: Call, before: Row, body: Mapping[str, Any]) -> list[Change]:
    """Work out the changes that an edit makes; none when it says what is so already. Raises the 403 or 422 Problem."""
    call.require_scope("incidents.view")
    for name in body:
        if name in _SCOPES:
            call.require_scope(_SCOPES[name])
        else:
            call.notes.append(f"incident.{name}: can't be edited, ignored")
    if "call_url" in before and body.get("call_url", before["call_url"]) != before["call_url"]:
        call.require_scope("incident_calls.destroy")
    now = store.clock.timestamp()
    row = _with_texts(before, body)
    for name, replace in _PARTS.items():
        if body.get(name):
            row[name] = replace(store, before.get(name, []), body[name], f"incident.{name}")
    return recorded(store, call, before, _with_status(store, call, row, body, now), now)


def recorded(
    store: Store, call: Call, before: Row, row: Row, now: str, *, update: Row | None = None
) -> list[Change]:
    """Work out the changes that take an incident from `before` to `row`.

    A new status or severity gets an update row, unless there is one already.
    """
    if row.get("incident_timestamp_values") != before.get("incident_timestamp_values"):
        row = measured(store, row)
    if update is None and any(row.get(name) != before.get(name) for name in ("incident_status", "severity")):
        update = update_row(store, call, row, now)
    if update is None and row == before:
        return []
    changes = [Change("incidents", row["id"], {**row, "updated_at": now, "last_activity_at": now})]
    return changes if update is None else [*changes, Change("incident_updates", update["id"], update)]


def _with_texts(before: Row, body: Mapping[str, Any]) -> dict[str, Any]:
    row = dict(before)
    if "name" in body:
        if not body["name"].strip():
            raise required("incident.name", "must not be blank")
        row["name"] = body["name"]
    for name in ("summary", "call_url"):
        if name in body:
            row[name] = body[name]
            if not body[name]:
                del row[name]
    override = slug(body.get("slack_channel_name_override", ""))
    if override:
        row["slack_channel_name"] = override
    return row


def _with_status(store: Store, call: Call, row: Row, body: Mapping[str, Any], now: str) -> Row:
    status, severity = row["incident_status"], row.get("severity")
    if "severity_id" in body:
        severity = referenced(store, "severities", body["severity_id"], "incident.severity_id")
    if "incident_status_id" in body:
        status = referenced(
            store, "incident_statuses", body["incident_status_id"], "incident.incident_status_id"
        )
        check_move(call, row, status, "incident.incident_status_id")
        check_severity(status, severity)
    return moved(row, status, severity, now)
