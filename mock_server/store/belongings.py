"""What belongs to incidents, indexed: updates, attachments, actions and follow-ups."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from ...openapi.rfc3339 import instant
from .facets import Facet
from .incidents import Incidents
from .row_index import IndexSnapshot, RowIndex

Row = Mapping[str, Any]
Facets = Callable[[Incidents, Row], Iterator[Facet]]

TIMES = ("created_at", "updated_at")
"""Of tasks. Each is a facet in hours: so few tasks share one that they can be looked at."""
SECONDS_AN_HOUR = 3600


class Belongings:
    """An index for each collection of what belongs to incidents, made when it is first asked for.

    Many a double that lives for one test is never asked for any.
    """

    def __init__(self, incidents: Incidents, rows: Callable[[str], Iterable[Row]]) -> None:
        self._incidents = incidents
        self._rows = rows
        self._made: dict[str, RowIndex] = {}

    def __getitem__(self, collection: str) -> RowIndex:
        """The index of a collection. Raises KeyError for one that isn't of belongings."""
        if collection not in self._made:
            index = self._empty(collection)
            index.load(self._rows(collection))
            self._made[collection] = index
        return self._made[collection]

    def _empty(self, collection: str) -> RowIndex:
        key, facets = _MADE_OF[collection]
        return RowIndex(key, lambda row: facets(self._incidents, row))

    def change(self, collection: str, before: Row | None, after: Row | None) -> None:
        """Take note of a row of any collection that is new, changed or gone."""
        if collection in self._made:
            self._made[collection].change(before, after)

    def forget(self) -> None:
        """Make each anew when it is next asked for."""
        self._made = {}

    def snapshot(self) -> Mapping[str, IndexSnapshot]:
        """Those that were made, as they are."""
        return {name: index.snapshot() for name, index in self._made.items()}

    def restore(self, snapshot: Mapping[str, IndexSnapshot]) -> None:
        """Go back to a snapshot of these; what was made since is made again when it is asked for."""
        self._made = {name: self._made.get(name) or self._empty(name) for name in snapshot}
        for name, index in snapshot.items():
            self._made[name].restore(index)

    def prepare(self) -> None:
        """Make all indexes, so that nobody has to wait for them."""
        for collection in _MADE_OF:
            self[collection]


def _of_any(incidents: Incidents, row: Row) -> Iterator[Facet]:
    yield "incident_id", row["incident_id"]
    yield "visibility", "public" if incidents.is_public(row["incident_id"]) else "private"


def _of_attachment(incidents: Incidents, row: Row) -> Iterator[Facet]:
    yield from _of_any(incidents, row)
    for name in ("resource_type", "external_id"):
        yield name, row["resource"][name]


def _of_task(incidents: Incidents, row: Row) -> Iterator[Facet]:
    yield from _of_any(incidents, row)
    yield "mode", incidents.mode(row["incident_id"]) or ""
    if "assignee_team" in row:
        yield "assignee_team_id", row["assignee_team"]["id"]
    for name in TIMES:
        yield name, instant(row[name])[0] // SECONDS_AN_HOUR


def _as_they_came(_: Row) -> int:
    return 0


def _by_creation(row: Row) -> int:
    seconds, nanoseconds = instant(row["created_at"])
    return seconds * 1_000_000_000 + nanoseconds  # takes half the room of the two


def _by_id(row: Row) -> str:
    id_: str = row["id"]
    return id_


_MADE_OF: Mapping[str, tuple[Callable[[Row], Any], Facets]] = {
    "incident_updates": (_by_creation, _of_any),
    "incident_attachments": (_as_they_came, _of_attachment),
    "actions": (_by_id, _of_task),
    "follow_ups": (_by_id, _of_task),
}
"""The order in which they are listed, oldest first, and what they are listed by."""
