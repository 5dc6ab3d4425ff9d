"""Catalog V3 and V2: types, and their schemas (behaviour.md#catalog).

A type's schema is set apart from the type, by whoever knows its present version.
"""

import re
from collections.abc import Mapping
from itertools import count
from typing import Any

from ..assumptions import CATALOG_COLOR, CATALOG_ICON, STALE_VERSION_STATUS
from ..behaviour.catalog import ENTRIES, TYPES, attributes_of, entries_of, is_synced
from ..behaviour.lookups import existing, not_blank, referenced
from ..request.call import Call
from ..request.problem import ErrorEntry, Problem, invalid
from ..store.store import Change, Row, Store

_CUSTOM = re.compile(r'Custom\["([A-Za-z]+)"\]')
_MANAGERS = ("incident.io/catalog-importer/", "incident.io/terraform/")
"""Annotations of what manages a type from outside begin so: the dashboard doesn't edit it then."""
_GIVEN = (
    "annotations", "categories", "color", "description", "icon", "name", "owning_team_ids", "ranked",
    "source_repo_url", "use_name_as_identifier",
)  # fmt: skip
_OPTIONAL = ("owning_team_ids", "source_repo_url")
"""What a type is without where a PUT leaves it out."""
_MODES_OF_V2 = {"api": "", "dashboard": "manual"}
"""What V2 calls modes that V3 has other names for."""
_ONLY_IN_V3 = ("engine_resource_type", "is_team_type", "owning_team_ids", "use_name_as_identifier")


def list_types(store: Store, call: Call) -> dict[str, Any]:
    """List the catalog types, oldest first."""
    counts = _counts(store)
    return {TYPES: [_shown(call, row, counts.get(row["id"], 0)) for row in store.all(TYPES)]}


def show_type(store: Store, call: Call) -> dict[str, Any]:
    """Show the catalog type of that id."""
    return _answer(store, call, existing(store, TYPES, call.path["id"], "catalog type"))


def create_type(store: Store, call: Call) -> dict[str, Any]:
    """Create one catalog type, without attributes."""
    _check(store, call)
    now, id_ = store.clock.timestamp(), store.new_id()
    row = {
        "annotations": {},
        "categories": [],
        "color": CATALOG_COLOR,
        "icon": CATALOG_ICON,
        "ranked": False,
        "use_name_as_identifier": False,
        **{key: call.body[key] for key in _GIVEN if key in call.body},
        "id": id_,
        "type_name": _type_name(store, call),
        "engine_resource_type": f'CatalogEntry["{id_}"]',
        "is_team_type": False,
        "schema": {"attributes": [], "version": 1},
        "created_at": now,
    }
    return _save(store, call, row)


def update_type(store: Store, call: Call) -> dict[str, Any]:
    """Give new texts, looks and owners; its type name stays for ever."""
    row = existing(store, TYPES, call.path["id"], "catalog type")
    _check(store, call)
    kept = {key: row[key] for key in row if key not in _OPTIONAL}
    return _save(store, call, {**kept, **{key: call.body[key] for key in _GIVEN if key in call.body}})


def delete_type(store: Store, call: Call) -> None:
    """Delete the catalog type with its entries, unless a custom field takes its values from it.

    Raises the 422 Problem for that, and for a type whose entries come from elsewhere.
    """
    row = existing(store, TYPES, call.path["id"], "catalog type")
    if any(field.get("catalog_type_id") == row["id"] for field in store.all("custom_fields")):
        raise invalid("id", "The catalog type still backs a custom field", code="in_use")
    if is_synced(row):
        raise invalid("id", "The catalog type is synced from elsewhere")
    gone = entries_of(store, row["id"])
    teams = [entry["id"] for entry in gone if store.get("teams", entry["id"]) is not None]
    store.apply(
        [
            *(Change("teams", id_, None) for id_ in teams),
            *(Change(ENTRIES, entry["id"], None) for entry in gone),
            Change(TYPES, row["id"], None),
        ]
    )


def update_schema(store: Store, call: Call) -> dict[str, Any]:
    """Give other attributes, for whoever knows the present version; entries lose what was bound to those that go."""
    row = existing(store, TYPES, call.path["id"], "catalog type")
    if call.body["version"] != row["schema"]["version"]:
        message = f"the schema is at version {row['schema']['version']}, not {call.body['version']}"
        raise Problem(STALE_VERSION_STATUS, ErrorEntry("invalid_value", message, "version", "version"))
    attributes = [_attribute(store, each, number) for number, each in enumerate(call.body["attributes"])]
    names = [each["name"] for each in attributes]
    for number, name in enumerate(names):
        if name in names[:number]:
            raise invalid(f"attributes.{number}.name", f"there is an attribute {name} already")
    schema = {"attributes": attributes, "version": row["schema"]["version"] + 1}
    left = {each["id"] for each in attributes}
    entries = [each for each in entries_of(store, row["id"]) if each["attribute_values"].keys() - left]
    changed = {**row, "schema": schema, "updated_at": store.clock.timestamp()}
    store.apply(
        [
            Change(TYPES, row["id"], changed),
            *(Change(ENTRIES, entry["id"], _without(entry, left)) for entry in entries),
        ]
    )
    return _answer(store, call, changed)


def _without(entry: Row, left: set[str]) -> Row:
    values = {id_: value for id_, value in entry["attribute_values"].items() if id_ in left}
    return {**entry, "attribute_values": values}


def _check(store: Store, call: Call) -> None:
    not_blank(call, "name")
    for number, id_ in enumerate(call.body.get("owning_team_ids", ())):
        referenced(store, "teams", id_, f"owning_team_ids.{number}")


def _type_name(store: Store, call: Call) -> str:
    """The one that was asked for, or one made of the letters of the name, with others behind it while it is taken."""
    taken = {row["type_name"] for row in store.all(TYPES)}
    wanted: str | None = call.body.get("type_name")
    if wanted is None:
        letters = "".join(re.findall("[A-Za-z]+", call.body["name"].title())) or "Type"
        names = (f'Custom["{letters}{"X" * number}"]' for number in count())
        return next(name for name in names if name not in taken)
    if not _CUSTOM.fullmatch(wanted):
        raise invalid("type_name", 'type_name must be of the form Custom["SomeName"]')
    if wanted in taken:
        raise invalid("type_name", f"type_name must be unique: there is a {wanted}")
    return wanted


def _attribute(store: Store, sent: Mapping[str, Any], number: int) -> dict[str, Any]:
    """An attribute as it is kept: under the id that was sent, even where the type hasn't had it before."""
    place = f"attributes.{number}"
    types = {row["type_name"] for row in store.all(TYPES)}
    if _CUSTOM.fullmatch(sent["type"]) and sent["type"] not in types:
        raise invalid(f"{place}.type", f"there is no catalog type {sent['type']}")
    attribute = {
        "array": sent["array"],
        "id": sent["id"] if "id" in sent else store.new_id(),
        "mode": "dashboard" if sent.get("mode") == "manual" else sent.get("mode", ""),
        "name": sent["name"],
        "type": sent["type"],
    }
    if "backlink_attribute" in sent:
        attribute["backlink_attribute"] = sent["backlink_attribute"]
    if "path" in sent:
        attribute["path"] = [
            _path_item(store, each, f"{place}.path.{at}") for at, each in enumerate(sent["path"])
        ]
    return attribute


def _path_item(store: Store, sent: Mapping[str, Any], place: str) -> dict[str, str]:
    for type_ in store.all(TYPES):
        found = attributes_of(type_).get(sent["attribute_id"])
        if found is not None:
            return {"attribute_id": found["id"], "attribute_name": found["name"]}
    raise invalid(f"{place}.attribute_id", f"no catalog type has an attribute {sent['attribute_id']}")


def _save(store: Store, call: Call, row: dict[str, Any]) -> dict[str, Any]:
    managed = any(name.startswith(_MANAGERS) for name in row["annotations"])
    row |= {
        "is_editable": not managed and "registry_type" not in row,
        "updated_at": store.clock.timestamp(),
    }
    store.apply([Change(TYPES, row["id"], row)])
    return _answer(store, call, row)


def _answer(store: Store, call: Call, row: Row) -> dict[str, Any]:
    return {"catalog_type": _shown(call, row, len(entries_of(store, row["id"])))}


def _counts(store: Store) -> dict[str, int]:
    counts: dict[str, int] = {}
    for entry in store.all(ENTRIES):
        counts[entry["catalog_type_id"]] = counts.get(entry["catalog_type_id"], 0) + 1
    return counts


def _shown(call: Call, row: Row, entries: int) -> dict[str, Any]:
    return shown_type(call, {**row, "estimated_count": entries})


def shown_type(call: Call, row: Row) -> dict[str, Any]:
    """Give a type in the shape of the version of the API that was called."""
    if call.operation.path.startswith("/v3/"):
        return dict(row)
    kept = {key: value for key, value in row.items() if key not in _ONLY_IN_V3}
    attributes = [
        {**each, "mode": _MODES_OF_V2.get(each["mode"], each["mode"])} for each in row["schema"]["attributes"]
    ]
    return {**kept, "semantic_type": "custom", "schema": {**row["schema"], "attributes": attributes}}


OPERATIONS = {
    f"Catalog {version}#{name}": handler
    for version in ("V3", "V2")
    for name, handler in {
        "ListTypes": list_types,
        "ShowType": show_type,
        "CreateType": create_type,
        "UpdateType": update_type,
        "DestroyType": delete_type,
        "UpdateTypeSchema": update_schema,
    }.items()
}
