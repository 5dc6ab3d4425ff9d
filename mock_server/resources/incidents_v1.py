"""Incidents V1: the deprecated view of the same incidents (behaviour.md#v1-vocabulary, behaviour.md#v1-show-by-id)."""

from collections.abc import Mapping
from typing import Any

from ..behaviour.idempotency import made_before
from ..behaviour.incidents.declaration import declaration, just_declared
from ..behaviour.lookups import require_incident, visible_rows
from ..behaviour.paging import page_size, pagination_meta, unknown_cursor
from ..request.call import Call
from ..request.problem import invalid
from ..store.store import Row, Store

_LIVE_STATUSES = ("investigating", "fixing", "monitoring")
_STATUS_OF_CATEGORY = {
    "triage": "triage",
    "learning": "closed",
    "closed": "closed",
    "paused": "closed",
    "declined": "declined",
    "merged": "declined",
    "canceled": "declined",
}
_MODES = {"standard": "real", "retrospective": "real", "test": "test", "tutorial": "tutorial"}
_KEPT = (
    "call_url", "created_at", "custom_field_entries", "id", "incident_type", "name", "permalink",
    "postmortem_document_url", "reference", "severity", "slack_channel_id", "slack_channel_name",
    "slack_team_id", "summary", "updated_at", "visibility",
)  # fmt: skip


def legacy_status(status: Row) -> str:
    """Give the V1 name of a status: live ones by their name where it is one of the old three, else `investigating`."""
    if status["category"] != "live":
        return _STATUS_OF_CATEGORY[status["category"]]
    name = status["name"].casefold()
    return name if name in _LIVE_STATUSES else _LIVE_STATUSES[0]


def as_v1(row: Row) -> dict[str, Any]:
    """Give an IncidentV1 from an IncidentV2."""
    return {
        **{name: row[name] for name in _KEPT if name in row},
        "creator": {kind: row["creator"][kind] for kind in ("api_key", "user") if kind in row["creator"]},
        "mode": _MODES[row["mode"]],
        "status": legacy_status(row["incident_status"]),
        "incident_role_assignments": row["incident_role_assignments"],
        "timestamps": [_timestamp(value) for value in row.get("incident_timestamp_values", [])],
    }


def _timestamp(value: Row) -> Row:
    name = {"name": value["incident_timestamp"]["name"]}
    moment = value.get("value", {}).get("value")
    return name if moment is None else {**name, "last_occurred_at": moment}


def list_incidents(store: Store, call: Call) -> dict[str, Any]:
    """List a page of incidents, newest first; the same are hidden by default as in V2."""
    index, size, after = store.incidents.index, page_size(call), call.query.get("after")
    if after is not None and not index.knows(after):
        raise unknown_cursor(after)
    found = index.having("shown", ["by mode"]) & visible_rows(call, index)
    if "status" in call.query:
        found &= _in_statuses(store, call.query["status"])
    else:
        found &= index.having("shown", ["by category"])
    page = index.page(found, after=after, size=size, newest_first=True)
    return {
        "incidents": [as_v1(store.incidents.row(id_)) for id_ in page],
        "pagination_meta": {**pagination_meta(page, size), "total_record_count": found.bit_count()},
    }


def _in_statuses(store: Store, wanted: list[str]) -> int:
    known = {*_LIVE_STATUSES, *_STATUS_OF_CATEGORY.values()}
    for name in wanted:
        if name not in known:
            raise invalid("status", f"no such status: {name}")
    index = store.incidents.index
    fitting = [id_ for id_ in index.values("status") if _legacy_status_of(store, id_) in wanted]
    return index.having("status", fitting)


def _legacy_status_of(store: Store, status_id: str) -> str | None:
    status = store.get("incident_statuses", status_id)
    if status is None:  # only incidents carry it: any of them will do
        index = store.incidents.index
        holders = index.page(index.having("status", [status_id]), after=None, size=1, newest_first=True)
        status = store.incidents.row(holders[0])["incident_status"] if holders else None
    return None if status is None else legacy_status(status)


def show_incident(store: Store, call: Call) -> dict[str, Any]:
    """Show the incident of that ULID; unlike V2 not by its number."""
    id_ = call.path["id"]
    require_incident(store, call, id_)
    return {"incident": as_v1(store.incidents.row(id_))}


def create_incident(store: Store, call: Call) -> dict[str, Any]:
    """Declare an incident with a status of the old kind; keys are shared with V2."""
    first = made_before(store, call)
    if first is not None:
        return {"incident": as_v1(store.incidents.row(first))}
    id_, changes = declaration(store, call, _as_v2(store, call.body))
    store.apply(changes)
    return {"incident": as_v1(just_declared(store.incidents.row(id_)))}


def _as_v2(store: Store, body: Mapping[str, Any]) -> dict[str, Any]:
    """An IncidentsCreatePayloadV2 from an IncidentsCreatePayloadV1. Raises the 422 Problem."""
    payload = {name: value for name, value in body.items() if name not in ("status", "mode")}
    payload["mode"] = "test" if body.get("mode") == "test" else "standard"
    if "status" in body:
        rows = sorted(store.all("incident_statuses"), key=lambda row: row["rank"])
        fitting = [row for row in rows if legacy_status(row) == body["status"]]
        # Several categories read as closed or declined: the one of that very name is meant.
        exact = [row for row in fitting if row["category"] == body["status"]] or fitting
        if not exact:
            raise invalid("status", f"the organisation has no {body['status']} status any more")
        payload["incident_status_id"] = exact[0]["id"]
    return payload


OPERATIONS = {
    "Incidents V1#List": list_incidents,
    "Incidents V1#Create": create_incident,
    "Incidents V1#Show": show_incident,
}
