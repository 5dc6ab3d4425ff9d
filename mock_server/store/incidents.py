"""The incidents of a double: kept as the JSON that is served, found by id and number, indexed for the filters."""

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from sys import intern
from typing import Any, NamedTuple, Protocol

import orjson

from ...fixtures.domain.collections import embedded_collections
from ...fixtures.domain.embedded import embedded_role, embedded_type
from .incident_index import IncidentIndex
from .row_index import IndexSnapshot

Row = Mapping[str, Any]


class Settings(Protocol):
    """What incidents embed, as it stands now."""

    @property
    def version(self) -> int:
        """Moves whenever something that incidents embed has changed."""

    def get(self, collection: str, id_: str) -> Row | None:
        """Give one row."""

    def field_info(self, id_: str) -> Row | None:
        """Give a custom field with its options, as an incident embeds it; None when there is no such field."""

    def added_fields(self) -> Iterable[str]:
        """Give custom fields that came after the data set, oldest first."""

    def deleted(self, collection: str, id_: str) -> Row | None:
        """Give a row that is gone, as it last was; None where there never was one."""


@dataclass(frozen=True, slots=True)  # snapshots share them
class _Rendered:
    """An incident as JSON, with what is asked of it too often to read that."""

    version: int
    """Of the settings it was rendered with."""
    content: bytes
    mode: str
    is_public: bool


class IncidentsSnapshot(NamedTuple):
    """Incidents as they were."""

    version: int
    """Of the settings."""
    rendered: dict[str, _Rendered]
    """Rendered anew, as those settings have it, by whoever first looks; never otherwise changed."""
    numbers: dict[str, str]
    indexed: IndexSnapshot
    compared: dict[str, list[tuple[Decimal, str]]]
    """The index's numbers."""


class Incidents:
    """All incidents. A row is stored as rendered bytes, and rendered anew when what it embeds has changed."""

    def __init__(self, settings: Settings, rows: Iterable[Row]) -> None:
        self._settings = settings
        self._rendered: dict[str, _Rendered] = {}
        self._numbers: dict[str, str] = {}
        self._shared_at: int | None = None
        """The version of the settings at which a snapshot has these incidents too; None for not shared."""
        self.index = IncidentIndex(lambda id_: settings.get("severities", id_) is not None)
        self.index.load(self._remembered(rows))

    def replace(self, rows: Iterable[Row]) -> None:
        """Have these instead."""
        others = Incidents(self._settings, rows)
        self._rendered, self._numbers, self.index = others._rendered, others._numbers, others.index
        self._shared_at = None

    def rows(self) -> Iterator[Row]:
        """Give all of them as they are served now, in the order in which they came."""
        return map(self.row, self.ids())

    def ids(self) -> Iterator[str]:
        """Give the ids of all of them, in the order in which they came."""
        return iter(tuple(self._rendered))

    def oldest_public(self, count: int) -> list[str]:
        """Give the ids of so many real ones that everybody may see, in the order in which they came."""
        public = (id_ for id_, each in self._rendered.items() if each.is_public and each.mode == "standard")
        return list(islice(public, count))

    def _remembered(self, rows: Iterable[Row]) -> Iterable[Row]:
        for row in rows:
            self._remember(row)
            yield row

    def _remember(self, row: Row) -> None:
        # -1: rendered before anyone looked, so that the first reader sees today's settings.
        public, mode = row["visibility"] == "public", intern(row["mode"])
        self._rendered[row["id"]] = _Rendered(-1, _json(row), mode, public)
        self._numbers.setdefault(number_of(row), row["id"])

    def snapshot(self) -> "IncidentsSnapshot":
        """Give the incidents as they are. Nothing is copied before something changes."""
        version = self._settings.version
        if self._shared_at != version:
            self._own()  # or what is rendered from now on would reach the snapshot that shares them
            self._shared_at = version
        return IncidentsSnapshot(
            version, self._rendered, self._numbers, self.index.snapshot(), self.index.numbers
        )

    def restore(self, snapshot: "IncidentsSnapshot") -> None:
        """Go to a snapshot of these, or of those of another double."""
        self._rendered, self._numbers = snapshot.rendered, snapshot.numbers
        self._shared_at = snapshot.version
        self.index.restore(snapshot.indexed)
        self.index.numbers = snapshot.compared

    def _own(self) -> None:
        """Have copies of what a snapshot has too, to change them."""
        if self._shared_at is not None:
            self._rendered, self._numbers = {**self._rendered}, {**self._numbers}
            self._shared_at = None

    def put(self, before: Row | None, after: Row) -> None:
        """Store a new incident, or a changed one."""
        self._own()
        self._remember(after)
        self.index.change(before, after)

    def find(self, id_or_number: str) -> str | None:
        """Give the id of the incident with that id, or with that bare number (behaviour.md#show-by-number)."""
        if id_or_number in self._rendered:
            return id_or_number
        return self._numbers.get(id_or_number.lstrip("0")) if id_or_number.isdigit() else None

    def highest_number(self) -> int:
        """Give the highest number of a reference; 0 when there is none."""
        return max((int(number) for number in self._numbers if number.isdigit()), default=0)

    def has_number(self, number: int) -> bool:
        """Say whether a reference with that number is taken."""
        return str(number) in self._numbers

    def row(self, id_: str) -> Row:
        """Give the incident as it is served now. Raises KeyError for an unknown id."""
        row: Row = orjson.loads(self.rendered(id_))
        return row

    def rendered(self, id_: str) -> bytes:
        """Give the incident as it is served now, as JSON. Raises KeyError for an unknown id."""
        kept = self._rendered[id_]
        if kept.version != self._settings.version:
            if self._shared_at != self._settings.version:
                self._own()
            content = _json(refreshed(orjson.loads(kept.content), self._settings))
            kept = dataclasses.replace(kept, version=self._settings.version, content=content)
            self._rendered[id_] = kept
        return kept.content

    def mode(self, id_: str) -> str | None:
        """Give the mode of an incident, which never changes; None for an unknown id."""
        return self._rendered[id_].mode if id_ in self._rendered else None

    def is_public(self, id_: str) -> bool:
        """Say whether there is an incident of that id, and everybody may see it. That never changes."""
        return id_ in self._rendered and self._rendered[id_].is_public


def _json(row: Row) -> bytes:
    # orjson leaves its buffer as large as it grew, up to twice the text; a copy has just the size.
    return bytes(memoryview(orjson.dumps(row)))


def number_of(row: Row) -> str:
    """Give the number in an incident's reference: `123` of `INC-123`."""
    reference: str = row["reference"]
    return reference.rpartition("-")[2]


def refreshed(row: dict[str, Any], settings: Settings) -> Row:
    """Give the incident with everything it embeds as the settings have it now.

    What the settings don't know (an incident made from the contract alone embeds what it likes) stays as it is.
    """
    for name, collection in _EMBEDDED.items():
        if name in row:
            row[name] = _last_known(settings, collection, row[name]["id"]) or row[name]
    if "incident_type" in row:
        row["incident_type"] = embedded_type(row["incident_type"])
    for assignment in row["incident_role_assignments"]:
        role = _last_known(settings, "incident_roles", assignment["role"]["id"])
        if role is not None:
            assignment["role"] = embedded_role(role)
    row["custom_field_entries"] = list(_entries(row["custom_field_entries"], settings))
    return row


def _last_known(settings: Settings, collection: str, id_: str) -> Row | None:
    """A row as it is, or as it was when it was deleted, so that it doesn't matter when an incident is rendered."""
    return settings.get(collection, id_) or settings.deleted(collection, id_)


_EMBEDDED = {each.embedded_as: name for name, each in embedded_collections().items() if each.embedded_as}


def _entries(entries: list[dict[str, Any]], settings: Settings) -> Iterable[Row]:
    listed = set()
    for entry in entries:
        field_id = entry["custom_field"]["id"]
        listed.add(field_id)
        info = settings.field_info(field_id)
        if info is not None:
            yield {"custom_field": info, "values": [_value(value, settings) for value in entry["values"]]}
        elif settings.deleted("custom_fields", field_id) is None:
            yield entry
    for field_id in settings.added_fields():
        if field_id not in listed:
            yield {"custom_field": settings.field_info(field_id), "values": []}


def _value(value: Row, settings: Settings) -> Row:
    if "value_option" not in value:
        return value
    option = _last_known(settings, "custom_field_options", value["value_option"]["id"])
    return value if option is None else {**value, "value_option": option}
