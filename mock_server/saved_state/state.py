"""The whole state of a double as one JSON object, to be saved, edited by hand and loaded again."""

import base64
import binascii
import gc
import json
import struct
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from ...fixtures.domain.collections import every_collection
from ...openapi import Json
from ...openapi.rfc3339 import written
from ..behaviour.idempotency import COLLECTION as KEYS
from ..clock import moment
from ..input_schema import InputSchema
from ..pipeline import Double
from ..store.store import Row, StoreContents
from .rows import check_rows, drop_orphans, is_beyond_contract, keyed

FORMAT = 1
_COUNTERS = "counters"
_NAMES = ("organisation", "slug", "slack_team_id")
_WORDS = struct.Struct("!625I")
"""What a Mersenne Twister remembers."""


def exported(double: Double) -> dict[str, Json]:
    """All that decides what a client will see, as a JSON object that `load` reads.

    `collections` has the rows of each collection, oldest first: a list, or an object by key where the key isn't the
    `id` of the row. Faults, rate limits, keys and the journal are no part of it.
    """
    with double.lock, _uncollected():
        store = double.store
        held = {**store.rows(), "incidents": {row["id"]: row for row in store.incidents.rows()}}
        counters, keys = held.pop(_COUNTERS, {}), held.pop(KEYS, {})
        order = {name: place for place, name in enumerate(every_collection())}
        beyond = {"beyond_contract": True} if is_beyond_contract(held["incidents"]) else {}
        return {
            "format": FORMAT,
            "organisation": store.organisation,
            "slug": store.slug,
            "slack_team_id": store.slack_team_id,
            "clock": {"now": written(double.clock.now()), "frozen": double.clock.is_frozen},
            **beyond,
            "counters": {name: row["value"] for name, row in counters.items()},
            "idempotency_keys": {name: row["object_id"] for name, row in keys.items()},
            "collections": {
                name: _listed(held[name])
                for name in sorted(held, key=lambda name: order.get(name, len(order)))
            },
            "chance": _chance(store.random),
        }


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


def _listed(rows: Mapping[str, Row]) -> Json:
    if all(str(row.get("id")) == key for key, row in rows.items()):
        return list(rows.values())
    return dict(rows)


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


def _chance(random: Random) -> str:
    version, words, following = random.getstate()
    if version != 3 or following is not None:
        raise ValueError("this source of chance can't be saved")
    return base64.b64encode(_WORDS.pack(*words)).decode()


def _read_chance(text: str) -> tuple[int, tuple[int, ...], None]:
    state = Random(0)
    try:
        found = (3, _WORDS.unpack(base64.b64decode(text, validate=True)), None)
        state.setstate(found)
    except (binascii.Error, struct.error, ValueError):
        raise ValueError("/chance: not what a double has saved there") from None
    return found


@cache
def _schema() -> InputSchema:
    return InputSchema(json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8")))
