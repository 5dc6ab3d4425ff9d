"""What Actions V3 and Follow-ups V3 have in common: things to be done for an incident (BEHAVIOUR.md §9)."""

from collections.abc import Mapping
from typing import Any

from ..fixtures.embedded import embedded_user
from ..openapi import rfc3339
from .assumptions import DEFAULT_MODES
from .exchange import Call
from .incident_moves import actor_of
from .lookups import existing, is_visible, referenced
from .problem import invalid, not_found
from .store import Change, Row, Store

_MILLISECOND = 1_000_000
_SECONDS_A_DAY = 86400


def listed(store: Store, call: Call, collection: str) -> list[Row]:
    """The rows that the query asks for, by id, oldest first. Raises the 422 Problem for a bad date.

    An incident that doesn't exist has none: an empty list, not a 404.
    """
    rows = sorted(store.all(collection), key=lambda row: row["id"])
    if "incident_id" in call.query:
        rows = [row for row in rows if row["incident_id"] == call.query["incident_id"]]
    modes = [call.query["incident_mode"]] if "incident_mode" in call.query else DEFAULT_MODES
    for name in ("created_at", "updated_at"):
        if name in call.query:
            rows = _in_time(rows, name, call.query[name])
    return [row for row in rows if _is_listed(store, call, row["incident_id"], modes)]


def _is_listed(store: Store, call: Call, incident_id: str, modes: Any) -> bool:
    index = store.incidents.index
    in_mode = any(index.has(incident_id, "mode", mode) for mode in modes)
    return in_mode and is_visible(store, call, incident_id)


def _in_time(rows: list[Row], name: str, operators: Mapping[str, list[str]]) -> list[Row]:
    if "gte" in operators and "lte" in operators:
        raise invalid(name, f"{name} takes gte or lte, not both: use date_range")
    for operator, values in operators.items():
        windows = [_window(name, operator, value) for value in values]
        rows = [row for row in rows if any(low <= _milliseconds(row[name]) < high for low, high in windows)]
    return rows


def _window(name: str, operator: str, text: str) -> tuple[float, float]:
    """From (included) and to (excluded), in milliseconds: half-open, unlike the incidents list."""
    match operator:
        case "gte":
            return _moment(name, text), float("inf")
        case "lte":
            return float("-inf"), _moment(name, text, end=True)
        case "date_range":
            first, _, last = text.partition("~")
            return _moment(name, first), _moment(name, last, end=True)
    raise invalid(name, f"{name} has no operator {operator}: it takes gte, lte, date_range")


def _moment(name: str, text: str, *, end: bool = False) -> int:
    try:
        if len(text) == len("YYYY-MM-DD"):
            return (rfc3339.day(text) + end) * _SECONDS_A_DAY * 1000
        return _milliseconds(text)
    except ValueError:
        raise invalid(name, f"{name} takes an RFC 3339 date-time or a date: {text}") from None


def _milliseconds(text: str) -> int:
    seconds, nanoseconds = rfc3339.instant(text)
    return seconds * 1000 + nanoseconds // _MILLISECOND


def visible_task(store: Store, call: Call, collection: str, what: str) -> Row:
    """The row that the path names. Raises the 404 Problem, also when its incident is hidden from the key."""
    row = existing(store, collection, call.path["id"], what)
    if not is_visible(store, call, row["incident_id"]):
        raise not_found(what)
    return row


def new_task(store: Store, call: Call) -> dict[str, Any]:
    """What every new one has: ids, moments, creator, status. Raises the 422 Problem for an unknown incident."""
    incident_id = call.body["incident_id"]
    if not store.incidents.index.knows(incident_id) or not is_visible(store, call, incident_id):
        raise invalid("incident_id", f"incident_id does not refer to anything that exists: {incident_id}")
    now = store.clock.timestamp()
    return {
        "id": store.new_id(),
        "incident_id": incident_id,
        "status": "outstanding",
        "creator": actor_of(call),
        "created_at": now,
        "updated_at": now,
    }


def with_status(store: Store, call: Call, row: Row) -> dict[str, Any]:
    """The row in the status of the body; `completed_at` follows it. Raises the 422 Problem for `deleted`."""
    status, now = call.body["status"], store.clock.timestamp()
    if status == "deleted":
        raise invalid("status", "status can't be set to deleted: use the delete operation")
    changed = {**row, "status": status, "updated_at": now}
    if status != "completed":
        changed.pop("completed_at", None)
    elif row["status"] != "completed":
        changed["completed_at"] = now
    return changed


def set_reference(
    store: Store, call: Call, row: dict[str, Any], property_name: str, name: str, collection: str
) -> None:
    """Embed what the body refers to by `property_name` as `name`; null takes it away, absence leaves it."""
    if property_name in call.nulls:
        row.pop(name, None)
    elif property_name in call.body:
        found = referenced(store, collection, call.body[property_name], property_name)
        row[name] = embedded_user(found) if collection == "users" else found


def save(store: Store, collection: str, row: Row) -> Row:
    """Store the row."""
    store.apply([Change(collection, row["id"], row)])
    return row
