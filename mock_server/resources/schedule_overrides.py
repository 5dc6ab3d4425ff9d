"""Schedules V2: overrides, which put somebody else on call for a while (behaviour.md#on-call)."""

from typing import Any

from ...fixtures.domain.embedded import embedded_user
from ...openapi.rfc3339 import instant
from ..behaviour.incidents.payload import find_user
from ..behaviour.lookups import existing, referenced
from ..behaviour.paging import paged
from ..behaviour.shifts import OVERRIDES
from ..request.call import Call
from ..request.problem import invalid
from ..store.store import Change, Row, Store

_GIVEN = ("start_at", "end_at", "rotation_id", "layer_id")


def list_overrides(store: Store, call: Call) -> dict[str, Any]:
    """List the overrides of one schedule, of one rotation or layer of it where that is said, oldest first."""
    existing(store, "schedules", call.query["schedule_id"], "schedule")
    names = [name for name in ("schedule_id", "rotation_id", "layer_id") if name in call.query]
    rows = [
        _shown(store, row)
        for row in store.all(OVERRIDES)
        if all(row[name] == call.query[name] for name in names)
    ]
    return paged(rows, call, "overrides")


def show_override(store: Store, call: Call) -> dict[str, Any]:
    """Show the override of that id."""
    return {"override": _shown(store, existing(store, OVERRIDES, call.path["id"], "schedule override"))}


def create_override(store: Store, call: Call) -> dict[str, Any]:
    """Create an override, on a layer that its schedule has."""
    schedule = referenced(store, "schedules", call.body["schedule_id"], "schedule_id")
    base = {"id": store.new_id(), "schedule_id": schedule["id"], "created_at": store.clock.timestamp()}
    return _save(store, call, schedule, base)


def update_override(store: Store, call: Call) -> dict[str, Any]:
    """Give an override another time, layer or person; it stays on its schedule."""
    row = existing(store, OVERRIDES, call.path["id"], "schedule override")
    return _save(store, call, store.row("schedules", row["schedule_id"]), row)


def delete_override(store: Store, call: Call) -> None:
    """Delete the override."""
    row = existing(store, OVERRIDES, call.path["id"], "schedule override")
    store.apply([Change(OVERRIDES, row["id"], None)])


def _save(store: Store, call: Call, schedule: Row, base: Row) -> dict[str, Any]:
    rotations = [each for each in schedule["config"]["rotations"] if each["id"] == call.body["rotation_id"]]
    if not rotations:
        raise invalid("rotation_id", f"{schedule['name']} has no rotation {call.body['rotation_id']}")
    if not any(layer["id"] == call.body["layer_id"] for each in rotations for layer in each["layers"]):
        raise invalid("layer_id", f"{rotations[0]['name']} has no layer {call.body['layer_id']}")
    if instant(call.body["start_at"]) >= instant(call.body["end_at"]):
        raise invalid("end_at", "end_at must be after start_at")
    row = {
        **base,
        **{name: call.body[name] for name in _GIVEN},
        "user": embedded_user(find_user(store, call.body["user"], "user")),
        "updated_at": store.clock.timestamp(),
    }
    store.apply([Change(OVERRIDES, row["id"], row)])
    return {"override": row}


def _shown(store: Store, row: Row) -> Row:
    user = store.get("users", row["user"]["id"])
    return row if user is None else {**row, "user": embedded_user(user)}


OPERATIONS = {
    "Schedules V2#ListOverrides": list_overrides,
    "Schedules V2#CreateOverride": create_override,
    "Schedules V2#ShowOverride": show_override,
    "Schedules V2#UpdateOverride": update_override,
    "Schedules V2#DestroyOverride": delete_override,
}
