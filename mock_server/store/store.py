"""The state of one double: collections of immutable rows, and one door through which they change."""

import random
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import count as counting
from itertools import islice
from typing import Any, NamedTuple

from ...fixtures.domain.collections import embedded_collections
from ...fixtures.domain.dataset import Dataset
from ...fixtures.domain.embedded import embedded_field
from ...fixtures.domain.identifiers import ulid
from ..clock import Clock
from ..watching import Watch, Watchers
from .belongings import Belongings
from .incidents import Incidents, IncidentsSnapshot
from .row_index import IndexSnapshot

Row = Mapping[str, Any]


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


_STAMPS = counting(1)
"""For what stores were at some time: no two of them have the same, so that one may go on from another's snapshot."""


class StoreSnapshot(NamedTuple):
    """A store as it was. Whatever goes on from it shares its rows and indexes, and copies what it changes."""

    version: int
    revision: int
    collections: Mapping[str, dict[str, Row]]
    deleted: Mapping[tuple[str, str], Row]
    incidents: IncidentsSnapshot
    belongings: dict[str, IndexSnapshot]
    names: tuple[str, str, str]
    data_set_fields: frozenset[str]


class StoreContents(NamedTuple):
    """What a store loads, in place of what it has of that."""

    organisation: str
    slug: str
    slack_team_id: str
    collections: Mapping[str, Mapping[str, Row]]
    """The rows of some collections by their keys, oldest first; all other collections stay."""
    deleted: Mapping[tuple[str, str], Row] | None = None
    """What incidents embedded and was deleted, as it last was; None for those of the collections that stay."""
    data_set_fields: frozenset[str] | None = None
    """The custom fields that count as having been there from the beginning; None for those that come."""


class Store:
    """Everything an account knows.

    `apply` is the one door through which it changes. Beside it there are two ways to have other contents at once, which
    no watcher sees: `load`, and `restore`, which goes to a snapshot. No read changes anything that a snapshot holds.

    A row is a JSON object in the shape in which its own resource serves it. Besides the resources there are the
    double's own collections: `counters`, and `idempotency_keys`.
    """

    def __init__(self, dataset: Dataset, clock: Clock, *, seed: int = 0) -> None:
        self.clock = clock
        self.organisation = dataset.organisation
        self.slug = dataset.slug
        self.slack_team_id = dataset.slack_team_id
        self.random = random.Random(seed)
        self.version = next(_STAMPS)
        self.revision = next(_STAMPS)
        """Another one after every `apply`: under the same revision, every read has the answer it had before."""
        self.watchers: Watchers[[Sequence[Applied]]] = Watchers()
        self.recorders: Watchers[[Sequence[Change] | None]] = Watchers()
        """Called after every change, whoever else is not to see it: with what was applied, with nothing where only
        chance has changed, and with None where it has other contents."""
        self._collections: dict[str, dict[str, Row]] = {
            name: {row["id"]: row for row in rows}
            for name, rows in dataset.collections.items()
            if name != "incidents"
        }
        self._shared: set[str] = set()
        """The collections that a snapshot has too."""
        self._data_set_fields = frozenset(self._collections.get("custom_fields", ()))
        self._deleted: dict[tuple[str, str], Row] = {}
        """Of what incidents embed: they go on showing it as it last was."""
        self._field_infos: dict[str, Row] = {}
        self._embedded = frozenset(embedded_collections())
        self.incidents = Incidents(self, dataset.collections.get("incidents", ()))
        self.belongings = Belongings(self.incidents, self.all)

    @classmethod
    def at(cls, snapshot: StoreSnapshot, clock: Clock, *, seed: int = 0) -> "Store":
        """Give a store that goes on from a snapshot of another one."""
        store = cls(Dataset(*snapshot.names, {}), clock, seed=seed)
        store.restore(snapshot)
        return store

    def watch(self, call: Callable[[Sequence[Applied]], None]) -> Watch:
        """Call this after every `apply` with all that it did, until the watch ends."""
        return self.watchers.add(call)

    def unwatched(self) -> AbstractContextManager[None]:
        """Let nobody see what the block applies, as with `load`."""
        return self.watchers.silent()

    def new_id(self) -> str:
        """Give a ULID of the present moment."""
        return ulid(int(self.clock.now().timestamp() * 1000), self.random)

    def holds(self, collection: str) -> bool:
        """Say whether there is such a collection, if only an empty one."""
        return collection in self._collections

    def get(self, collection: str, id_: str) -> Row | None:
        """Give one row, or None."""
        return self._collections.get(collection, {}).get(id_)

    def row(self, collection: str, id_: str) -> Row:
        """Give one row that is known to be there."""
        return self._collections[collection][id_]

    def all(self, collection: str) -> Collection[Row]:
        """Give the rows of a collection, oldest first."""
        return self._collections.get(collection, {}).values()

    def oldest(self, collection: str, count: int) -> list[str]:
        """Give the ids of so many rows that every key may see, oldest first."""
        if collection == "incidents":
            return self.incidents.oldest_public(count)
        seen = (row["id"] for row in self.all(collection) if self._is_public(row))
        return list(islice(seen, count))

    def _is_public(self, row: Row) -> bool:
        return "incident_id" not in row or self.incidents.is_public(row["incident_id"])

    def apply(self, changes: Iterable[Change]) -> None:
        """Carry out the changes, all in one: everything that happens to an account passes here."""
        self.revision = next(_STAMPS)
        wanted = list(changes)
        applied = [Applied(*self._apply(change)) for change in wanted]
        self.recorders.notify(wanted)
        self.watchers.notify(applied)

    def reseed(self, seed: int) -> None:
        """Let chance begin anew from a seed."""
        self.random.seed(seed)
        self.recorders.notify(())

    def _apply(self, change: Change) -> tuple[str, str, Row | None, Row | None]:
        collection, id_, after = change.collection, change.id, change.after
        if collection == "incidents":
            return collection, id_, self._apply_to_incidents(change), after
        rows = self._own(collection)
        before = rows.get(id_)
        self.belongings.change(collection, before, after)
        if after is None:
            del rows[id_]
            if collection in self._embedded and before is not None:
                self._deleted[collection, id_] = before
        else:
            rows[id_] = after
        if collection in self._embedded:
            self.version = next(_STAMPS)
            self._field_infos.clear()
        return collection, id_, before, after

    def _own(self, collection: str) -> dict[str, Row]:
        """The rows of a collection, to change them."""
        if collection in self._shared:
            self._collections[collection] = {**self._collections[collection]}
            self._shared.remove(collection)
        return self._collections.setdefault(collection, {})

    def _apply_to_incidents(self, change: Change) -> Row | None:
        if change.after is None:
            raise ValueError("the API has no way to delete an incident")
        known = self.incidents.find(change.id) == change.id
        before = self.incidents.row(change.id) if known else None
        self.incidents.put(before, change.after)
        return before

    def snapshot(self) -> StoreSnapshot:
        """Give everything as it is, but for chance. Nothing is copied before something changes."""
        self._shared = set(self._collections)
        return StoreSnapshot(
            self.version,
            self.revision,
            {**self._collections},
            {**self._deleted},
            self.incidents.snapshot(),
            self.belongings.snapshot(),
            (self.organisation, self.slug, self.slack_team_id),
            self._data_set_fields,
        )

    def restore(self, snapshot: StoreSnapshot) -> None:
        """Go to a snapshot of this store, or of another one."""
        if self.revision == snapshot.revision:
            return
        self.version, self.revision = snapshot.version, snapshot.revision
        self._collections = {**snapshot.collections}
        self._shared = set(self._collections)
        self._deleted = {**snapshot.deleted}
        self.organisation, self.slug, self.slack_team_id = snapshot.names
        self._data_set_fields = snapshot.data_set_fields
        self._field_infos.clear()
        self.incidents.restore(snapshot.incidents)
        self.belongings.restore(snapshot.belongings)
        self.recorders.notify(None)

    def rows(self) -> dict[str, Mapping[str, Row]]:
        """Give the rows of every collection by their keys, oldest first; of all but the incidents."""
        return {name: {**rows} for name, rows in self._collections.items()}

    def load(self, contents: StoreContents) -> None:
        """Replace what it has by other contents. Snapshots made before can still be restored."""
        collections = dict(contents.collections)
        incidents = collections.pop("incidents", None)
        self.version, self.revision = next(_STAMPS), next(_STAMPS)
        self.organisation, self.slug, self.slack_team_id = contents[:3]
        changed = collections.keys()
        self._collections |= {name: dict(rows) for name, rows in collections.items()}
        self._shared -= changed
        if "custom_fields" in collections:
            self._data_set_fields = frozenset(collections["custom_fields"])
        if contents.data_set_fields is not None:
            self._data_set_fields = contents.data_set_fields
        self._deleted = {each: row for each, row in self._deleted.items() if each[0] not in changed}
        if contents.deleted is not None:
            self._deleted = {**contents.deleted}
        self._field_infos.clear()
        if incidents is not None:
            self.incidents.replace(incidents.values())
        self.belongings.forget()
        self.recorders.notify(None)

    def field_info(self, id_: str) -> Row | None:
        """Give a custom field as an incident embeds it (CustomFieldTypeInfoV2), its options by sort_key."""
        if id_ not in self._field_infos:
            field = self.get("custom_fields", id_)
            if field is None:
                return None
            self._field_infos[id_] = embedded_field(field, self.all("custom_field_options"))
        return self._field_infos[id_]

    def added_fields(self) -> Iterable[str]:
        """Give custom fields that came after the data set: every incident lists these too.

        See behaviour.md#every-custom-field-listed.
        """
        return [id_ for id_ in self._collections.get("custom_fields", ()) if id_ not in self._data_set_fields]

    def deleted(self, collection: str, id_: str) -> Row | None:
        """Give what incidents embedded and was deleted, as it last was; None where there was no such row."""
        return self._deleted.get((collection, id_))
