"""Two values that differ in one place: a realistic one that a client takes, and one that shows its fault.

Such a pair says what is to blame without any further experiment: the place in which they differ.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from ....fixtures.schema.kinds import Array, Node, Object
from ....fixtures.schema.places import Path, Place, kind_at, places, removed, replaced, site
from ....fixtures.shapes.evolved import NEW_PROPERTY
from ....openapi import Json
from ..inputs import Input
from .explaining import best_fit

ABSENT: Any = ...
"""What stands in a place that is left out."""
_MOST_MATCHES = 8
"""Places of one value that a change is tried in."""
Shows = Callable[[Json], bool]


@dataclass(frozen=True, slots=True)
class Pair:
    """What a client takes, and the same with one change that it doesn't."""

    good: Json
    path: Path
    """Where they differ."""
    new: Json
    """What stands there in the bad one; ABSENT for nothing."""
    change: str = ""
    """How it evolved, if it did."""

    @property
    def bad(self) -> Json:
        """The value that shows the fault."""
        return (
            removed(self.good, self.path) if self.new is ABSENT else replaced(self.good, self.path, self.new)
        )


Change = tuple[Path, Json, str]
"""Where, what stands there then, and how it evolved, if it did."""


def find_pair(
    changes: Iterable[Change],
    taken: Sequence[Json],
    *,
    shows: Shows,
    is_enough: Callable[[], bool] = lambda: False,
) -> Pair | None:
    """Give the first of the changes that, made in one of the values that are `taken`, shows the fault; or None.

    `taken` are values that the client takes, the smallest first.
    """
    for path, new, change in changes:
        for good in taken:
            for match in islice(_matches(good, path, new), _MOST_MATCHES):
                if is_enough():
                    return None
                pair = Pair(good, match, _fitted(good, match, new, change), change)
                if (change or pair.bad != good) and shows(pair.bad):
                    return pair
    return None


def thinned(node: Node, pair: Pair, is_fine: Callable[[Pair], bool]) -> Pair:
    """Give the pair without whatever it doesn't need to show the difference."""
    waiting: list[Path] = [()]
    for at in waiting:
        here = value_at(pair.good, at)
        place = place_at(node, pair.good, at)
        if isinstance(here, dict) and place is not None and isinstance(place.kind, Object):
            for name in place.kind.optional:
                way = (*at, name)
                if name in here and pair.path[: len(way)] != way:
                    smaller = replace(pair, good=removed(pair.good, way))
                    pair = smaller if is_fine(smaller) else pair
            left = value_at(pair.good, at)
            waiting += [(*at, name) for name in left if isinstance(left[name], dict | list)]
        elif isinstance(here, list) and here:
            pair = _with_fewer_items(pair, at, here, is_fine)
            waiting += [
                (*at, index)
                for index, item in enumerate(value_at(pair.good, at))
                if isinstance(item, dict | list)
            ]
    return pair


def _with_fewer_items(pair: Pair, at: Path, here: list[Json], is_fine: Callable[[Pair], bool]) -> Pair:
    depth = len(at)
    if pair.path[:depth] == at and len(pair.path) > depth:
        index = int(pair.path[depth])
        few = [([here[index]], (*at, 0, *pair.path[depth + 1 :]))]
    else:
        few = [([], pair.path), (here[:1], pair.path)]
    for items, path in few:
        if len(items) < len(here):
            smaller = replace(pair, good=replaced(pair.good, at, items), path=path)
            if is_fine(smaller):
                return smaller
    return pair


def changes_of(node: Node, each: Input, taken: Sequence[Json]) -> Iterator[Change]:
    """Yield what may be to blame in an input; the best explained first.

    A number, text or constant that stands in the same place of a value that is taken can't be to blame.
    """
    known = {(site(place.path), repr(place.value)) for value in taken for place in places(node, value)}
    if each.change:
        yield each.path, value_at(each.value, each.path), each.change
    found: list[tuple[int, int, Path, Json]] = []
    for place in [*places(node, each.value), *absent_places(node, each.value), *_emptied(node, taken)]:
        is_leaf = not isinstance(place.kind, Array | Object) and place.value is not ABSENT
        if place.path and not (is_leaf and (site(place.path), repr(place.value)) in known):
            found.append((-best_fit(place), -len(place.path), place.path, place.value))
    seen = set()
    for *_, path, value in sorted(found, key=lambda each: each[:2]):
        key = site(path), repr(value)
        if key not in seen:
            seen.add(key)
            yield path, value, ""


def absent_places(node: Node, value: Json) -> Iterator[Place]:
    """Yield the places of optional properties that a value doesn't have."""
    for place in places(node, value):
        if isinstance(place.kind, Object):
            for name in place.kind.optional:
                if name not in place.value:
                    inside = place.kind.properties[name]
                    yield Place((*place.path, name), inside, inside.kinds[0], ABSENT)


def _emptied(node: Node, taken: Sequence[Json]) -> Iterator[Place]:
    """The lists of values, each as if it were empty, where it may be."""
    for value in taken:
        for place in places(node, value):
            if isinstance(place.kind, Array) and place.value and not place.kind.least:
                yield place._replace(value=[])


def _matches(good: Json, path: Path, new: Json) -> Iterator[Path]:
    """The places in a value that a path leads to, whatever its indices; the last step may lead to something new."""
    found: list[tuple[Json, Path]] = [(good, ())]
    for number, step in enumerate(path):
        is_last = number == len(path) - 1
        found = [
            (inside, (*way, key))
            for value, way in found
            for key, inside in _steps(value, step, may_be_new=is_last and new is not ABSENT)
        ]
    yield from (way for _, way in found)


def _steps(value: Json, step: str | int, *, may_be_new: bool) -> Iterator[tuple[str | int, Json]]:
    if isinstance(value, list) and isinstance(step, int):
        yield from enumerate(value)
    elif isinstance(value, dict) and isinstance(step, str) and (step in value or may_be_new):
        yield step, value.get(step)


def _fitted(good: Json, path: Path, new: Json, change: str) -> Json:
    """What evolved, made of what stands in that place of the good value."""
    here = value_at(good, path)
    if change == "new-property" and isinstance(here, dict) and isinstance(new, dict):
        return {**here, NEW_PROPERTY: new.get(NEW_PROPERTY)}
    if change == "reordered" and isinstance(here, dict):
        return dict(reversed(here.items()))
    return new


def value_at(value: Json, path: Path) -> Json:
    """Give what a path leads to; ABSENT where an object hasn't got it."""
    for step in path:
        value = value.get(step, ABSENT) if isinstance(value, dict) else value[step]
    return value


def place_at(node: Node, value: Json, path: Path) -> Place | None:
    """Give the place that a path leads to; None where the schema doesn't say, or doesn't permit what stands there."""
    inside: Node | None = node
    for step in path:
        kind = kind_at(inside, value) if inside else None
        inside = kind.node(step) if isinstance(kind, Object | Array) else None  # type: ignore[arg-type]
        value = value.get(step, ABSENT) if isinstance(value, dict) else value[step]
    if inside is None or not inside.kinds:
        return None
    found = inside.kinds[0] if value is ABSENT else kind_at(inside, value)
    return None if found is None else Place(path, inside, found, value)
