"""What the catalog's entries are called, and what is bound to their attributes (behaviour.md#catalog).

A literal that stands for an entry of another type, or for a user, is kept as it was sent: an id, an external id, an
alias. Its label is that entry's name of the moment.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..request.problem import invalid
from ..store.first_members import member_of, members_of
from ..store.store import Row, Store

TYPES, ENTRIES = "catalog_types", "catalog_entries"
SYNCED: Mapping[str, str] = {"Schedule": "schedules", "EscalationPath": "escalation_paths"}
"""The collections whose members the types of these names show as entries: nobody edits those."""
COMPUTED = frozenset({"backlink", "path"})
"""The modes of attributes whose values follow from other entries, and can't be sent."""


def entries_of(store: Store, type_id: str) -> list[Row]:
    """Give the entries of a type, oldest first."""
    type_ = store.get(TYPES, type_id)
    if type_ is not None and is_synced(type_):
        return [_synced(row, type_) for row in members_of(store, SYNCED[type_["type_name"]])]
    return [row for row in store.all(ENTRIES) if row["catalog_type_id"] == type_id]


def is_synced(type_: Row) -> bool:
    """Say whether the entries of a type are what another collection holds."""
    return type_.get("registry_type") in SYNCED


def _synced(row: Row, type_: Row) -> Row:
    return {
        "aliases": [],
        "attribute_values": {},
        "catalog_type_id": type_["id"],
        "created_at": row.get("created_at", type_["created_at"]),
        "external_id": row["id"],
        "id": row["id"],
        "name": row["name"],
        "rank": 0,
        "updated_at": row.get("updated_at", type_["updated_at"]),
    }


def entry_by_id(store: Store, id_: str) -> Row | None:
    """Give the entry with that id, of whatever type; None when there is none."""
    entry = store.get(ENTRIES, id_)
    if entry is not None:
        return entry
    for type_ in store.all(TYPES):
        row = member_of(store, SYNCED[type_["registry_type"]], id_) if is_synced(type_) else None
        if row is not None:
            return _synced(row, type_)
    return None


def find_entry(store: Store, type_id: str, identifier: str) -> Row | None:
    """Give the entry of a type with that id, external id, alias, or name where the type has names as identifiers.

    None when there is none; in that order, where several fit.
    """
    direct = store.get(ENTRIES, identifier)
    if direct is not None and direct["catalog_type_id"] == type_id:
        return direct
    type_ = store.get(TYPES, type_id)
    return Identifiers(entries_of(store, type_id), type_).find(identifier)


class Identifiers:
    """The entries of one type by what they can be referred to by."""

    def __init__(self, entries: Iterable[Row], type_: Row | None) -> None:
        self._found: dict[str, Row] = {}
        entries = [*entries]
        for entry in entries:
            self._found.setdefault(entry["id"], entry)
        for entry in entries:
            if "external_id" in entry:
                self._found.setdefault(entry["external_id"], entry)
        for entry in entries:
            for alias in entry["aliases"]:
                self._found.setdefault(alias, entry)
        if type_ is not None and type_.get("use_name_as_identifier"):
            for entry in entries:
                self._found.setdefault(entry["name"], entry)

    def find(self, identifier: str) -> Row | None:
        """Give the entry; None when there is none."""
        return self._found.get(identifier)


class Labels:
    """The labels of literals, by the types of their attributes; made for one answer."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._types = {row["type_name"]: row for row in store.all(TYPES)}
        self._identifiers: dict[str, Identifiers] = {}

    def of(self, attribute: Row | None, literal: str) -> str:
        """Give the name of what the literal stands for, or the literal itself."""
        kind = "" if attribute is None else attribute["type"]
        if kind == "User":
            user = self._store.get("users", literal)
            return literal if user is None else str(user["name"])
        type_ = self._types.get(kind)
        if type_ is None:
            return literal
        if kind not in self._identifiers:
            self._identifiers[kind] = Identifiers(entries_of(self._store, type_["id"]), type_)
        entry = self._identifiers[kind].find(literal)
        return literal if entry is None else str(entry["name"])


def attributes_of(type_: Row) -> dict[str, Row]:
    """Give the attributes of a type by id."""
    return {each["id"]: each for each in type_["schema"]["attributes"]}


def checked_values(type_: Row, values: Mapping[str, Any], place: str) -> dict[str, Any]:
    """Give what was sent for the attributes of an entry, as it is kept: one of `value` and `array_value`.

    It is the one that was sent; where both were, the one that fits the attribute. Raises the 422 Problem for an
    attribute that the type hasn't, or whose values can't be sent.
    """
    attributes = attributes_of(type_)
    kept: dict[str, Any] = {}
    for id_, binding in values.items():
        here = f"{place}.{id_}"
        if id_ not in attributes:
            raise invalid(here, f"{type_['name']} has no attribute {id_}")
        if attributes[id_]["mode"] in COMPUTED:
            raise invalid(here, f"{attributes[id_]['name']} follows from other entries and can't be set")
        kept[id_] = _literals(binding, is_array=attributes[id_]["array"])
    return kept


def _literals(binding: Mapping[str, Any], *, is_array: bool) -> dict[str, Any]:
    if "array_value" in binding and (is_array or "value" not in binding):
        return {"array_value": [_literal(each) for each in binding["array_value"]]}
    value = _literal(binding.get("value", {}))
    return {"value": value} if value else {}


def _literal(value: Mapping[str, Any]) -> dict[str, Any]:
    literal = value.get("literal")
    return {} if literal is None else {"label": literal, "literal": literal}


def merged_values(
    before: Mapping[str, Any], sent: Mapping[str, Any], only: Sequence[str] | None
) -> dict[str, Any]:
    """Give the values after an update: all of them, or `only` those named; what is named and wasn't sent is cleared."""
    if only is None:
        return dict(sent)
    kept = {id_: value for id_, value in before.items() if id_ not in only}
    return kept | {id_: sent[id_] for id_ in only if id_ in sent}


def labelled(entry: Row, type_: Row, labels: Labels) -> dict[str, Any]:
    """Give the entry as it is served: each literal with the label of the moment."""
    attributes = attributes_of(type_)
    return {
        **entry,
        "attribute_values": {
            id_: _labelled(binding, attributes.get(id_), labels)
            for id_, binding in entry["attribute_values"].items()
        },
    }


def _labelled(binding: Row, attribute: Row | None, labels: Labels) -> dict[str, Any]:
    if "array_value" in binding:
        return {"array_value": [_with_label(each, attribute, labels) for each in binding["array_value"]]}
    return {"value": _with_label(binding["value"], attribute, labels)} if "value" in binding else {}


def _with_label(value: Row, attribute: Row | None, labels: Labels) -> dict[str, Any]:
    literal = value.get("literal")
    return dict(value) if literal is None else {"label": labels.of(attribute, literal), "literal": literal}
