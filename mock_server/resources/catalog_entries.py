"""Catalog V3 and V2: entries, by id, external id and alias; one at a time or many at once (behaviour.md#catalog).

An entry of the type for teams is a team.
"""

from collections.abc import Mapping
from typing import Any

from ..behaviour.catalog import (
    ENTRIES,
    TYPES,
    Labels,
    checked_values,
    entries_of,
    entry_by_id,
    is_synced,
    labelled,
    merged_values,
)
from ..behaviour.catalog_links import linked_values
from ..behaviour.lookups import existing, not_blank, referenced
from ..behaviour.paging import paged
from ..request.call import Call
from ..request.problem import Problem, invalid, not_found
from ..store.store import Change, Row, Store
from .catalog_types import shown_type

_GIVEN = ("name", "external_id", "aliases", "rank")
_MOST = 250
"""Entries that one bulk update takes."""


def list_entries(store: Store, call: Call) -> dict[str, Any]:
    """Give those of one type, oldest first; with `identifier` the one that is called so."""
    type_ = existing(store, TYPES, call.query["catalog_type_id"], "catalog type")
    rows = entries_of(store, type_["id"])
    if "identifier" in call.query:
        rows = [row for row in rows if call.query["identifier"] in _identifiers(type_, row)]
    page = paged(rows, call, ENTRIES)
    if call.operation.path.startswith("/v3/"):
        page["pagination_meta"]["total_record_count"] = len(rows)
    labels = Labels(store)
    shown = [_in_version(call, labelled(row, type_, labels)) for row in page[ENTRIES]]
    estimated = {**type_, "estimated_count": len(entries_of(store, type_["id"]))}
    return {**page, ENTRIES: shown, "catalog_type": shown_type(call, estimated)}


def show_entry(store: Store, call: Call) -> dict[str, Any]:
    """Show the catalog entry of that id; `expand` shows what refers to it too, or nothing but its own attributes."""
    row = entry_by_id(store, call.path["id"])
    if row is None:
        raise not_found("catalog entry")
    type_ = store.row(TYPES, row["catalog_type_id"])
    linked = linked_values(store, row, type_, expand=call.query.get("expand"))
    values = {**row["attribute_values"], **linked}
    entry = labelled({**row, "attribute_values": values}, type_, Labels(store))
    return {"catalog_entry": _in_version(call, entry), "catalog_type": shown_type(call, type_)}


def create_entry(store: Store, call: Call) -> dict[str, Any]:
    """Create one catalog entry; where the type has one with that external id, that one changes instead."""
    not_blank(call, "name")
    type_ = referenced(store, TYPES, call.body["catalog_type_id"], "catalog_type_id")
    if is_synced(type_):
        raise _synced("catalog_type_id")
    external_id = call.body.get("external_id")
    siblings = entries_of(store, type_["id"])
    same = [row for row in siblings if external_id and row.get("external_id") == external_id]
    values = checked_values(type_, call.body["attribute_values"], "attribute_values")
    given = {key: call.body[key] for key in _GIVEN if key in call.body}
    now = store.clock.timestamp()
    if same:
        return _save(store, call, type_, {**same[0], **given, "attribute_values": values, "updated_at": now})
    row = {
        "aliases": [],
        "rank": len(siblings) if type_["ranked"] else 0,
        **given,
        "id": store.new_id(),
        "catalog_type_id": type_["id"],
        "attribute_values": values,
        "created_at": now,
        "updated_at": now,
    }
    return _save(store, call, type_, row)


def update_entry(store: Store, call: Call) -> dict[str, Any]:
    """Give all its values, or only those of `update_attributes`; what is left out of the rest stays as it was."""
    row = _editable(store, call)
    not_blank(call, "name")
    type_ = store.row(TYPES, row["catalog_type_id"])
    changed = _changed(store, type_, row, call.body, call.body.get("update_attributes"), "")
    return _save(store, call, type_, changed)


def update_entries(store: Store, call: Call) -> None:
    """Update many entries of one type, all of them or none; a rank that is left out goes."""
    type_ = referenced(store, TYPES, call.body["catalog_type_id"], "catalog_type_id")
    if len(call.body["entries"]) > _MOST:
        raise invalid("entries", f"no more than {_MOST} entries can be updated at once")
    changed: dict[str, Row] = {}
    for number, sent in enumerate(call.body["entries"]):
        place = f"entries.{number}."
        row = store.get(ENTRIES, sent["entry_id"])
        if row is None or row["catalog_type_id"] != type_["id"]:
            raise invalid(f"{place}entry_id", f"{type_['name']} has no entry {sent['entry_id']}")
        only = call.body.get("update_attributes")
        changed[row["id"]] = _changed(store, type_, row, {"rank": 0, **sent}, only, place)
    _check_unique(store, type_, changed)
    store.apply(change for row in changed.values() for change in _changes(store, type_, row))


def delete_entry(store: Store, call: Call) -> None:
    """Delete the catalog entry, and the team with it that it was."""
    row = _editable(store, call)
    teams = [Change("teams", row["id"], None)] if store.get("teams", row["id"]) is not None else []
    store.apply([*teams, Change(ENTRIES, row["id"], None)])


def _editable(store: Store, call: Call) -> Row:
    row = store.get(ENTRIES, call.path["id"])
    if row is None and entry_by_id(store, call.path["id"]) is not None:
        raise _synced("id")
    return existing(store, ENTRIES, call.path["id"], "catalog entry")


def _synced(field: str) -> Problem:
    return invalid(field, "the entries of this catalog type are synced from elsewhere")


def _identifiers(type_: Row, row: Row) -> list[Any]:
    names = [row["name"]] if type_["use_name_as_identifier"] else []
    return [row["id"], row.get("external_id"), *row["aliases"], *names]


def _changed(
    store: Store, type_: Row, row: Row, sent: Mapping[str, Any], only: list[str] | None, place: str
) -> dict[str, Any]:
    values = checked_values(type_, sent["attribute_values"], f"{place}attribute_values")
    return {
        **row,
        **{key: sent[key] for key in _GIVEN if key in sent},
        "attribute_values": merged_values(row["attribute_values"], values, only),
        "updated_at": store.clock.timestamp(),
    }


def _check_unique(store: Store, type_: Row, changed: Mapping[str, Row]) -> None:
    """Raise the 422 Problem where two entries of the type would have one external id."""
    found: dict[str, str] = {}
    for row in entries_of(store, type_["id"]):
        external_id = changed.get(row["id"], row).get("external_id")
        if external_id and found.setdefault(external_id, row["id"]) != row["id"]:
            raise invalid("external_id", f"external_id must be unique for the type: {external_id}")


def _save(store: Store, call: Call, type_: Row, row: Row) -> dict[str, Any]:
    _check_unique(store, type_, {row["id"]: row})
    store.apply(_changes(store, type_, row))
    shown = _in_version(call, labelled(row, type_, Labels(store)))
    beside = {"catalog_type": shown_type(call, type_)} if call.operation.method == "PUT" else {}
    return {"catalog_entry": shown, **beside}


def _changes(store: Store, type_: Row, row: Row) -> list[Change]:
    """What happens when an entry is kept."""
    changes = [Change(ENTRIES, row["id"], row)]
    if type_.get("is_team_type"):
        members = (store.get("teams", row["id"]) or {"members": []})["members"]
        slim = {key: row[key] for key in ("external_id", "id", "name") if key in row}
        team = {"catalog_entry": slim, "id": row["id"], "members": members, "name": row["name"]}
        changes.append(Change("teams", row["id"], team))
    return changes


def _in_version(call: Call, entry: dict[str, Any]) -> dict[str, Any]:
    """An entry in the shape of the version of the API that was called: V2 gives each value a key to sort by."""
    if call.operation.path.startswith("/v3/"):
        return entry

    def with_key(value: Mapping[str, Any]) -> dict[str, Any]:
        return {**value, "label": value.get("label", ""), "sort_key": value.get("label", "")}

    values = {
        id_: {
            key: [with_key(each) for each in held] if isinstance(held, list) else with_key(held)
            for key, held in binding.items()
        }
        for id_, binding in entry["attribute_values"].items()
    }
    return {**entry, "attribute_values": values}


OPERATIONS = {
    **{
        f"Catalog {version}#{name}": handler
        for version in ("V3", "V2")
        for name, handler in {
            "ListEntries": list_entries,
            "ShowEntry": show_entry,
            "CreateEntry": create_entry,
            "UpdateEntry": update_entry,
            "DestroyEntry": delete_entry,
        }.items()
    },
    "Catalog V3#BulkUpdateEntries": update_entries,
}
