"""What belongs to incidents, indexed: updates, attachments, actions and follow-ups."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from ...fixtures.domain.collections import Collection, Order, belonging_collections
from ...openapi.rfc3339 import instant
from .facets import Facet
from .incidents import Incidents
from .row_index import IndexSnapshot, RowIndex

Row = Mapping[str, Any]

SECONDS_AN_HOUR = 3600
"""A timestamp is a facet in hours: so few rows share one that they can be looked at."""


class Belongings:
    """An index for each collection of what belongs to incidents, made when it is first asked for.

    Many a double that lives for one test is never asked for any.
    """

    def __init__(self, incidents: Incidents, rows: Callable[[str], Iterable[Row]]) -> None:
        self._incidents = incidents
        self._rows = rows
        self._made: dict[str, RowIndex] = {}
        self._known: dict[str, IndexSnapshot] = {}
        """Those that were made by whoever has the same rows, as the rows still are."""

    def __getitem__(self, collection: str) -> RowIndex:
        """The index of a collection. Raises KeyError for one that isn't of belongings."""
        if collection not in self._made:
            index = self._empty(collection)
            if collection in self._known:
                index.restore(self._known[collection])
            else:
                index.load(self._rows(collection))
                self._known[collection] = index.snapshot()
            self._made[collection] = index
        return self._made[collection]

    def _empty(self, collection: str) -> RowIndex:
        known = belonging_collections()[collection]
        return RowIndex(_KEYS[known.order], partial(self._facets, known))

    def change(self, collection: str, before: Row | None, after: Row | None) -> None:
        """Take note of a row of any collection that is new, changed or gone."""
        if collection in self._known:
            self._known = {name: each for name, each in self._known.items() if name != collection}
        if collection in self._made:
            self._made[collection].change(before, after)

    def forget(self) -> None:
        """Make each anew when it is next asked for."""
        self._made, self._known = {}, {}

    def snapshot(self) -> dict[str, IndexSnapshot]:
        """Give those that were made, as they are; more will be there as they are made, until their rows change."""
        made = {name: index.snapshot() for name, index in self._made.items()}
        self._known = {**self._known, **made}
        return self._known

    def restore(self, snapshot: dict[str, IndexSnapshot]) -> None:
        """Go to a snapshot of these, or of those of another double."""
        self._made, self._known = {}, snapshot

    def prepare(self) -> None:
        """Make all indexes, so that nobody has to wait for them."""
        for collection in belonging_collections():
            self[collection]

    def _facets(self, collection: Collection, row: Row) -> Iterator[Facet]:
        """What a row is found by: incident, visibility, and what its collection says."""
        incident_id = row["incident_id"]
        yield "incident_id", incident_id
        yield "visibility", "public" if self._incidents.is_public(incident_id) else "private"
        if collection.by_mode:
            yield "mode", self._incidents.mode(incident_id) or ""
        for name, path in collection.facets.items():
            held: Any = row
            for step in path:
                held = None if held is None else held.get(step)
            if held is not None:
                yield name, held
        for name in collection.times:
            yield name, instant(row[name])[0] // SECONDS_AN_HOUR


def _as_they_came(_: Row) -> int:
    return 0


def _by_creation(row: Row) -> int:
    seconds, nanoseconds = instant(row["created_at"])
    return seconds * 1_000_000_000 + nanoseconds  # takes half the memory of the two


def _by_id(row: Row) -> str:
    id_: str = row["id"]
    return id_


_KEYS: Mapping[Order, Callable[[Row], Any]] = {
    "": _as_they_came,
    "id": _by_id,
    "created_at": _by_creation,
}
