"""What schemas say of an object: its properties, which it must have, of what type they are.

Whatever a document has in a place where a schema should be is taken for one that says nothing: `servable` has
refused what can't be validated.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from ....openapi import Document, Schema


def followed(document: Document, schema: Any) -> Schema:
    """Give the schema without references, and without the alternative of being null; `true` and `false` say nothing."""
    if not isinstance(schema, Mapping):
        return {}
    schema = document.resolve(schema)
    branches = [each for each in _branches(document, schema) if each.get("type") != "null"]
    return branches[0] if len(branches) == 1 and not schema.keys() & {"properties", "allOf"} else schema


def properties_of(document: Document, schema: Any) -> dict[str, Schema]:
    """Give the properties of an object schema; those of `allOf` and of every alternative included."""
    return {name: each for part in _parts(document, schema, []) for name, each in _named(part).items()}


def required_of(document: Document, schema: Any) -> set[str]:
    """Give the properties that an object must have."""
    schema = followed(document, schema)
    inherited = [required_of(document, part) for part in _listed(schema, "allOf") if part != schema]
    return set(_listed(schema, "required")).union(*inherited)


def kind_of(document: Document, schema: Any) -> str:
    """Give the type of a schema, null left out of account; empty where it says nothing."""
    schema = followed(document, schema)
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = next((each for each in kind if each != "null"), None)
    if kind is None and (properties_of(document, schema) or "additionalProperties" in schema):
        kind = "object"
    return str(kind or ("array" if "items" in schema else ""))


def _parts(document: Document, schema: Any, met: list[Schema]) -> Iterator[Schema]:
    """The schema and what it is made of, its own properties last; a schema that is made of itself only once."""
    if not isinstance(schema, Mapping):
        return
    schema = document.resolve(schema)
    if any(schema is each for each in met):
        return
    met.append(schema)
    for keyword in ("anyOf", "oneOf", "allOf"):
        # Of alternatives the first is taken, as samples are made: it comes last here, and so has the last word.
        parts = _listed(schema, keyword)
        for part in parts if keyword == "allOf" else reversed(parts):
            yield from _parts(document, part, met)
    yield schema


def _branches(document: Document, schema: Schema) -> list[Schema]:
    branches = [*_listed(schema, "oneOf"), *_listed(schema, "anyOf")]
    return [document.resolve(each) for each in branches if isinstance(each, Mapping)]


def _named(schema: Schema) -> Mapping[str, Schema]:
    properties = schema.get("properties")
    return properties if isinstance(properties, Mapping) else {}


def _listed(schema: Schema, keyword: str) -> list[Any]:
    found = schema.get(keyword)
    return found if isinstance(found, list) else []
