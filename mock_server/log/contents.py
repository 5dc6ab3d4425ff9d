"""Everything that lasts of an account, in parts of bounded size: what a snapshot in a log holds."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import orjson

from ...openapi import Json
from ...openapi.rfc3339 import written
from ..account import Account, Snapshot
from ..clock import Clock, moment
from ..store.store import Row, StoreContents
from ..webhooks.outbox import Outbox, OutboxSnapshot
from .chance import read_chance, written_chance
from .outbox_json import apply_changes, changes

_PART = 512 * 1024
"""Bytes after which a part is full."""
_NOTHING = OutboxSnapshot({}, {})
_MICROSECOND = timedelta(microseconds=1)


class Picture(NamedTuple):
    """An account at one moment, beside its snapshot."""

    snapshot: Snapshot
    clock: Mapping[str, Json]

    @classmethod
    def of(cls, account: Account) -> "Picture":
        """Give the account as it is; nothing is copied before something changes."""
        return cls(account.snapshot(), written_clock(account.clock))

    def parts(self) -> Iterator[bytes]:
        """Give what `load` reads."""
        store = self.snapshot.store
        yield orjson.dumps(
            {
                "names": store.names,
                "clock": self.clock,
                "chance": written_chance(self.snapshot.chance),
                "webhooks": changes(_NOTHING, self.snapshot.webhooks),
                "deleted": [[*place, row] for place, row in store.deleted.items()],
                "data_set_fields": sorted(store.data_set_fields),
            }
        )
        incidents = ((id_, each.content) for id_, each in [*store.incidents.rendered.items()])
        yield from _parts("incidents", incidents)
        for name, rows in store.collections.items():
            yield from _parts(name, ((key, orjson.dumps(row)) for key, row in rows.items()))


def _parts(collection: str, rows: Iterable[tuple[str, bytes]]) -> Iterator[bytes]:
    """The rows of a collection in as many parts as it takes, one at least."""
    start = b'{"collection":' + orjson.dumps(collection) + b',"rows":['
    held: list[bytes] = []
    size = 0
    for key, row in rows:
        if size > _PART:
            yield start + b",".join(held) + b"]}"
            held, size = [], 0
        held.append(b"[" + orjson.dumps(key) + b"," + row + b"]")
        size += len(row)
    yield start + b",".join(held) + b"]}"


def load(account: Account, parts: Iterable[bytes]) -> Outbox:
    """Bring an account to a snapshot, all but its webhooks, which are returned. Raises ValueError and KeyError."""
    first, *others = map(orjson.loads, parts)
    collections: dict[str, dict[str, Row]] = {name: {} for name in account.store.rows()}
    for part in others:
        collections.setdefault(part["collection"], {}).update(part["rows"])
    deleted = {(collection, id_): row for collection, id_, row in first["deleted"]}
    fields = frozenset(first["data_set_fields"])
    organisation, slug, team = first["names"]
    account.store.load(StoreContents(organisation, slug, team, collections, deleted, fields))
    account.store.random.setstate(read_chance(first["chance"]))
    set_clock(account.clock, first["clock"])
    outbox = Outbox()
    apply_changes(outbox, first["webhooks"])
    return outbox


def written_clock(clock: Clock) -> dict[str, Json]:
    """Say how a clock goes, for another process: where it stands, or how far ahead of the machine's it is."""
    now = clock.now()
    if clock.is_frozen:
        return {"frozen": written(now)}
    return {"ahead": (now - datetime.now(UTC)) // _MICROSECOND}


def set_clock(clock: Clock, logged: Mapping[str, Any]) -> None:
    """Let a clock go like that. Raises ValueError for a moment that no clock has."""
    if "frozen" in logged:
        clock.set(moment(logged["frozen"]), frozen=True)
    else:
        clock.set(datetime.now(UTC) + _MICROSECOND * logged["ahead"], frozen=False)
