"""What belongs to incidents, indexed: updates, attachments, actions and follow-ups."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ..openapi.rfc3339 import instant
from .facets import Facet
from .incidents import Incidents
from .row_index import RowIndex

Row = Mapping[str, Any]
Facets = Callable[[Incidents, Row], Iterator[Facet]]

TIMES = ("created_at", "updated_at")
"""Of tasks. Each is a facet in hours: so few tasks share one that they can be looked at."""
SECONDS_AN_HOUR = 3600


def belonging_indexes(incidents: Incidents) -> dict[str, RowIndex]:
    """An empty index for each collection of what belongs to the incidents, which it asks for mode and visibility."""
    return {name: _index(incidents, *made_of) for name, made_of in _MADE_OF.items()}


def _index(incidents: Incidents, key: Callable[[Row], Any], facets: Facets) -> RowIndex:
    return RowIndex(key, lambda row: facets(incidents, row))


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


def _by_age(_: Row) -> int:
    return 0  # as they came


def _by_id(row: Row) -> str:
    id_: str = row["id"]
    return id_


_MADE_OF: Mapping[str, tuple[Callable[[Row], Any], Facets]] = {
    "incident_updates": (_by_age, _of_any),
    "incident_attachments": (_by_age, _of_attachment),
    "actions": (_by_id, _of_task),
    "follow_ups": (_by_id, _of_task),
}
"""The order in which they are listed, oldest first, and what they are listed by."""
