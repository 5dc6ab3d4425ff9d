"""The state of one double: collections of immutable rows, and one door through which they change."""

import random
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any, NamedTuple

from ...fixtures.domain.dataset import Dataset
from ...fixtures.domain.embedded import embedded_field
from ...fixtures.domain.identifiers import ulid
from ..clock import Clock
from .belongings import Belongings
from .incidents import Incidents, IncidentsSnapshot
from .row_index import IndexSnapshot

Row = Mapping[str, Any]

EMBEDDED_IN_INCIDENTS = frozenset(
    {
        "severities",
        "incident_statuses",
        "incident_types",
        "incident_roles",
        "custom_fields",
        "custom_field_options",
    }
)


@dataclass(frozen=True, slots=True)
class Change:
    """One row that is new (`after` only), changed, or gone (`after` is None). `id` is the row's own."""

    collection: str
    id: str
    after: Row | None


class Applied(NamedTuple):
    """One row as a change found it and as it left it; None for not there."""

    collection: str
    id: str
    before: Row | None
    after: Row | None


Watcher = Callable[[Sequence[Applied]], None]


class StoreSnapshot(NamedTuple):
    """A store as it was."""

    version: int
    revision: int
    collections: Mapping[str, Mapping[str, Row]]
    deleted: frozenset[tuple[str, str]]
    incidents: IncidentsSnapshot
    belongings: Mapping[str, IndexSnapshot]
    names: tuple[str, str, str]
    data_set_fields: frozenset[str]


class Contents(NamedTuple):
    """What a store takes in, in place of what it has of that."""

    organisation: str
    slug: str
    slack_team_id: str
    collections: Mapping[str, Mapping[str, Row]]
    """The rows of some collections by their keys, oldest first; all other collections stay."""


class Store:
    """Everything a double knows. Nothing outside `apply` changes it, but `restore` takes it back to a snapshot.

    A row is a JSON object in the shape in which its own resource serves it. Besides the resources there are the
    double's own collections: `counters`, and `idempotency_keys`.
    """

    def __init__(self, dataset: Dataset, clock: Clock, *, seed: int = 0) -> None:
        self.clock = clock
        self.organisation = dataset.organisation
        self.slug = dataset.slug
        self.slack_team_id = dataset.slack_team_id
        self.random = random.Random(seed)
        self._numbers = count(1)
        self.version = 0
        self.revision = 0
        """Another one after every `apply`: under the same revision, every read has the answer it had before."""
        self.watchers: list[Watcher] = []
        """Called after every `apply` with all that it did."""
        self._first: StoreSnapshot | None = None
        self._collections: dict[str, dict[str, Row]] = {
            name: {row["id"]: row for row in rows}
            for name, rows in dataset.collections.items()
            if name != "incidents"
        }
        self._data_set_fields = frozenset(self._collections.get("custom_fields", ()))
        self._deleted: set[tuple[str, str]] = set()
        self._field_infos: dict[str, Row] = {}
        self.incidents = Incidents(self, dataset.collections.get("incidents", ()))
        self.belongings = Belongings(self.incidents, self.all)

    def new_id(self) -> str:
        """A ULID of the present moment."""
        return ulid(int(self.clock.now().timestamp() * 1000), self.random)

    def get(self, collection: str, id_: str) -> Row | None:
        """One row, or None."""
        return self._collections.get(collection, {}).get(id_)

    def row(self, collection: str, id_: str) -> Row:
        """One row that is known to be there."""
        return self._collections[collection][id_]

    def all(self, collection: str) -> Collection[Row]:
        """The rows of a collection, oldest first."""
        return self._collections.get(collection, {}).values()

    def apply(self, changes: Iterable[Change]) -> None:
        """Carry out the changes."""
        if self._first is None:
            self._first = self.snapshot()  # not before: many a double is only read
        self.revision = next(self._numbers)
        applied = [Applied(*self._apply(change)) for change in changes]
        for watcher in self.watchers:
            watcher(applied)

    def _apply(self, change: Change) -> tuple[str, str, Row | None, Row | None]:
        collection, id_, after = change.collection, change.id, change.after
        if collection == "incidents":
            return collection, id_, self._apply_to_incidents(change), after
        rows = self._collections.setdefault(collection, {})
        before = rows.get(id_)
        self.belongings.change(collection, before, after)
        if after is None:
            del rows[id_]
            self._deleted.add((collection, id_))
        else:
            rows[id_] = after
        if collection in EMBEDDED_IN_INCIDENTS:
            self.version = next(self._numbers)
            self._field_infos.clear()
        return collection, id_, before, after

    def _apply_to_incidents(self, change: Change) -> Row | None:
        if change.after is None:
            raise ValueError("the API has no way to delete an incident")
        known = self.incidents.find(change.id) == change.id
        before = self.incidents.row(change.id) if known else None
        self.incidents.put(before, change.after)
        return before

    def snapshot(self) -> StoreSnapshot:
        """Everything as it is, but for chance."""
        return StoreSnapshot(
            self.version,
            self.revision,
            {name: {**rows} for name, rows in self._collections.items()},
            frozenset(self._deleted),
            self.incidents.snapshot(),
            self.belongings.snapshot(),
            (self.organisation, self.slug, self.slack_team_id),
            self._data_set_fields,
        )

    def restore(self, snapshot: StoreSnapshot) -> None:
        """Go back to a snapshot of this store."""
        if self.revision == snapshot.revision:
            return
        self.version, self.revision = snapshot.version, snapshot.revision
        self._collections = {name: {**rows} for name, rows in snapshot.collections.items()}
        self._deleted = set(snapshot.deleted)
        self.organisation, self.slug, self.slack_team_id = snapshot.names
        self._data_set_fields = snapshot.data_set_fields
        self._field_infos.clear()
        self.incidents.restore(snapshot.incidents)
        self.belongings.restore(snapshot.belongings)

    def rows(self) -> dict[str, Mapping[str, Row]]:
        """The rows of every collection by their keys, oldest first; of all but the incidents."""
        return {name: {**rows} for name, rows in self._collections.items()}

    def take_in(self, contents: Contents) -> None:
        """Have other contents from now on. Watchers aren't told; snapshots taken before can still be restored."""
        collections = dict(contents.collections)
        incidents = collections.pop("incidents", None)
        self._first = self._first or self.snapshot()
        self.version, self.revision = next(self._numbers), next(self._numbers)
        self.organisation, self.slug, self.slack_team_id = contents[:3]
        self._collections |= {name: dict(rows) for name, rows in collections.items()}
        if "custom_fields" in collections:
            self._data_set_fields = frozenset(collections["custom_fields"])
        self._deleted = {each for each in self._deleted if each[0] not in collections}
        self._field_infos.clear()
        if incidents is not None:
            self.incidents.replace(incidents.values())
        self.belongings.forget()

    def reset(self) -> None:
        """Go back to the data set that it began with."""
        if self._first is not None:
            self.restore(self._first)

    def field_info(self, id_: str) -> Row | None:
        """A custom field as an incident embeds it (CustomFieldTypeInfoV2), its options by sort_key."""
        if id_ not in self._field_infos:
            field = self.get("custom_fields", id_)
            if field is None:
                return None
            self._field_infos[id_] = embedded_field(field, self.all("custom_field_options"))
        return self._field_infos[id_]

    def added_fields(self) -> Iterable[str]:
        """Custom fields that came after the data set: every incident lists these too.

        See behaviour.md#every-custom-field-listed.
        """
        return [id_ for id_ in self._collections.get("custom_fields", ()) if id_ not in self._data_set_fields]

    def was_deleted(self, collection: str, id_: str) -> bool:
        """Whether there was such a row once."""
        return (collection, id_) in self._deleted
