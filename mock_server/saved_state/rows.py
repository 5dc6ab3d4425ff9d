"""The rows of a state that was saved, or written by hand: held against the contract and against each other."""

from collections.abc import Container, Iterable, Mapping
from functools import cache
from typing import Any

from ...fixtures.domain.collections import belonging_collections, every_collection
from ...openapi import Document, Json, bundled
from ...openapi.rfc3339 import instant
from ..behaviour.idempotency import COLLECTION as KEYS
from ..generic.answering.single_answers import KEPT
from ..input_schema import abridged, located, quoted
from ..store.first_members import BEGUN
from ..store.incidents import Incidents
from ..store.store import Row

_TOLERABLE = ("enum", "format", "pattern", "minLength", "maxLength", "minimum", "maximum")
"""What is said of a value that may be right tomorrow; the double itself needs types and required properties."""
_Rows = Mapping[str, Row]


def keyed(collection: str, rows: Json) -> dict[str, Row]:
    """Give the rows by the keys under which a store has them. Raises ValueError for a key that is there twice."""
    if isinstance(rows, Mapping):
        return dict(rows)
    found: dict[str, Row] = {}
    for place, row in enumerate(rows):
        key = str(row["id"])
        if key in found:
            raise ValueError(_at(collection, place, "id", complaint=f"{quoted(key)} is there twice"))
        found[key] = row
    return found


def check_rows(collections: Mapping[str, _Rows], *, beyond_contract: bool) -> None:
    """Raise ValueError for a collection that there isn't, or the first row that isn't what its collection holds."""
    known = every_collection()
    for name in collections:
        # Those that a document implies begin with a slash.
        if name not in known and name not in (BEGUN, KEPT) and not name.startswith("/"):
            names = ", ".join(known)
            raise ValueError(f"/collections: there is no collection {quoted(name)} (there are {names})")
    for collection, rows in collections.items():
        if collection in known:
            tolerated = _TOLERABLE if beyond_contract and collection == "incidents" else ()
            for place, row in enumerate(rows.values()):
                _check_row(collection, place, row, tolerated)
    for place, row in enumerate(collections.get("incidents", {}).values()):
        _check_moments(place, row)


def is_beyond_contract(incidents: Iterable[Row]) -> bool:
    """Say whether an incident has something that the contract doesn't, as tomorrow's may."""
    validator = _contract().validator(_schema("incidents"))
    return not all(validator.is_valid(row) for row in incidents)


def drop_orphans(
    present: Mapping[str, _Rows], incidents: Incidents, coming: Mapping[str, _Rows]
) -> dict[str, _Rows]:
    """Give the collections that come, and those that stay without what belongs to incidents that go.

    Raises ValueError for what comes and belongs to an incident that there isn't.
    """
    known = coming.get("incidents")
    kept: dict[str, _Rows] = dict(coming)
    there: Container[str] = known if known is not None else {row["id"]: row for row in incidents.rows()}
    for name in belonging_collections():
        if name in coming:
            _check_belonging(name, coming[name].values(), there)
        elif known is not None:
            rows = present.get(name, {})
            kept[name] = {key: row for key, row in rows.items() if row["incident_id"] in known}
    objects = {**present, **kept}
    if KEYS in coming:
        for key, row in coming[KEYS].items():
            if not _is_there(row, there, objects):
                raise ValueError(located([KEYS, key], f"there is no object {quoted(row['object_id'])}"))
    elif known is not None or coming.keys() & objects.keys():
        kept[KEYS] = {
            key: row for key, row in present.get(KEYS, {}).items() if _is_there(row, there, objects)
        }
    return kept


def _is_there(key: Row, incidents: Container[str], objects: Mapping[str, _Rows]) -> bool:
    """Whether the object is there that an idempotency key stands for."""
    collection = key["id"].partition(" ")[0]
    return key["object_id"] in (incidents if collection == "incidents" else objects.get(collection, {}))


def _check_row(collection: str, place: int, row: Row, tolerated: Iterable[str]) -> None:
    validator = _contract().validator(_schema(collection))
    if validator.is_valid(row):
        return
    for error in validator.iter_errors(row):
        if error.kind.name not in tolerated:
            raise ValueError(_at(collection, place, *error.instance_path, complaint=abridged(error.message)))


def _check_moments(place: int, row: Row) -> None:
    for name in ("created_at", "updated_at"):
        try:
            instant(row[name])
        except ValueError as error:
            raise ValueError(_at("incidents", place, name, complaint=str(error))) from None


def _check_belonging(collection: str, rows: Iterable[Row], incidents: Container[str]) -> None:
    for place, row in enumerate(rows):
        id_ = row["incident_id"]
        if id_ not in incidents:
            raise ValueError(
                _at(collection, place, "incident_id", complaint=f"there is no incident {quoted(id_)}")
            )


def _at(collection: str, place: int, *path: str | int, complaint: str) -> str:
    return located(["collections", collection, place, *path], complaint)


def _schema(collection: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{every_collection()[collection].schema}"}


@cache
def _contract() -> Document:
    return bundled()
