"""Which rule a client breaks: found by experiments on the smallest input that shows the fault.

One place after another is changed to something else that is permitted there. Where the fault goes away, that place
is to blame, and what stood there says which rule it is.
"""

import re
from collections.abc import Iterator
from itertools import chain, groupby, islice
from typing import NamedTuple

from ....fixtures.schema.kinds import Array, Node, Object, Text
from ....fixtures.schema.places import Path, Place, innermost_first, places, removed, replaced
from ....fixtures.shapes.evolved import before_evolution, is_id
from ....openapi import Json
from ..inputs import BROKEN, REFUSED, Input
from ..symptoms import Symptom
from .explaining import decoding_rules, default_rule, rule_of_change, rule_of_difference, rule_of_place
from .mending import alternatives, reached, spelling
from .pairs import ABSENT, absent_places
from .shrinking import Shows

_PLAIN_IDS = ("01HZY3T6Y7W8V9R0Q1P2N3M4K5", "c0ffee00-1234-4abc-8def-0123456789ab")
"""What the API's ids are like, and what parts of the vendor's document say they are like.

See behaviour.md#ids-are-ulids, behaviour.md#ids-not-uuids.
"""
_QUOTED = re.compile(r"['\"`](\w+)['\"`]")
_ANYTHING: tuple[Json, ...] = ("2000-01-01T00:00:00Z", "", 0, False, [], {})

WHOLE = "whole"
"""The detail where it takes a whole object or list to make the fault go away."""


class Diagnosis(NamedTuple):
    """Which rule, and where."""

    rule: str
    path: Path | None
    detail: str = ""
    """What about the place, where the rule leaves that open: how a time is spelled."""


def diagnose(
    node: Node, each: Input, smallest: Json, symptom: Symptom, *, is_taken: Shows, is_shown: Shows
) -> Diagnosis:
    """Give what is to blame for a symptom of the smallest input.

    `is_taken` says that the client returns from a value, `is_shown` that it shows the same symptom.
    """
    if each.tier == BROKEN:
        return _of_broken(node, each, symptom)
    of_change = rule_of_change(each.change)
    if of_change and symptom.path is None and _is_of_change(node, each, smallest, is_shown):
        return Diagnosis(of_change, each.path)
    if symptom.outcome == "silent-loss":
        return Diagnosis(rule_of_difference(symptom.cause[0]), symptom.path)
    if symptom.outcome in ("death", "hang"):
        return _of_end(node, smallest, symptom, is_taken)
    unknown = Diagnosis(default_rule(symptom.outcome), None)
    return next(_blamed(node, smallest, symptom, is_taken, is_shown), unknown)


def _blamed(
    node: Node, smallest: Json, symptom: Symptom, is_taken: Shows, is_shown: Shows
) -> Iterator[Diagnosis]:
    """The places that can be mended so that the client takes the value, the most particular first."""
    for path, rule in _suspects(node, smallest):
        if any(map(is_taken, alternatives(node, smallest, path, rule))):
            detail = spelling(node, smallest, path, is_taken) if decoding_rules()[rule].is_of_spelling else ""
            yield Diagnosis(rule, path, detail)
    of_absence = rule_of_place(Place((), node, node.kinds[0], ABSENT))
    for path, changed in _with_what_is_missed(node, smallest, symptom.message):
        if of_absence and not is_shown(changed):  # the next one may be missed instead
            yield Diagnosis(of_absence, path)
    refused, of_ids = default_rule("leaked-exception"), rule_of_change("new-id")
    for path in _whole_parts(node, smallest):
        if any(map(is_taken, alternatives(node, smallest, path, refused))):
            yield Diagnosis(refused, path, WHOLE)
    for id_ in _PLAIN_IDS:
        changed, first = _with_ids(node, smallest, id_)
        if of_ids and first is not None and is_taken(changed):
            yield Diagnosis(of_ids, first)


def _with_what_is_missed(node: Node, value: Json, message: str) -> Iterator[tuple[Path, Json]]:
    """The value with a property that it doesn't have, nor the schema knows, but a message asks for."""
    for name in dict.fromkeys(_QUOTED.findall(message)):
        for place in places(node, value):
            if isinstance(place.kind, Object) and name not in place.value:
                for sample in _ANYTHING:
                    path = (*place.path, name)
                    yield path, replaced(value, path, sample)


def _is_of_change(node: Node, each: Input, smallest: Json, shows: Shows) -> bool:
    """Whether it is what evolved that shows the symptom, and not something else about the input."""
    if each.change == "new-id":
        return not all(shows(_with_ids(node, smallest, id_)[0]) for id_ in _PLAIN_IDS)
    return each.change == "reordered" or not shows(before_evolution(node, smallest))


def _with_ids(node: Node, value: Json, id_: str) -> tuple[Json, Path | None]:
    """The value with this for every id, and where the first one is."""
    changed, first = value, None
    for place in places(node, value):
        if isinstance(place.kind, Text) and is_id(place.path):
            changed, first = replaced(changed, place.path, id_), first or place.path
    return changed, first


def _of_broken(node: Node, each: Input, symptom: Symptom) -> Diagnosis:
    place = each.path if each.body is None and each.change != REFUSED else None
    if symptom.outcome == "leaked-exception":
        is_null = each.change == "null" and _is_optional(node, each.value, each.path)
        found = rule_of_change("null-for-optional") if is_null else None
        return Diagnosis(found or default_rule(symptom.outcome, of_broken=True), place)
    return Diagnosis(default_rule(symptom.outcome, of_broken=True), place)


def _of_end(node: Node, smallest: Json, symptom: Symptom, is_taken: Shows) -> Diagnosis:
    """As for an exception, with few experiments, since they take long: all suspects of one rule are tried at once."""
    ended, refused = default_rule(symptom.outcome), default_rule("leaked-exception")
    parts = ((path, refused) for path in _whole_parts(node, smallest))
    every = chain(_suspects(node, smallest), parts)
    for rule, suspects in groupby(every, key=lambda suspect: suspect[1]):
        changes = [
            (path, changed)
            for path, _ in suspects
            for changed in islice(alternatives(node, smallest, path, rule), 1)
        ]
        if rule != refused and not is_taken(_all_changed(smallest, changes)):
            continue
        for path, changed in changes:
            if is_taken(changed):
                return Diagnosis(ended if rule == refused else rule, path)
    return Diagnosis(ended, None)


def _all_changed(value: Json, changes: list[tuple[Path, Json]]) -> Json:
    for path, changed in changes:
        if not path:
            return changed
        *way, last = path
        holder = changed
        for step in way:
            holder = holder[step]
        if isinstance(holder, dict) and last not in holder:
            value = removed(value, path)
        else:
            value = replaced(value, path, holder[last])
    return value


def _is_optional(node: Node, value: Json, path: Path) -> bool:
    holder, *_ = reached(node, value, path)
    return isinstance(holder, Object) and path[-1] not in holder.required


def _suspects(node: Node, value: Json) -> Iterator[tuple[Path, str]]:
    """The places that may be to blame, each with the rule that explains it best; the best explained come first."""
    found = []
    for place in chain(innermost_first(node, value), absent_places(node, value)):
        for id_, decoding in decoding_rules().items():
            if place.path and (fit := decoding.explains(place)):
                found.append((fit, place.path, id_))
    yield from ((path, id_) for _, path, id_ in sorted(found, key=lambda each: (-each[0], each[2])))


def _whole_parts(node: Node, value: Json) -> Iterator[Path]:
    """The objects and lists inside, the inner before the outer."""
    for place in innermost_first(node, value):
        if place.path and isinstance(place.kind, Array | Object):
            yield place.path


def simplified(node: Node, value: Json) -> Iterator[Json]:
    """Yield the value with one number, text or constant in it as small as it can be, for each that isn't yet."""
    for place in places(node, value):
        if not isinstance(place.kind, Array | Object) and place.value != place.node.smallest:
            yield replaced(value, place.path, place.node.smallest)
