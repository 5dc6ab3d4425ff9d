"""From an input that shows a fault to the smallest one that does, of the same tier."""

import copy
from collections.abc import Callable, Iterator

from ....fixtures.schema.kinds import Array, Node, Object
from ....fixtures.schema.places import Path, innermost_first, kind_at
from ....fixtures.schema.reducer import reduce
from ....fixtures.shapes.evolved import before_evolution
from ....openapi import Document, Json, Schema
from ..inputs import BROKEN, Input

Shows = Callable[[Json], bool]


def shrink(
    document: Document,
    schema: Schema,
    node: Node,
    each: Input,
    shows: Shows,
    *,
    is_enough: Callable[[], bool] = lambda: False,
) -> Json:
    """Give the smallest value of the input's tier that still `shows` what it did.

    First the smallest value that the schema permits is tried with one part of the input put into it, since most
    faults are about one part, until that `is_enough`; then what remains is reduced step by step, unless that would
    break it in other ways than it is broken already. Raises ValueError when the input doesn't show it again.
    """
    is_of_tier = fits(document, schema, node, each.tier)
    if each.tier == BROKEN and each.path == ():
        candidates: Iterator[Json] = iter(())
    else:
        candidates = _grafts(node, each)
    for candidate in candidates:
        if is_enough():
            break
        if is_of_tier(candidate) and shows(candidate):
            if each.tier == BROKEN:
                return copy.deepcopy(candidate)  # less of it would be broken in other ways too
            return reduce(document, schema, candidate, _both(is_of_tier, shows))
    return reduce(document, schema, each.value, _both(is_of_tier, shows))


def _both(is_of_tier: Shows, shows: Shows) -> Shows:
    return lambda value: is_of_tier(value) and shows(value)


def _grafts(node: Node, each: Input) -> Iterator[Json]:
    yield node.smallest
    if each.path:
        yield _grafted(node, each.value, each.path)
    for place in innermost_first(node, each.value):
        if place.path and place.path != each.path:
            yield _grafted(node, each.value, place.path)


def _grafted(node: Node, value: Json, path: Path) -> Json:
    """The smallest value that has the part of this one that the path leads to; parts are shared, not copied."""
    if not path:
        return value
    kind = kind_at(node, value)
    step, rest = path[0], path[1:]
    if isinstance(kind, Object) and isinstance(step, str):
        inner = kind.node(step)
        small = node.smallest
        if not isinstance(small, dict):
            small = {name: kind.properties[name].smallest for name in kind.required}
        if step not in value:  # what is broken is that it is missing
            return {name: each for name, each in small.items() if name != step}
        return {**small, step: _grafted(inner, value[step], rest) if inner else value[step]}
    if isinstance(kind, Array) and isinstance(step, int) and step < len(value):
        return [_grafted(kind.node(step), value[step], rest)]
    return value


def fits(document: Document, schema: Schema, node: Node, tier: str) -> Shows:
    """Say whether a value is of the tier: permitted, permitted but for what evolved, or not permitted."""
    is_valid = document.validator(schema).is_valid
    if tier == BROKEN:
        return lambda value: not is_valid(value)
    if tier == "evolved":
        return lambda value: is_valid(value) or is_valid(before_evolution(node, value))
    return is_valid
