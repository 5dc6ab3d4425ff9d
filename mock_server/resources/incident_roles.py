"""Incident Roles V2 (behaviour.md#incident-roles)."""

from typing import Any

from ..behaviour.lookups import existing
from ..request.call import Call
from ..request.problem import in_use, invalid
from ..store.store import Change, Row, Store

COLLECTION = "incident_roles"


def list_roles(store: Store, call: Call) -> dict[str, Any]:
    """List the incident roles, oldest first."""
    return {COLLECTION: list(store.all(COLLECTION))}


def show_role(store: Store, call: Call) -> dict[str, Any]:
    """Show the incident role of that id."""
    return {"incident_role": existing(store, COLLECTION, call.path["id"], "incident role")}


def create_role(store: Store, call: Call) -> dict[str, Any]:
    """Create a custom role."""
    now = store.clock.timestamp()
    row = {
        "id": store.new_id(),
        **{key: call.body[key] for key in ("name", "description", "instructions", "shortform")},
        "role_type": "custom",
        "created_at": now,
        "updated_at": now,
    }
    return _save(store, row)


def update_role(store: Store, call: Call) -> dict[str, Any]:
    """Give the incident role new texts."""
    row = existing(store, COLLECTION, call.path["id"], "incident role")
    changed = {key: call.body[key] for key in ("name", "description", "instructions", "shortform")}
    return _save(store, {**row, **changed, "updated_at": store.clock.timestamp()})


def delete_role(store: Store, call: Call) -> None:
    """Delete the incident role, unless somebody holds it in an incident, or it is the lead's or the reporter's."""
    row = existing(store, COLLECTION, call.path["id"], "incident role")
    if row["role_type"] != "custom":
        raise invalid("id", f"the {row['role_type']} role can't be deleted", pointer="id")
    if store.incidents.index.having_any(f"role {row['id']}"):
        raise in_use("incident role")
    store.apply([Change(COLLECTION, row["id"], None)])


def _save(store: Store, row: Row) -> dict[str, Any]:
    shortform = row["shortform"].casefold()
    others = [other for other in store.all(COLLECTION) if other["id"] != row["id"]]
    if shortform and any(other["shortform"].casefold() == shortform for other in others):
        # As recorded live: no field, and a pointer without a slash (behaviour.md#role-shortform-taken).
        raise invalid("", "shortform must be unique", pointer="shortform")
    store.apply([Change(COLLECTION, row["id"], row)])
    return {"incident_role": row}


OPERATIONS = {
    "Incident Roles V2#List": list_roles,
    "Incident Roles V2#Create": create_role,
    "Incident Roles V2#Show": show_role,
    "Incident Roles V2#Update": update_role,
    "Incident Roles V2#Delete": delete_role,
}
