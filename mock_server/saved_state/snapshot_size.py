"""How much memory the snapshots take that are kept for whoever asks for them."""

from collections.abc import Iterable, Iterator, Mapping
from sys import getsizeof
from typing import Any

import orjson

from ..account import Snapshot
from ..store.store import Row, StoreSnapshot

BUDGET = 256 * 1024 * 1024
"""Bytes that all of them may come to before another one is refused."""
_OF_A_ROW = 4
"""How many times the bytes of its JSON a row takes."""


def size_of(snapshots: Iterable[Snapshot], now: StoreSnapshot) -> int:
    """Estimate how many bytes these snapshots alone hold: they share much with each other and the store."""
    counted = {id(each) for each in _containers(now)}
    rows = {id(row) for row in _rows(now)}
    size = 0
    for snapshot in snapshots:
        for container in _containers(snapshot.store):
            if id(container) not in counted:
                counted.add(id(container))
                size += getsizeof(container)
        for row in _rows(snapshot.store):
            if id(row) not in rows:
                rows.add(id(row))
                size += _size_of_row(row)
    return size


def _containers(store: StoreSnapshot) -> Iterator[Any]:
    yield from tuple(store.collections.values())
    yield from (store.incidents.rendered, store.incidents.numbers)
    for index in (store.incidents.indexed, *store.belongings.values()):
        yield from (index.ids, index.keys, index.positions)
        for holders in tuple(index.facets.values()):
            yield holders
            yield from tuple(holders.values())


def _rows(store: StoreSnapshot) -> Iterator[Any]:
    for rows in tuple(store.collections.values()):
        yield from tuple(rows.values())
    yield from (each.content for each in tuple(store.incidents.rendered.values()))


def _size_of_row(row: Row | bytes) -> int:
    return _OF_A_ROW * len(orjson.dumps(row)) if isinstance(row, Mapping) else len(row)
