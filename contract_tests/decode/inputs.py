"""What is put to a decoder, in the order in which it is likely to show something."""

import base64
import copy
import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import Any

import orjson

from ...fixtures.domain.dataset import collection_of
from ...fixtures.domain.names import NEW_VALUE
from ...fixtures.realistic_dataset import realistic_rows
from ...fixtures.schema.canonical import canonical
from ...fixtures.schema.places import Path as PlacePath
from ...fixtures.schema.smallest import compact
from ...fixtures.shapes.broken import broken, broken_bodies, broken_set
from ...fixtures.shapes.covering import covering_set
from ...fixtures.shapes.evolved import before_evolution, evolved, evolved_set
from ...fixtures.shapes.recombined import recombined
from ...openapi import Document, Json, Schema
from ...openapi.intake.reading import InputError, read_json
from ..findings import TIERS

BROKEN = "broken"
REFUSED = "what the schema refuses"
"""What is broken about an input, where no more is known."""
SHAPES = TIERS
_REALISTIC = 100
_EVOLVED = 12
"""Of how many realistic values those are made that evolved; a few have almost every place."""
_ROUND = {"conforming": 49, "evolved": 12, BROKEN: 12}
"""How many inputs by chance are of each shape, in turn."""


@dataclass(frozen=True, slots=True)
class Input:
    """One text to be decoded."""

    value: Json
    """What it holds; None where it is a body of its own (`text`)."""
    tier: str
    """Its shape."""
    change: str = ""
    """What evolved or is broken about it."""
    path: PlacePath = ()
    """Where."""
    body: bytes | None = field(default=None, repr=False)
    """The text, where it isn't just the value."""

    @property
    def text(self) -> bytes:
        """What the client gets."""
        return self.body if self.body is not None else encoded(self.value)


def encoded(value: Json) -> bytes:
    """Give the value as compact JSON."""
    try:
        return orjson.dumps(value)
    except TypeError:
        return compact(value).encode()  # with integers beyond 64 bits, which are rare


def in_report(body: bytes) -> Json:
    """Give a body that isn't just a value, as a finding's counterexample."""
    return {"base64": base64.b64encode(body).decode()}


def of_report(counterexample: Json, tier: str) -> Input:
    """Give the input again from a finding's counterexample and tier. Raises ValueError for what is no base64."""
    if tier == BROKEN and isinstance(counterexample, dict) and counterexample.keys() == {"base64"}:
        return Input(None, tier, body=base64.b64decode(counterexample["base64"], validate=True))
    return Input(counterexample, tier)


def inputs(
    document: Document, name: str, *, seed: int, shapes: Collection[str], corpus: Iterable[Input] = ()
) -> Iterator[Input]:
    """Yield inputs for a schema of the document, without end: the corpus, and all that shows each thing once; then
    by chance, the shapes in turn. The same for the same seed.
    """
    schema = {"$ref": f"#/components/schemas/{name}"}
    yield from (each for each in corpus if each.tier in shapes)
    yield from chain.from_iterable(
        of_shape(document, name, schema, seed)
        for shape, of_shape in (
            ("realistic", _realistic),
            ("conforming", _covering),
            ("evolved", _evolved_once),
            (BROKEN, _broken_once),
        )
        if shape in shapes
    )
    if not {"conforming", BROKEN}.isdisjoint(shapes):
        yield from (each for each in _of_schemathesis(document, schema) if each.tier in shapes)
    yield from _stream(document, schema, seed, shapes)


def realistic_values(document: Document, name: str, *, seed: int) -> Iterator[Json]:
    """Yield realistic values of a schema, few or none at all for what no data set holds."""
    yield from (each.value for each in _realistic(document, name, {}, seed))


def _realistic(document: Document, name: str, _: Schema, seed: int) -> Iterator[Input]:
    collection = collection_of(name)
    if collection is None:
        return
    is_valid = document.validator({"$ref": f"#/components/schemas/{name}"}).is_valid
    rows = list(islice(realistic_rows(collection, seed=seed, incidents=_REALISTIC), _REALISTIC))
    # The last is an ordinary one, and goes first: a decoder that can't take it will take none.
    for row in (*rows[-1:], *rows[:-1]):
        if is_valid(row):  # another document may mean something else by that name
            yield Input(row, "realistic")


def _covering(document: Document, _: str, schema: Schema, __: int) -> Iterator[Input]:
    return (Input(each, "conforming") for each in covering_set(document, schema))


def _evolved_once(document: Document, name: str, schema: Schema, seed: int) -> Iterator[Input]:
    realistic = [each.value for each in islice(_realistic(document, name, schema, seed), _EVOLVED)]
    for each in evolved_set(document, schema, of=realistic):
        yield Input(each.value, "evolved", each.change, each.path)


def _broken_once(document: Document, _: str, schema: Schema, __: int) -> Iterator[Input]:
    for each in broken_set(document, schema):
        yield Input(each.value, BROKEN, each.fault, each.path)
    for body in broken_bodies(covering_set(document, schema)[0]):
        if body.fault != "wrong content type":  # which only shows over HTTP
            yield Input(None, BROKEN, body.fault, body=body.content)


def _of_schemathesis(document: Document, schema: Schema) -> Iterator[Input]:
    """The cases of Schemathesis's coverage phase, for the schema as the body of a request that nobody sends."""
    import schemathesis  # noqa: PLC0415 - takes long to import
    from schemathesis.config import GenerationConfig  # noqa: PLC0415
    from schemathesis.generation import GenerationMode  # noqa: PLC0415

    body = {"required": True, "content": {"application/json": {"schema": schema}}}
    paths = {"/": {"post": {"requestBody": body, "responses": {"204": {"description": ""}}}}}
    raw: dict[str, Any] = {**document.raw, "paths": paths}
    loaded = schemathesis.openapi.from_dict(copy.deepcopy(raw))
    is_valid = document.validator(schema).is_valid
    cases = loaded.iter_coverage_cases(
        loaded["/"]["POST"], generation_modes=list(GenerationMode), generation_config=GenerationConfig()
    )
    for case in cases:
        try:
            value = json.loads(json.dumps(case.body))
        except (TypeError, ValueError):
            continue  # no body at all, or bytes
        yield Input(value, "conforming") if is_valid(value) else Input(value, BROKEN, REFUSED)


def _stream(document: Document, schema: Schema, seed: int, shapes: Collection[str]) -> Iterator[Input]:
    """Inputs by chance: of each round, a few are of each shape."""
    legal = recombined(document, schema, seed=seed)
    rounds: dict[str, Iterator[Input]] = {
        "conforming": (Input(each, "conforming") for each in legal),
        "evolved": (
            Input(each.value, "evolved", each.change, each.path)
            for each in evolved(document, schema, seed=seed, of=legal)
        ),
        BROKEN: (
            Input(each.value, BROKEN, each.fault, each.path)
            for each in broken(document, schema, seed=seed, of=legal)
        ),
    }
    chosen = [(rounds[shape], number) for shape, number in _ROUND.items() if shape in shapes]
    found = True
    while found:
        found = False
        for stream, number in chosen:
            for each in islice(stream, number):
                found = True
                yield each


def of_corpus(document: Document, name: str, folder: Path | None) -> Iterator[Input]:
    """Yield what earlier runs kept in a folder, by the names of the files; what isn't JSON is passed over."""
    if folder is None or not folder.is_dir():
        return
    schema = {"$ref": f"#/components/schemas/{name}"}
    node, is_valid = canonical(document, schema), document.validator(schema).is_valid
    for path in sorted(folder.glob("*.json")):
        try:
            value = read_json(path)
            json.dumps(value, ensure_ascii=False).encode()
        except (InputError, UnicodeEncodeError):  # halves of a surrogate pair are no JSON either
            continue
        before = before_evolution(node, value)
        if is_valid(value):
            yield Input(value, "conforming")
        elif is_valid(before):
            yield Input(value, "evolved", *_first_change(value, before))
        else:
            yield Input(value, BROKEN, REFUSED)


def _first_change(value: Json, before: Json, path: PlacePath = ()) -> tuple[str, PlacePath]:
    """What evolved in a value, and where."""
    if isinstance(value, dict) and value.keys() != before.keys():
        return "new-property", path
    if isinstance(value, dict | list):
        steps = value.keys() if isinstance(value, dict) else range(len(value))
        step = next(step for step in steps if value[step] != before[step])
        return _first_change(value[step], before[step], (*path, step))
    return ("new-enum-value" if value == NEW_VALUE else "new-id"), path
