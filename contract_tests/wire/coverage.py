"""How much of the contract a client has met: operations and statuses, and what was in the answers it got."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from ...fixtures.schema.canonical import canonical
from ...fixtures.schema.facts import Fact, SchemaPlace, explore, is_optional, shown_in
from ...fixtures.schema.kinds import Constants
from ...openapi import Document, Json, Schema
from .conversation import Conversation, WireExchange

_MOST_ANSWERS = 30
"""Of each operation and status, so many different answers are looked at."""
_MOST_BYTES = 1_000_000
"""And no more of them than this."""
_PROPERTY = "property"
KINDS = ("properties", "enum values", "optional presences")
"""What is counted in the answers: that a property was there, each value of an enum, an optional one there and not."""


@dataclass(slots=True)
class _Counted:
    """Of one kind, all that there is in the answers that were got, and what of it was met."""

    every: set[tuple[str, Fact]] = field(default_factory=set)
    met: set[tuple[str, Fact]] = field(default_factory=set)


def coverage_of(conversation: Conversation) -> Mapping[str, Json]:
    """Give `{"operations": {id: {status: times}}, "of_operations", "answers": {kind: {"met", "of", "not_met"}}}`.

    What is counted under `answers` is what the schemas of the answers have that the client got; `not_met` names it
    as `operation status: place what`.
    """
    counted = {kind: _Counted() for kind in KINDS}
    statuses = {}
    for id_, exchanges in sorted(conversation.by_operation.items()):
        statuses[id_] = dict(sorted(Counter(str(each.status) for each in exchanges).items()))
        for status, schema in exchanges[0].operation.responses.items() if exchanges[0].operation else ():
            answers = [each for each in exchanges if each.status == status]
            if schema is not None and answers:
                _count(counted, f"{id_} {status}", conversation.document, schema, answers)
    return {
        "operations": statuses,
        "of_operations": len(conversation.document.operations),
        "answers": {kind: _as_json(each) for kind, each in counted.items()},
    }


def coverage_line(coverage: Mapping[str, Json]) -> str:
    """Give one line for a person."""
    parts = [f"{len(coverage['operations'])} of {coverage['of_operations']} operations"]
    parts += [
        f"{each['met']} of {each['of']} {kind}" for kind, each in coverage["answers"].items() if each["of"]
    ]
    return f"met {', '.join(parts)}"


def _as_json(counted: _Counted) -> dict[str, Json]:
    missed = sorted(counted.every - counted.met)
    return {
        "met": len(counted.every) - len(missed),
        "of": len(counted.every),
        "not_met": [f"{answer}: {fact.place} {fact.what}" for answer, fact in missed],
    }


def _count(
    counted: Mapping[str, _Counted],
    answer: str,
    document: Document,
    schema: Schema,
    exchanges: Sequence[WireExchange],
) -> None:
    place = explore(canonical(document, schema))
    shown: set[Fact] = set()
    for value in islice(_bodies(exchanges), _MOST_ANSWERS):
        shown.update(shown_in(place, value))
        shown.update(_properties_of(place, value))
    for kind, fact in _every(place):
        counted[kind].every.add((answer, fact))
        if fact in shown:
            counted[kind].met.add((answer, fact))


def _bodies(exchanges: Sequence[WireExchange]) -> Iterator[Json]:
    """What different answers hold, as long as they are not too much."""
    left = _MOST_BYTES
    for body, exchange in {each.answer_body: each for each in exchanges}.items():
        left -= len(body)
        yield exchange.answer()
        if left < 0:
            return


def _every(place: SchemaPlace) -> Iterator[tuple[str, Fact]]:
    for placed in place.kinds:
        if isinstance(placed.kind, Constants) and any(isinstance(each, str) for each in placed.kind.values):
            yield from (("enum values", sign.fact) for sign in placed.signs)
        for inside in placed.properties.values():
            yield "properties", Fact(inside.pointer, _PROPERTY)
            if is_optional(placed, inside):
                yield from (("optional presences", fact) for fact in (inside.absent, inside.present))
        for inside in placed.places():
            yield from _every(inside)


def _properties_of(place: SchemaPlace, value: Json) -> Iterator[Fact]:
    for placed in place.kinds_of(value):
        if isinstance(value, list) and placed.item:
            for item in value:
                yield from _properties_of(placed.item, item)
        elif isinstance(value, dict):
            for name, inside in placed.properties.items():
                if name in value:
                    yield Fact(inside.pointer, _PROPERTY)
                    yield from _properties_of(inside, value[name])
