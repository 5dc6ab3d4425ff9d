"""Alert Attributes V2: what every alert can say of itself; names are unique."""

from typing import Any

from ..behaviour.lookups import existing, not_blank
from ..request.call import Call
from ..request.problem import invalid
from ..store.store import Change, Row, Store

BUILT_IN = "Priority"
"""Every account has an attribute of that name, and can't have another."""
COLLECTION = "alert_attributes"
_GIVEN = ("name", "type", "array", "required", "emoji")


def list_attributes(store: Store, call: Call) -> dict[str, Any]:
    """List the alert attributes, oldest first."""
    return {COLLECTION: list(store.all(COLLECTION))}


def show_attribute(store: Store, call: Call) -> dict[str, Any]:
    """Show the alert attribute of that id."""
    return {"alert_attribute": existing(store, COLLECTION, call.path["id"], "alert attribute")}


def create_attribute(store: Store, call: Call) -> dict[str, Any]:
    """Create one alert attribute; required of alerts only where that is said."""
    return _save(store, call, {"id": store.new_id()})


def update_attribute(store: Store, call: Call) -> dict[str, Any]:
    """Give the alert attribute another name, type or emoji; whether it is required stays where that isn't said."""
    row = existing(store, COLLECTION, call.path["id"], "alert attribute")
    return _save(store, call, {"id": row["id"], "required": row["required"]})


def delete_attribute(store: Store, call: Call) -> None:
    """Delete the alert attribute."""
    row = existing(store, COLLECTION, call.path["id"], "alert attribute")
    store.apply([Change(COLLECTION, row["id"], None)])


def _save(store: Store, call: Call, base: Row) -> dict[str, Any]:
    not_blank(call, "name")
    if call.body["name"] == BUILT_IN and base["id"] != _built_in(store):
        raise invalid("name", f"You cannot have an attribute named '{BUILT_IN}'")
    row = {"required": False, **base, **{key: call.body[key] for key in _GIVEN if key in call.body}}
    if any(other["name"] == row["name"] and other["id"] != row["id"] for other in store.all(COLLECTION)):
        raise invalid("name", "name must be unique among the alert attributes")
    store.apply([Change(COLLECTION, row["id"], row)])
    return {"alert_attribute": row}


def _built_in(store: Store) -> str | None:
    return next((row["id"] for row in store.all(COLLECTION) if row["name"] == BUILT_IN), None)


OPERATIONS = {
    "Alert Attributes V2#List": list_attributes,
    "Alert Attributes V2#Create": create_attribute,
    "Alert Attributes V2#Show": show_attribute,
    "Alert Attributes V2#Update": update_attribute,
    "Alert Attributes V2#Destroy": delete_attribute,
}
