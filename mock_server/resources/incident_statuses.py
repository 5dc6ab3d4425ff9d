"""Incident Statuses V1 (behaviour.md#incident-statuses)."""

from typing import Any

from ..assumptions import HIGHEST_RANK
from ..behaviour.lookups import existing, not_blank
from ..request.call import Call
from ..request.problem import in_use, invalid
from ..store.store import Change, Row, Store

COLLECTION = "incident_statuses"
CONFIGURABLE_CATEGORIES = ("live", "learning", "closed")


def list_statuses(store: Store, call: Call) -> dict[str, Any]:
    """List the incident statuses by rank."""
    return {COLLECTION: sorted(store.all(COLLECTION), key=lambda row: row["rank"])}


def show_status(store: Store, call: Call) -> dict[str, Any]:
    """Show the incident status of that id."""
    return {"incident_status": existing(store, COLLECTION, call.path["id"], "incident status")}


def create_status(store: Store, call: Call) -> dict[str, Any]:
    """Create an incident status in a configurable category; without a rank it goes to the end of the category."""
    not_blank(call, "name")
    now = store.clock.timestamp()
    category = call.body["category"]
    last = max(row["rank"] for row in _of_category(store, category))
    row = {
        "id": store.new_id(),
        "name": call.body["name"],
        "description": call.body["description"],
        "category": category,
        "rank": call.body.get("rank", min(last + 1, HIGHEST_RANK)),
        "created_at": now,
        "updated_at": now,
    }
    return _save(store, row)


def update_status(store: Store, call: Call) -> dict[str, Any]:
    """Give the incident status new texts, and a new rank where one is given; the category stays for ever."""
    row = _configurable(store, call)
    not_blank(call, "name")
    changed = {key: call.body[key] for key in ("name", "description", "rank") if key in call.body}
    return _save(store, {**row, **changed, "updated_at": store.clock.timestamp()})


def delete_status(store: Store, call: Call) -> None:
    """Delete the incident status, unless an incident has it or its category would be left without any."""
    row = _configurable(store, call)
    if store.incidents.index.having("status", [row["id"]]):
        raise in_use("incident status")
    if len(_of_category(store, row["category"])) == 1:
        raise invalid(
            "id", f"the last status of the category {row['category']} can't be deleted", pointer="id"
        )
    store.apply([Change(COLLECTION, row["id"], None)])


def _of_category(store: Store, category: str) -> list[Row]:
    return [row for row in store.all(COLLECTION) if row["category"] == category]


def _configurable(store: Store, call: Call) -> Row:
    row = existing(store, COLLECTION, call.path["id"], "incident status")
    if row["category"] not in CONFIGURABLE_CATEGORIES:
        raise invalid("id", f"statuses of the category {row['category']} can't be changed", pointer="id")
    return row


def _save(store: Store, row: Row) -> dict[str, Any]:
    others = [other for other in store.all(COLLECTION) if other["id"] != row["id"]]
    if any(other["name"].casefold() == row["name"].casefold() for other in others):
        raise invalid("name", "name must be unique among the incident statuses")
    if any(other["rank"] == row["rank"] and other["category"] == row["category"] for other in others):
        raise invalid("rank", f"rank must be unique in the category {row['category']}")
    store.apply([Change(COLLECTION, row["id"], row)])
    return {"incident_status": row}


OPERATIONS = {
    "Incident Statuses V1#List": list_statuses,
    "Incident Statuses V1#Create": create_status,
    "Incident Statuses V1#Show": show_status,
    "Incident Statuses V1#Update": update_status,
    "Incident Statuses V1#Delete": delete_status,
}
