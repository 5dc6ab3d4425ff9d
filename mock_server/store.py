"""The state of one double: collections of immutable rows, and one door through which they change."""

import random
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..fixtures.dataset import Dataset
from ..fixtures.embedded import embedded_field
from ..fixtures.identifiers import ulid
from .belongings import Belongings
from .clock import Clock
from .incidents import Incidents

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


class Store:
    """Everything a double knows. Nothing outside `apply` changes it.

    A row is a JSON object in the shape in which its own resource serves it. Besides the resources there are the
    double's own collections: `counters`, and `idempotency_keys`.
    """

    def __init__(self, dataset: Dataset, clock: Clock, *, seed: int = 0) -> None:
        self.clock = clock
        self.organisation = dataset.organisation
        self.slug = dataset.slug
        self.slack_team_id = dataset.slack_team_id
        self.random = random.Random(seed)
        self.version = 0
        self.revision = 0
        """Moves with every `apply`: while it stands still, every read has the answer it had before."""
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
        self.revision += 1
        for change in changes:
            if change.collection == "incidents":
                self._apply_to_incidents(change)
                continue
            rows = self._collections.setdefault(change.collection, {})
            self.belongings.change(change.collection, rows.get(change.id), change.after)
            if change.after is None:
                del rows[change.id]
                self._deleted.add((change.collection, change.id))
            else:
                rows[change.id] = change.after
            if change.collection in EMBEDDED_IN_INCIDENTS:
                self.version += 1
                self._field_infos.clear()

    def _apply_to_incidents(self, change: Change) -> None:
        if change.after is None:
            raise ValueError("the API has no way to delete an incident")
        known = self.incidents.find(change.id) == change.id
        self.incidents.put(self.incidents.row(change.id) if known else None, change.after)

    def field_info(self, id_: str) -> Row | None:
        """A custom field as an incident embeds it (CustomFieldTypeInfoV2), its options by sort_key."""
        if id_ not in self._field_infos:
            field = self.get("custom_fields", id_)
            if field is None:
                return None
            self._field_infos[id_] = embedded_field(field, self.all("custom_field_options"))
        return self._field_infos[id_]

    def added_fields(self) -> Iterable[str]:
        """Custom fields that came after the data set: every incident lists these too (BEHAVIOUR.md §6)."""
        return [id_ for id_ in self._collections.get("custom_fields", ()) if id_ not in self._data_set_fields]

    def was_deleted(self, collection: str, id_: str) -> bool:
        """Whether there was such a row once."""
        return (collection, id_) in self._deleted
