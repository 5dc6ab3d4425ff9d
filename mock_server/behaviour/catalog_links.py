"""Attributes of catalog entries that follow from other entries: what a path leads to, and what refers to an entry."""

from collections.abc import Iterable, Sequence
from typing import Any

from ..store.store import Row, Store
from .catalog import ENTRIES, TYPES, attributes_of, find_entry


def linked_values(store: Store, entry: Row, type_: Row, *, expand: bool | None) -> dict[str, Any]:
    """Give the bindings of an entry's computed attributes, by attribute id.

    Without `expand` those of paths; with True those of backlinks as well; with False none.
    """
    if expand is False:
        return {}
    values: dict[str, Any] = {}
    for attribute in type_["schema"]["attributes"]:
        if attribute["mode"] == "path":
            found = _followed(store, entry, attribute.get("path", ()))
        elif attribute["mode"] == "backlink" and expand:
            found = _referring(store, entry, attribute)
        else:
            continue
        literals = [{"label": each, "literal": each} for each in dict.fromkeys(found)]
        if attribute["array"]:
            values[attribute["id"]] = {"array_value": literals}
        elif literals:
            values[attribute["id"]] = {"value": literals[0]}
    return values


def _followed(store: Store, entry: Row, path: Sequence[Row]) -> Iterable[str]:
    """The literals at the end of a path of attributes."""
    entries = [entry]
    for number, step in enumerate(path):
        literals = [each for row in entries for each in _literals(row, step["attribute_id"])]
        if number == len(path) - 1:
            return literals
        entries = [
            found
            for row in entries
            for literal in _literals(row, step["attribute_id"])
            if (found := _target(store, row, step["attribute_id"], literal)) is not None
        ]
    return ()


def _target(store: Store, row: Row, attribute_id: str, literal: str) -> Row | None:
    """The entry that a literal of an entry's attribute stands for; None for none."""
    attribute = attributes_of(store.row(TYPES, row["catalog_type_id"])).get(attribute_id)
    types = [each for each in store.all(TYPES) if attribute and each["type_name"] == attribute["type"]]
    return find_entry(store, types[0]["id"], literal) if types else None


def _referring(store: Store, entry: Row, attribute: Row) -> Iterable[str]:
    """The ids of the entries that refer to this one by the attribute that a backlink names."""
    id_ = attribute.get("backlink_attribute", "")
    for row in store.all(ENTRIES):
        for literal in _literals(row, id_):
            found = _target(store, row, id_, literal)
            if found is not None and found["id"] == entry["id"]:
                yield row["id"]


def _literals(row: Row, attribute_id: str) -> list[str]:
    binding = row["attribute_values"].get(attribute_id, {})
    values = binding.get("array_value", [binding["value"]] if "value" in binding else [])
    return [each["literal"] for each in values if each.get("literal") is not None]
