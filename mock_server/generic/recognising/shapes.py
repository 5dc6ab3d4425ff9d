"""How answers hold objects: bare, under the noun of the path, in an envelope; alone or in lists."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ....openapi import Document, Operation, Schema
from .paths import plain, singular
from .schemas import followed, kind_of, properties_of

_BESIDE_A_LIST = re.compile(
    "pag|meta|total|count|next|prev|cursor|limit|offset|more|link|size|object|url|self|first|last|status",
    re.IGNORECASE,
)
"""Names of what stands beside a list in an answer without being part of its meaning."""
_ENVELOPES = ("data", "result", "item", "resource", "payload", "response")
_LIST_ENVELOPES = (
    "data",
    "items",
    "results",
    "value",
    "values",
    "records",
    "content",
    "entries",
    "elements",
    "list",
)
_WEAK_KEYS = ("uuid", "key", "slug", "code", "name")
"""Properties that identify members where none is called an id."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How one answer holds an object, or a list of them."""

    wrapper: str | None
    """The property that holds it; None when the whole answer is it."""
    item: Schema
    """The schema of the object."""


def answer_of(operation: Operation) -> Schema | None:
    """Give the schema of the operation's normal answer; None where it has no body in JSON."""
    return operation.responses.get(operation.success)


def list_shape(document: Document, operation: Operation, noun: str) -> Shape | None:
    """Say how the operation answers with a list of objects; None when it doesn't."""
    answer = answer_of(operation)
    if answer is None:
        return None
    if kind_of(document, answer) == "array":
        return _list_of_objects(document, None, answer)
    properties = properties_of(document, answer)
    shapes = {name: _list_of_objects(document, name, schema) for name, schema in properties.items()}
    lists = {name: shape for name, shape in shapes.items() if shape is not None}
    chosen = _related(lists, noun)
    if chosen is None and _strong_key(document, answer, "") is None:
        chosen = _first(lists, _LIST_ENVELOPES)
        if chosen is None and all(name in lists or _BESIDE_A_LIST.search(name) for name in properties):
            chosen = _only(lists)
    return lists[chosen] if chosen is not None else None


def _list_of_objects(document: Document, wrapper: str | None, schema: Schema) -> Shape | None:
    if kind_of(document, schema) != "array":
        return None
    items = followed(document, schema).get("items", {})
    return Shape(wrapper, items) if kind_of(document, items) == "object" else None


def object_shape(document: Document, operation: Operation, noun: str, parameter: str = "") -> Shape | None:
    """Say how the operation answers with one object; None when it doesn't. `parameter` names the object in its path."""
    answer = answer_of(operation)
    if answer is None or kind_of(document, answer) != "object":
        return None
    properties = properties_of(document, answer)
    if not properties:
        return None
    if _strong_key(document, answer, parameter) is not None:
        return Shape(None, answer)
    objects = {name: schema for name, schema in properties.items() if _is_object(document, schema)}
    things = {
        name: schema
        for name, schema in objects.items()
        if _strong_key(document, schema, parameter) is not None
    }
    chosen = _related(objects, noun) or _first(objects, _ENVELOPES) or _only(things)
    return Shape(None, answer) if chosen is None else Shape(chosen, objects[chosen])


def key_of(document: Document, item: Schema, parameter: str) -> str | None:
    """Give the property by which a path with that parameter names the object; None when there is none."""
    names = _scalars(document, item)
    weak = next((name for name in _WEAK_KEYS if name in names), None) if parameter else None
    return _strong_key(document, item, parameter) or weak


def _strong_key(document: Document, item: Schema, parameter: str) -> str | None:
    """The property that is named like the parameter, else the id."""
    names, wanted = _scalars(document, item), plain(parameter)
    same = [name for name in names if wanted and plain(name) == wanted]
    endings = [name for name in names if plain(name) and wanted.endswith(plain(name))]
    identity = next((name for name in names if plain(name) == "id"), None)
    if same:
        return same[0]
    return identity if identity in endings else max(endings, key=len, default=identity)


def _scalars(document: Document, item: Schema) -> list[str]:
    properties = properties_of(document, item)
    return [name for name, each in properties.items() if kind_of(document, each) in ("string", "integer", "")]


def _is_object(document: Document, schema: Schema) -> bool:
    return kind_of(document, schema) == "object" and bool(properties_of(document, schema))


def _related(candidates: Mapping[str, Any], noun: str) -> str | None:
    """The name that fits the noun of the path best."""
    wanted = singular(noun)
    same = [name for name in candidates if singular(name) == wanted]
    ending = [name for name in candidates if wanted.endswith(singular(name))]
    return next(iter([*same, *ending]), None)


def _first(candidates: Mapping[str, Any], names: tuple[str, ...]) -> str | None:
    return next((name for name in names if name in candidates), None)


def _only(candidates: Mapping[str, Any]) -> str | None:
    return next(iter(candidates)) if len(candidates) == 1 else None
