"""What the body of a create or an edit does to an incident's roles, custom fields and timestamps.

Arrays act for each id they name and leave the others as they are (behaviour.md#edit-arrays-by-id). Every function takes
the incident's present list and gives the new one; a reference to nothing is the 422 Problem for its place in the body.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ....fixtures.domain.embedded import embedded_entry, embedded_role, embedded_user
from ...request.problem import invalid
from ...store.store import Row, Store
from ..catalog import find_entry
from ..lookups import referenced

_NUMBER = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
_VALUE_KINDS = {"text": "value_text", "link": "value_link", "numeric": "value_numeric"}
_KINDS = frozenset({*_VALUE_KINDS.values(), "value_catalog_entry_id", "value_option_id"})
"""What a value may be given as; the deprecated `value_timestamp` and unknown properties are ignored."""
_USER_KEYS = ("id", "email", "slack_user_id")


def new_role_assignments(store: Store) -> list[Row]:
    """Make the rows of an incident in which nobody has a role yet: lead and reporter are always listed."""
    return [
        {"role": embedded_role(role)} for role in store.all("incident_roles") if role["role_type"] != "custom"
    ]


def role_assignments(
    store: Store, present: Sequence[Row], payload: Sequence[Row], place: str, *, creating: bool = False
) -> list[Row]:
    """Assign and unassign. The reporter can only be chosen at creation (behaviour.md#reporter-only-at-creation)."""
    assignments = list(present)
    for number, wanted in enumerate(payload):
        here = f"{place}.{number}"
        role = referenced(store, "incident_roles", wanted["incident_role_id"], f"{here}.incident_role_id")
        if role["role_type"] == "reporter" and not creating:
            raise invalid(f"{here}.incident_role_id", "the reporter can only be assigned at creation")
        row: dict[str, Any] = {"role": embedded_role(role)}
        if "assignee" in wanted:
            row["assignee"] = embedded_user(find_user(store, wanted["assignee"], f"{here}.assignee"))
        unlisted = "assignee" not in row and role["role_type"] == "custom"
        assignments = _replaced(assignments, "role", role["id"], [] if unlisted else [row])
    return assignments


def _replaced(rows: Sequence[Row], about: str, id_: str, new: list[Row]) -> list[Row]:
    """The rows with `new` in the place of those about that id, or at the end; all others are as they were."""
    others = [row for row in rows if row[about]["id"] != id_]
    place = next((number for number, row in enumerate(rows) if row[about]["id"] == id_), len(others))
    return [*others[:place], *new, *others[place:]]


def find_user(store: Store, reference: Mapping[str, Any], place: str) -> Row:
    """Find the user that a body names by `id`, `email` or `slack_user_id`; all that are given must fit."""
    wanted: dict[str, str] = {key: reference[key] for key in _USER_KEYS if key in reference}
    if not wanted:
        raise invalid(place, f"{place} must have an id, an email or a slack_user_id")
    for user in store.all("users"):
        if all(key in user and user[key].casefold() == value.casefold() for key, value in wanted.items()):
            return user
    raise invalid(place, f"{place} does not refer to a user that exists")


def new_custom_field_entries(store: Store) -> list[Row]:
    """List every custom field, unset (behaviour.md#every-custom-field-listed)."""
    return [
        {"custom_field": store.field_info(field["id"]), "values": []} for field in store.all("custom_fields")
    ]


def custom_field_entries(
    store: Store, present: Sequence[Row], payload: Sequence[Row], place: str
) -> list[Row]:
    """Set the named custom fields; an empty list of values clears one."""
    entries = list(present)
    for number, wanted in enumerate(payload):
        here = f"{place}.{number}"
        field = referenced(store, "custom_fields", wanted["custom_field_id"], f"{here}.custom_field_id")
        if field["field_type"] != "multi_select" and len(wanted["values"]) > 1:
            raise invalid(f"{here}.values", f"{field['name']} takes one value only")
        values = [
            _value(store, field, value, f"{here}.values.{position}")
            for position, value in enumerate(wanted["values"])
        ]
        kept = [value for position, value in enumerate(values) if value and value not in values[:position]]
        entry = {"custom_field": store.field_info(field["id"]), "values": kept}
        entries = _replaced(entries, "custom_field", field["id"], [entry])
    return entries


def _value(store: Store, field: Row, given: Row, place: str) -> Row:
    kind = value_kind(field)
    kinds = [name for name in given if name in _KINDS]
    if kinds != [kind]:
        raise invalid(
            place, f"{field['name']} is a {field['field_type']} field: its values are given as {kind}"
        )
    text = given[kind]
    if kind == "value_option_id":
        option = store.get("custom_field_options", text)
        if option is None or option["custom_field_id"] != field["id"]:
            raise invalid(f"{place}.{kind}", f"{field['name']} has no such option: {text}")
        return {"value_option": option}
    if kind == "value_catalog_entry_id":
        return {"value_catalog_entry": _catalog_entry(store, field, text, f"{place}.{kind}")}
    if kind == "value_numeric" and text and not _NUMBER.fullmatch(text):
        raise invalid(f"{place}.{kind}", f"{field['name']} takes a decimal number, written as a string")
    return {kind: text} if text else {}


def value_kind(field: Row) -> str:
    """Give the property as which the values of a custom field are given."""
    if field["field_type"] in _VALUE_KINDS:
        return _VALUE_KINDS[field["field_type"]]
    return "value_catalog_entry_id" if "catalog_type_id" in field else "value_option_id"


def _catalog_entry(store: Store, field: Row, name: str, place: str) -> Row:
    # By id, external id or alias, in that order (behaviour.md#custom-field-values).
    entry = find_entry(store, field["catalog_type_id"], name)
    if entry is None:
        raise invalid(place, f"no such catalog entry: {name}")
    return embedded_entry(entry)


def new_timestamp_values(store: Store) -> list[Row]:
    """List every timestamp, by rank, none with a value."""
    return [
        {"incident_timestamp": row}
        for row in sorted(store.all("incident_timestamps"), key=lambda row: row["rank"])
    ]


def timestamp_values(store: Store, present: Sequence[Row], payload: Sequence[Row], place: str) -> list[Row]:
    """Set the named timestamps; an entry without a value clears one."""
    values = list(present)
    for number, wanted in enumerate(payload):
        id_ = wanted["incident_timestamp_id"]
        timestamp = referenced(store, "incident_timestamps", id_, f"{place}.{number}.incident_timestamp_id")
        values = _replaced(values, "incident_timestamp", id_, [with_value(timestamp, wanted.get("value"))])
    return values


def with_value(timestamp: Row, moment: str | None) -> Row:
    """Make an `IncidentTimestampWithValueV2`."""
    row: dict[str, Any] = {"incident_timestamp": timestamp}
    return row if moment is None else {**row, "value": {"value": moment}}
