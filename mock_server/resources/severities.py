"""Severities V1 (behaviour.md#severities): the higher the rank, the worse."""

from typing import Any

from ..assumptions import HIGHEST_RANK
from ..behaviour.lookups import existing, not_blank
from ..request.call import Call
from ..request.problem import in_use, invalid
from ..store.store import Change, Row, Store

COLLECTION = "severities"


def list_severities(store: Store, call: Call) -> dict[str, Any]:
    """List the severities by rank."""
    return {COLLECTION: sorted(store.all(COLLECTION), key=lambda row: row["rank"])}


def show_severity(store: Store, call: Call) -> dict[str, Any]:
    """Show the severity of that id."""
    return {"severity": existing(store, COLLECTION, call.path["id"], "severity")}


def create_severity(store: Store, call: Call) -> dict[str, Any]:
    """Create a severity; without a rank it goes on top."""
    not_blank(call, "name")
    now = store.clock.timestamp()
    top = max((row["rank"] for row in store.all(COLLECTION)), default=-1)
    row = {
        "id": store.new_id(),
        "name": call.body["name"],
        "description": call.body["description"],
        "rank": call.body.get("rank", min(top + 1, HIGHEST_RANK)),
        "created_at": now,
        "updated_at": now,
    }
    return _save(store, row)


def update_severity(store: Store, call: Call) -> dict[str, Any]:
    """Give the severity new texts, and a new rank where one is given."""
    row = existing(store, COLLECTION, call.path["id"], "severity")
    not_blank(call, "name")
    changed = {key: call.body[key] for key in ("name", "description", "rank") if key in call.body}
    return _save(store, {**row, **changed, "updated_at": store.clock.timestamp()})


def delete_severity(store: Store, call: Call) -> None:
    """Delete the severity, unless an incident has it."""
    row = existing(store, COLLECTION, call.path["id"], "severity")
    if store.incidents.index.having("severity", [row["id"]]):
        raise in_use("severity")
    store.apply([Change(COLLECTION, row["id"], None)])


def _save(store: Store, row: Row) -> dict[str, Any]:
    if any(other["rank"] == row["rank"] and other["id"] != row["id"] for other in store.all(COLLECTION)):
        raise invalid("rank", "rank must be unique among the severities")
    store.apply([Change(COLLECTION, row["id"], row)])
    return {"severity": row}


OPERATIONS = {
    "Severities V1#List": list_severities,
    "Severities V1#Create": create_severity,
    "Severities V1#Show": show_severity,
    "Severities V1#Update": update_severity,
    "Severities V1#Delete": delete_severity,
}
