"""The facts of an operation, spread out flat: what can be compared without knowing how a document is laid out.

A fact is a keyword with its value at a place. Places are paths: `operation`, `query.page_size`, `request.name`,
`200.incidents[].mode`, where `[]` is any item, `.*` any other property and `<oneOf 0>` an alternative.
References are followed, and what stands in `allOf` counts as if it stood beside it.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from .document import Document
from .operations import Operation, Parameter, Schema

Facts = dict[str, Any]
"""Keyword to value. `type`, `scopes` and `enum` (its values as JSON) are frozensets. Empty for a missing body."""

EVERY_TYPE = frozenset(("array", "boolean", "integer", "null", "number", "object", "string"))
LOWER_LIMITS = {"exclusiveMinimum", "minItems", "minLength", "minProperties", "minimum"}
UPPER_LIMITS = {"exclusiveMaximum", "maxItems", "maxLength", "maxProperties", "maximum"}
_OTHER_KEYWORDS = {"default", "format", "multipleOf", "pattern", "uniqueItems"}
_SAY_NOTHING = ({"minItems": 0}, {"minLength": 0}, {"minProperties": 0}, {"uniqueItems": False})


def operation_facts(document: Document, operation: Operation) -> dict[str, Facts]:
    """Give every fact of an operation, by place. Raises DocumentError when a reference leads nowhere."""
    places: dict[str, Facts] = {
        "operation": {
            "method": operation.method,
            "path": operation.path,
            "deprecated": operation.deprecated,
            "needs a key": not operation.public,
            "scopes": frozenset(operation.scopes),
        }
    }
    for parameter in operation.parameters:
        places |= _parameter_facts(document, parameter)
    if operation.request_schema is not None:
        places |= schema_facts(document, operation.request_schema, "request")
        places["request"]["required"] = operation.body_required
    for status, schema in operation.responses.items():
        place = str(status)
        places |= {place: {}} if schema is None else schema_facts(document, schema, place)
    return places


def _parameter_facts(document: Document, parameter: Parameter) -> dict[str, Facts]:
    place = f"{parameter.location}.{parameter.name}"
    places = schema_facts(document, parameter.schema, place)
    places[place] |= {
        "required": parameter.required,
        "style": parameter.style,
        "explode": parameter.explode,
    }
    return places


def schema_facts(document: Document, schema: Schema, place: str) -> dict[str, Facts]:
    """Give every fact of a schema that stands at a place, by place."""
    return dict(_walk(document, schema, place, frozenset()))


def _walk(
    document: Document, schema: Schema, place: str, above: frozenset[int]
) -> Iterator[tuple[str, Facts]]:
    """The facts of a schema and of all that is in it. `above` holds what it is in, so that recursion ends."""
    flat = _flat(document, schema)
    yield place, _own_facts(flat)
    identity = id(document.resolve(schema))
    if identity in above:
        return
    for suffix, part, facts in _parts(flat):
        here = place + suffix
        for name, found in _walk(document, part, here, above | {identity}):
            yield name, (found | facts if name == here else found)


def _parts(flat: Schema) -> Iterator[tuple[str, Schema, Facts]]:
    """The schemas inside a schema: what each adds to the place, itself, and what is said of it from outside."""
    required = flat.get("required", ())
    for name, schema in flat.get("properties", {}).items():
        yield f".{name}", schema, {"required": name in required}
    for keyword, suffix, holder in (("items", "[]", "array"), ("additionalProperties", ".*", "object")):
        if keyword in flat or flat.get("type") == holder:
            rest = flat.get(keyword, True)
            if isinstance(rest, Mapping):
                yield suffix, rest, {}
            else:
                yield suffix, {}, {} if rest else {"type": frozenset()}
    for keyword in ("anyOf", "oneOf"):
        for number, schema in enumerate(flat.get(keyword, ())):
            yield f"<{keyword} {number}>", schema, {}


def _flat(document: Document, schema: Schema) -> Schema:
    """The schema with references followed, and what stands in `allOf` or beside a reference merged in."""
    target = document.resolve(schema)
    parts: list[Schema] = [_flat(document, part) for part in target.get("allOf", ())]
    if "$ref" in schema and not document.version.startswith("3.0"):
        parts.append({key: value for key, value in schema.items() if key != "$ref"})
    flat: dict[str, Any] = dict(target)
    for part in parts:
        flat |= {
            **part,
            "properties": {**flat.get("properties", {}), **part.get("properties", {})},
            "required": [*flat.get("required", ()), *part.get("required", ())],
        }
    return flat


def _own_facts(flat: Schema) -> Facts:
    keywords = LOWER_LIMITS | UPPER_LIMITS | _OTHER_KEYWORDS
    facts = {
        keyword: value
        for keyword, value in flat.items()
        if keyword in keywords and {keyword: value} not in _SAY_NOTHING
    }
    for exclusive, inclusive in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if isinstance(facts.get(exclusive), bool):  # in OpenAPI 3.0 a flag, from 3.1 on a limit of its own
            flagged = facts.pop(exclusive) and inclusive in facts
            facts |= {exclusive: facts.pop(inclusive)} if flagged else {}
    values = [flat["const"]] if "const" in flat else flat.get("enum")
    if values is not None:
        facts["enum"] = frozenset(json.dumps(value, sort_keys=True, ensure_ascii=False) for value in values)
    return facts | {"type": _types(flat)}


def _types(flat: Schema) -> frozenset[str]:
    declared = flat.get("type")
    if declared is None:
        return EVERY_TYPE
    types = {declared} if isinstance(declared, str) else set(declared)
    if flat.get("nullable") is True:
        types.add("null")
    if "number" in types:
        types.add("integer")
    return frozenset(types)
