"""Custom Fields V2 (behaviour.md#custom-fields-and-options)."""

from typing import Any

from ..behaviour.lookups import existing, not_blank
from ..request.call import Call
from ..request.problem import in_use, invalid
from ..store.store import Change, Store

COLLECTION = "custom_fields"
EDITABLE = (
    "name",
    "description",
    "filter_by",
    "fixed_filter",
    "group_by_catalog_attribute_id",
    "helptext_catalog_attribute_id",
)


def list_fields(store: Store, call: Call) -> dict[str, Any]:
    """List the custom fields, oldest first."""
    return {COLLECTION: list(store.all(COLLECTION))}


def show_field(store: Store, call: Call) -> dict[str, Any]:
    """Show the custom field of that id."""
    return {"custom_field": existing(store, COLLECTION, call.path["id"], "custom field")}


def create_field(store: Store, call: Call) -> dict[str, Any]:
    """Create a custom field, which every incident lists from now on."""
    not_blank(call, "name")
    if "catalog_type_id" in call.body and call.body["field_type"] not in ("single_select", "multi_select"):
        raise invalid("catalog_type_id", "only select fields can be backed by a catalog type")
    now = store.clock.timestamp()
    row = {
        "id": store.new_id(),
        **{key: call.body[key] for key in (*EDITABLE, "field_type", "catalog_type_id") if key in call.body},
        "created_at": now,
        "updated_at": now,
    }
    store.apply([Change(COLLECTION, row["id"], row)])
    return {"custom_field": row}


def update_field(store: Store, call: Call) -> dict[str, Any]:
    """Give the custom field new texts and filters; the type and the catalog behind it stay for ever."""
    row = existing(store, COLLECTION, call.path["id"], "custom field")
    not_blank(call, "name")
    kept = {key: row[key] for key in row if key not in EDITABLE}
    changed = {key: call.body[key] for key in EDITABLE if key in call.body}
    row = {**kept, **changed, "updated_at": store.clock.timestamp()}
    store.apply([Change(COLLECTION, row["id"], row)])
    return {"custom_field": row}


def delete_field(store: Store, call: Call) -> None:
    """Delete the custom field with its options, unless an incident has a value for it."""
    row = existing(store, COLLECTION, call.path["id"], "custom field")
    if store.incidents.index.having_any(f"field {row['id']}"):
        raise in_use("custom field")
    options = [each for each in store.all("custom_field_options") if each["custom_field_id"] == row["id"]]
    store.apply(
        [
            *(Change("custom_field_options", option["id"], None) for option in options),
            Change(COLLECTION, row["id"], None),
        ]
    )


OPERATIONS = {
    "Custom Fields V2#List": list_fields,
    "Custom Fields V2#Create": create_field,
    "Custom Fields V2#Show": show_field,
    "Custom Fields V2#Update": update_field,
    "Custom Fields V2#Delete": delete_field,
}
