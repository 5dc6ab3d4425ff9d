"""The whole state of a double as one JSON object, to be saved, edited by hand and loaded again."""

import gc
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from ...fixtures.domain.collections import every_collection
from ...openapi import Json
from ...openapi.rfc3339 import written
from ..behaviour.idempotency import COLLECTION as KEYS
from ..clock import Clock, moment
from ..input_schema import InputSchema
from ..log.chance import State, read_chance, written_chance
from ..pipeline import Double
from ..store.store import Row, Store, StoreContents
from .rows import check_rows, drop_orphans, is_beyond_contract, keyed

FORMAT = 1
_COUNTERS = "counters"
_NAMES = ("organisation", "slug", "slack_team_id")


def exported(double: Double) -> dict[str, Json]:
    """Give all that decides what a client will see, as a JSON object that `load` reads.

    `collections` has the rows of each collection, oldest first: a list, or an object by key where the key isn't the
    `id` of the row. Faults, rate limits, keys and the journal are no part of it.
    """
    state: dict[str, Json] = orjson.loads(b"".join(exported_parts(double)))
    return state


def exported_parts(double: Double) -> Iterator[bytes]:
    """Yield the text of what `exported` gives, part by part, one row a line: as it is when the first part is asked for.

    Others go on being answered, and change what they like, while the rest is written.
    """
    with double.lock:
        now, is_frozen = double.clock.now(), double.clock.is_frozen
        snapshot, chance = double.store.snapshot(), double.store.random.getstate()
    store = Store.at(snapshot, Clock(now))
    held = store.rows()
    counters, keys = held.pop(_COUNTERS, {}), held.pop(KEYS, {})
    before: dict[str, Json] = {
        "format": FORMAT,
        "organisation": store.organisation,
        "slug": store.slug,
        "slack_team_id": store.slack_team_id,
        "clock": {"now": written(now), "frozen": is_frozen},
        **({"beyond_contract": True} if is_beyond_contract(store.incidents.rows()) else {}),
        "counters": {name: row["value"] for name, row in counters.items()},
        "idempotency_keys": {name: row["object_id"] for name, row in keys.items()},
        "chance": written_chance(chance),
    }
    yield b"{\n"
    for name, value in before.items():
        yield _named(name) + orjson.dumps(value) + b",\n"
    order = {name: place for place, name in enumerate(every_collection())}
    named = sorted([*held, "incidents"], key=lambda name: order.get(name, len(order)))
    for place, name in enumerate(named):
        yield (b",\n" if place else b'"collections": {\n') + _named(name)
        yield from _rendered_incidents(store) if name == "incidents" else _rows(held[name])
    yield b"}\n}\n"


def _named(name: str) -> bytes:
    return orjson.dumps(name) + b": "


def _rendered_incidents(store: Store) -> Iterator[bytes]:
    yield from _lines(map(store.incidents.rendered, store.incidents.ids()), b"[", b"]")


def _rows(rows: Mapping[str, Row]) -> Iterator[bytes]:
    if all(str(row.get("id")) == key for key, row in rows.items()):
        yield from _lines(map(orjson.dumps, rows.values()), b"[", b"]")
    else:
        named = (_named(key) + orjson.dumps(row) for key, row in rows.items())
        yield from _lines(named, b"{", b"}")


def _lines(rows: Iterator[bytes], start: bytes, end: bytes) -> Iterator[bytes]:
    yield start
    for place, row in enumerate(rows):
        yield (b",\n" if place else b"\n") + row
    yield end


def load(double: Double, state: Json) -> None:
    """Go to a state; what it leaves out stays as it was.

    With `incidents` but not what belongs to them, what belongs to one that is gone goes too, and the numbers of new
    ones follow the highest there is. With `beyond_contract` incidents may hold enum values and formats that the
    contract doesn't have. Raises ValueError with a JSON pointer for the first thing that is wrong; then nothing has
    changed.
    """
    _schema().check(state)
    beyond = state.get("beyond_contract", False)
    collections = {name: keyed(name, rows) for name, rows in state.get("collections", {}).items()}
    with _uncollected():  # others are answered meanwhile
        check_rows(collections, beyond_contract=beyond)
    with double.lock, _uncollected():
        store = double.store
        organisation, slug, team = (str(state.get(name, getattr(store, name))) for name in _NAMES)
        coming = drop_orphans(store.rows(), store.incidents, {**collections, **_own(state)})
        now = _moment(state) if "clock" in state else None
        chance = _read_chance(state["chance"]) if "chance" in state else None
        store.load(StoreContents(organisation, slug, team, coming))
        if chance is not None:
            store.random.setstate(chance)
        if now is not None:
            double.clock.set(now, frozen=state["clock"].get("frozen", False))


@contextmanager
def _uncollected() -> Iterator[None]:
    """All that is made in the block stays a while: looking for garbage among it would take most of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _own(state: Mapping[str, Json]) -> dict[str, dict[str, Row]]:
    """The double's own collections, as far as the state has them."""
    found: dict[str, dict[str, Row]] = {}
    if _COUNTERS in state or "incidents" in state.get("collections", {}):
        found[_COUNTERS] = {
            name: {"id": name, "value": value} for name, value in state.get(_COUNTERS, {}).items()
        }
    if KEYS in state:
        found[KEYS] = {name: {"id": name, "object_id": id_} for name, id_ in state[KEYS].items()}
    return found


def _moment(state: Mapping[str, Json]) -> Any:
    try:
        return moment(state["clock"]["now"])
    except ValueError as error:
        raise ValueError(f"/clock/now: {error}") from None


def _read_chance(text: str) -> State:
    try:
        return read_chance(text)
    except ValueError as error:
        raise ValueError(f"/chance: {error}") from None


@cache
def _schema() -> InputSchema:
    return InputSchema(json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8")))
