"""Which rule a client breaks: found by experiments on the smallest input that shows the fault.

One place after another is changed to something else that is permitted there. Where the fault goes away, that place
is to blame, and what stood there says which rule it is.
"""

import copy
import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from ...fixtures.evolved import before_evolution, is_id
from ...fixtures.features import features, samples
from ...fixtures.kinds import Array, Constants, Kind, Node, Object, Text
from ...fixtures.places import Path, kind_at, places, removed, replaced
from ...openapi import Json
from .inputs import BROKEN, Input
from .shrinking import Shows
from .symptoms import Symptom

_OF_CHANGE = {
    "new-property": "property-closed",
    "new-enum-value": "enum-closed",
    "new-id": "id-format-assumed",
    "reordered": "order-assumed",
}
_OF_OUTCOME = {
    "leaked-exception": "value-refused",
    "silent-loss": "value-changed",
    "silent-acceptance": "broken-accepted",
    "hang": "decoder-hangs",
    "death": "decoder-dies",
}
_MOST_EXPERIMENTS = {"hang": 10, "death": 50}
"""These take their time."""
_PLAIN_IDS = ("01HZY3T6Y7W8V9R0Q1P2N3M4K5", "c0ffee00-1234-4abc-8def-0123456789ab")
"""What the API's ids are like, and what parts of the vendor's document say they are like (BEHAVIOUR.md §5)."""
_EXTREME = re.compile(r"0000-|\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:60")


class Diagnosis(NamedTuple):
    """Which rule, and where."""

    rule: str
    path: Path | None
    detail: str = ""
    """What about the place, where the rule leaves that open: how a time is spelled."""


def diagnose(
    node: Node, each: Input, smallest: Json, symptom: Symptom, is_taken: Shows, shows: Shows
) -> Diagnosis:
    """What is to blame for a symptom of the smallest input.

    `is_taken` says that the client returns from a value, `shows` that it fails on it with this symptom.
    """
    if each.tier == BROKEN:
        return _of_broken(node, each, symptom)
    if each.change in _OF_CHANGE and symptom.path is None and _is_of_change(node, each, smallest, shows):
        return Diagnosis(_OF_CHANGE[each.change], each.path)
    if symptom.outcome == "silent-loss":
        return Diagnosis(_of_loss(symptom), symptom.path)
    most = _MOST_EXPERIMENTS.get(symptom.outcome)
    for path, rule, changed in islice(_experiments(node, smallest), most):
        if is_taken(copy.deepcopy(changed)):
            if symptom.outcome != "leaked-exception":
                return Diagnosis(_OF_OUTCOME[symptom.outcome], path)
            detail = _spelling(node, smallest, path, is_taken) if rule.startswith("time-") else ""
            return Diagnosis(rule, path, detail)
    for id_ in _PLAIN_IDS if most is None else ():
        changed, first = _with_ids(node, smallest, id_)
        if first is not None and is_taken(changed):
            return Diagnosis("id-format-assumed", first)
    return Diagnosis(_OF_OUTCOME[symptom.outcome], None)


def _is_of_change(node: Node, each: Input, smallest: Json, shows: Shows) -> bool:
    """Whether it is what evolved that shows the symptom, and not something else about the input."""
    if each.change == "new-id":
        return not all(shows(_with_ids(node, smallest, id_)[0]) for id_ in _PLAIN_IDS)
    return each.change == "reordered" or not shows(before_evolution(node, smallest))


def _with_ids(node: Node, value: Json, id_: str) -> tuple[Json, Path | None]:
    """The value with this for every id, and where the first one is."""
    changed, first = copy.deepcopy(value), None
    for place in places(node, value):
        if isinstance(place.kind, Text) and is_id(place.path):
            changed, first = replaced(changed, place.path, id_), first or place.path
    return changed, first


def _of_broken(node: Node, each: Input, symptom: Symptom) -> Diagnosis:
    place = each.path if each.body is None and each.change != "schemathesis" else None
    if symptom.outcome == "leaked-exception":
        is_null = each.change == "null" and _is_optional(node, each.value, each.path)
        return Diagnosis("null-for-absent" if is_null else "broken-crashes", place)
    return Diagnosis(_OF_OUTCOME[symptom.outcome], place)


def _is_optional(node: Node | None, value: Json, path: Path) -> bool:
    kind: Kind | None = None
    for step in path:
        kind = kind_at(node, value) if node else None
        node = kind.node(step) if isinstance(kind, Object | Array) else None  # type: ignore[arg-type]
        value = value[step]
    return isinstance(kind, Object) and path[-1] not in kind.required


def _of_loss(symptom: Symptom) -> str:
    return {"rounded": "time-rounded", "invented": "absent-invented"}.get(symptom.cause[0], "value-changed")


def _experiments(node: Node, value: Json) -> Iterator[tuple[Path, str, Json]]:
    """Places that may be to blame, each with the rule that it would be, and the value without that cause."""
    for path, rule in _suspects(node, value):
        for changed in _alternatives(node, value, path):
            yield path, rule, changed


def _suspects(node: Node, value: Json) -> Iterator[tuple[Path, str]]:
    """The places that may be to blame, each with the rule that it would be; what is odd comes first."""
    found = sorted(places(node, value), key=lambda place: -len(place.path))
    for place in found:
        if isinstance(place.kind, Constants) and isinstance(place.value, str):
            yield place.path, "enum-closed"
        elif isinstance(place.kind, Text) and place.kind.format == "date-time":
            yield place.path, "time-extreme" if _EXTREME.match(place.value) else "time-spelling"
    for place in found:
        if isinstance(place.kind, Object):
            for name in place.kind.optional:
                if name not in place.value:
                    yield (*place.path, name), "optional-required"
    for place in found:
        if place.value == "":
            yield place.path, "empty-string-crash"
    for place in found:
        if place.path:
            yield place.path, "value-refused"


def _spelling(node: Node, value: Json, path: Path, is_taken: Shows) -> str:
    """What it is about a time that the client can't take."""
    place = next(place for place in places(node, value) if place.path == path)
    if not isinstance(place.kind, Text):
        return ""
    for each in features(place.kind):
        if each.shown_by(place.value) and not is_taken(replaced(copy.deepcopy(value), path, each.sample)):
            return each.name
    return ""


def _alternatives(node: Node, value: Json, path: Path) -> Iterator[Json]:
    """The value with something else that is permitted in that place."""
    inside: Node | None = node
    here, holder = value, None
    for step in path:
        kind = kind_at(inside, here) if inside else None
        holder = kind
        inside = kind.node(step) if isinstance(kind, Object | Array) else None  # type: ignore[arg-type]
        here = here.get(step, ...) if isinstance(here, dict) else here[step]
    if inside is None:
        return
    others = [
        inside.smallest,
        *(
            sample
            for kind in inside.kinds
            if not isinstance(kind, Array | Object)
            for sample in samples(kind)
        ),
    ]
    for other in others:
        if other != here:
            yield replaced(value, path, copy.deepcopy(other))
    if here is not ... and isinstance(holder, Object) and path[-1] not in holder.required:
        yield removed(value, path)
