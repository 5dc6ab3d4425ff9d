"""Custom Field Options V1 (behaviour.md#custom-fields-and-options)."""

import re
from typing import Any

from ..behaviour.lookups import existing, not_blank, referenced
from ..behaviour.paging import paged
from ..request.call import Call
from ..request.problem import in_use, invalid
from ..store.store import Change, Row, Store

COLLECTION = "custom_field_options"
DEFAULT_SORT_KEY = 1000


def list_options(store: Store, call: Call) -> dict[str, Any]:
    """List the options of one field, by sort_key."""
    field = existing(store, "custom_fields", call.query["custom_field_id"], "custom field")
    rows = [row for row in store.all(COLLECTION) if row["custom_field_id"] == field["id"]]
    return paged(sorted(rows, key=lambda row: (row["sort_key"], row["id"])), call, COLLECTION)


def show_option(store: Store, call: Call) -> dict[str, Any]:
    """Show the option of that id."""
    return {"custom_field_option": existing(store, COLLECTION, call.path["id"], "custom field option")}


def create_option(store: Store, call: Call) -> dict[str, Any]:
    """Create an option of a select field."""
    field = referenced(store, "custom_fields", call.body["custom_field_id"], "custom_field_id")
    if field["field_type"] not in ("single_select", "multi_select") or "catalog_type_id" in field:
        raise invalid("custom_field_id", "only a select field that no catalog type backs has options")
    row = {
        "id": store.new_id(),
        "custom_field_id": field["id"],
        "sort_key": call.body.get("sort_key", DEFAULT_SORT_KEY),
        "value": call.body["value"],
    }
    return _save(store, call, row)


def update_option(store: Store, call: Call) -> dict[str, Any]:
    """Give the option a new value and place."""
    row = existing(store, COLLECTION, call.path["id"], "custom field option")
    return _save(store, call, {**row, "sort_key": call.body["sort_key"], "value": call.body["value"]})


def delete_option(store: Store, call: Call) -> None:
    """Delete the option, unless an incident has it as a value."""
    row = existing(store, COLLECTION, call.path["id"], "custom field option")
    if store.incidents.index.having(f"field {row['custom_field_id']}", [row["id"]]):
        raise in_use("custom field option")
    store.apply([Change(COLLECTION, row["id"], None)])


def _save(store: Store, call: Call, row: Row) -> dict[str, Any]:
    not_blank(call, "value")
    value = row["value"]
    if value != value.strip() or re.search(r"[\t\r\n]", value):
        raise invalid("value", "value must not start or end with white space, nor hold tabs or line breaks")
    for other in store.all(COLLECTION):
        same_field = other["custom_field_id"] == row["custom_field_id"] and other["id"] != row["id"]
        if same_field and other["value"] == value:
            raise invalid("value", "value must be unique among the options of its custom field")
    store.apply([Change(COLLECTION, row["id"], row)])
    return {"custom_field_option": row}


OPERATIONS = {
    "Custom Field Options V1#List": list_options,
    "Custom Field Options V1#Create": create_option,
    "Custom Field Options V1#Show": show_option,
    "Custom Field Options V1#Update": update_option,
    "Custom Field Options V1#Delete": delete_option,
}
