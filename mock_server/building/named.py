"""Settings, people and incidents by the names that people know: from words to the ids of an API body."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from ...openapi import Json
from ...openapi.rfc3339 import written
from ..behaviour.incidents.payload import value_kind
from ..clock import moment
from ..input_schema import listed, quoted
from ..store.store import Row, Store

_IDENTIFYING = ("id", "email", "slack_user_id", "external_id")
_MOST_INCIDENTS = 5
_IDS = {
    "severity": ("severity_id", "severities", "severity"),
    "status": ("incident_status_id", "incident_statuses", "status"),
    "incident_type": ("incident_type_id", "incident_types", "incident type"),
    "assignee": ("assignee_id", "users", "user"),
    "priority": ("follow_up_priority_option_id", "follow_up_priorities", "priority"),
    "category": ("follow_up_category_id", "follow_up_categories", "category"),
    "team": ("assignee_team_id", "teams", "team"),
}
"""What is given by name: the API's property, the collection, and what to call it."""


def id_of(store: Store, collection: str, name: str, what: str) -> str:
    """Give the id of the row with that name or id. Raises ValueError, which lists the names that there are."""
    found: str = _row_of(store.all(collection), name, what)["id"]
    return found


def incident_id_of(store: Store, wanted: str | int) -> str:
    """Give the id of the incident with that id, reference (`INC-12`) or number. Raises ValueError."""
    text = str(wanted)
    found = store.incidents.find(text) or store.incidents.find(text.upper().removeprefix("INC-"))
    if found is None:
        index = store.incidents.index
        newest = index.page(index.all_rows, after=None, size=_MOST_INCIDENTS, newest_first=True)
        known = listed(store.incidents.row(id_)["reference"] for id_ in newest)
        raise ValueError(f"there is no incident {quoted(wanted)} (the newest are {known})")
    return found


def _role_assignments(store: Store, roles: Mapping[str, str | None]) -> list[dict[str, Any]]:
    """Roles by name, each with the name, email or id of who has it; None for nobody."""
    return [
        {"incident_role_id": id_of(store, "incident_roles", role, "role")}
        | ({} if user is None else {"assignee": {"id": id_of(store, "users", user, "user")}})
        for role, user in roles.items()
    ]


def _custom_field_entries(store: Store, fields: Mapping[str, Json]) -> list[dict[str, Any]]:
    """Custom fields by name, each with its value or a list of values; None for no value."""
    entries = []
    for name, given in fields.items():
        field = _row_of(store.all("custom_fields"), name, "custom field")
        values = given if isinstance(given, list) else [] if given is None else [given]
        entries.append(
            {"custom_field_id": field["id"], "values": [_value(store, field, each) for each in values]}
        )
    return entries


def _value(store: Store, field: Row, given: str | float) -> dict[str, str]:
    kind, text = value_kind(field), str(given)
    if kind == "value_option_id":
        options = [
            each for each in store.all("custom_field_options") if each["custom_field_id"] == field["id"]
        ]
        return {kind: _row_of(options, text, f"option of {field['name']}", "value")["id"]}
    if kind == "value_catalog_entry_id":
        entry = _row_of(store.all("catalog_entries"), text, f"catalog entry for {field['name']}")
        return {kind: entry["id"]}
    return {kind: text}


def _timestamp_values(store: Store, timestamps: Mapping[str, str | None]) -> list[dict[str, Any]]:
    """Timestamps by name, each with its moment; None for none."""
    return [
        {"incident_timestamp_id": id_of(store, "incident_timestamps", name, "timestamp")}
        | ({} if at is None else {"value": written(moment(at))})
        for name, at in timestamps.items()
    ]


def _row_of(rows: Iterable[Row], wanted: str, what: str, named: str = "name") -> Row:
    """The row of that id, of whatever else identifies it, or of that name, whatever its case."""
    rows, plain = list(rows), wanted.casefold()
    ways: tuple[Callable[[Row], bool], ...] = (
        lambda row: wanted in (row["id"], row[named]),
        lambda row: plain in (str(row[key]).casefold() for key in (named, *_IDENTIFYING) if key in row),
        lambda row: plain in (alias.casefold() for alias in row.get("aliases", ())),
    )
    for fits in ways:
        found = [row for row in rows if fits(row)]
        if found:
            # Somebody who left and came back is there twice (behaviour.md#users-duplicates); the one who can act is
            # meant.
            return next((row for row in found if row.get("is_active", True)), found[0])
    raise ValueError(f"there is no {what} {quoted(wanted)} (there are {listed(row[named] for row in rows)})")


_PARTS = {
    "roles": ("incident_role_assignments", _role_assignments),
    "custom_fields": ("custom_field_entries", _custom_field_entries),
    "timestamps": ("incident_timestamp_values", _timestamp_values),
}


def body_of(store: Store, given: Mapping[str, Any]) -> dict[str, Any]:
    """Give the properties of the API's body for what is given by name. Raises ValueError for unknown names."""
    body: dict[str, Any] = {}
    for name, value in given.items():
        if name in _IDS:
            property_name, collection, what = _IDS[name]
            body[property_name] = id_of(store, collection, value, what)
        elif name in _PARTS:
            property_name, read = _PARTS[name]
            body[property_name] = read(store, value)
        elif name != "merged_into":
            body[name] = value
    return body


def as_json(value: Any) -> Any:
    """Give a value with moments as texts and without the tuples that JSON doesn't know."""
    if isinstance(value, datetime):
        return written(moment(value))
    if isinstance(value, Mapping):
        return {key: as_json(each) for key, each in value.items()}
    return [as_json(each) for each in value] if isinstance(value, list | tuple) else value
