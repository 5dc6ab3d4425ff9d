"""Other values for one place of a value: what is permitted there too, and what a client can't take about it."""

from collections.abc import Iterator

from ....fixtures.schema.features import features, samples
from ....fixtures.schema.kinds import Array, Kind, Node, Object, Text
from ....fixtures.schema.places import Path, kind_at, places, removed, replaced
from ....openapi import Json
from .explaining import decoding_rules
from .shrinking import Shows


def reached(node: Node, value: Json, path: Path) -> tuple[Kind | None, Node | None, Json]:
    """Give what holds the last step of a path, what is permitted there, and what stands there; `...` for nothing."""
    holder: Kind | None = None
    inside: Node | None = node
    for step in path:
        holder = kind_at(inside, value) if inside else None
        inside = holder.node(step) if isinstance(holder, Object | Array) else None  # type: ignore[arg-type]
        value = value.get(step, ...) if isinstance(value, dict) else value[step]
    return holder, inside, value


def spelling(node: Node, value: Json, path: Path, is_taken: Shows) -> str:
    """Give what it is about a time that the client can't take."""
    place = next(place for place in places(node, value) if place.path == path)
    if not isinstance(place.kind, Text):
        return ""
    for each in features(place.kind):
        if each.shown_by(place.value) and not is_taken(replaced(value, path, each.sample)):
            return each.name
    return ""


def alternatives(node: Node, value: Json, path: Path, rule: str) -> Iterator[Json]:
    """Yield the value with something else that is permitted there; where it is refused altogether, with nothing."""
    holder, inside, here = reached(node, value, path)
    if inside is None:
        return
    is_optional = here is not ... and isinstance(holder, Object) and path[-1] not in holder.required
    if decoding_rules()[rule].is_default and is_optional:
        yield removed(value, path)
    others = [
        inside.smallest,
        *(
            sample
            for kind in inside.kinds
            if not isinstance(kind, Array | Object)
            for sample in samples(kind)
        ),
        *(
            [item]
            for kind in inside.kinds
            if isinstance(kind, Array)
            if (item := kind.node(0).smallest) is not ...
        ),
    ]
    for other in others:
        if other != here:
            yield replaced(value, path, other)
