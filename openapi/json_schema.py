"""Schemas of an OpenAPI document as JSON Schema: the form that validators understand.

OpenAPI 3.0 has a dialect of its own, near draft 4: `nullable` in place of a null type, and nothing beside a
`$ref` counts. From 3.1 on a schema is draft 2020-12 as it stands. Only what decides validity is taken over,
and each keyword by what it holds, so that a property called `enum` or an example with a `$ref` in it is never
mistaken for a keyword.
"""

from collections.abc import Callable, Mapping
from urllib.parse import quote

from .json_pointer import escaped
from .operations import COMPONENT, Json, Schema

_HOLDS_A_SCHEMA = (
    {"if", "then", "else", "not"}
    | {"additionalItems", "contains", "items", "unevaluatedItems"}
    | {"additionalProperties", "propertyNames", "unevaluatedProperties"}
)
_HOLDS_SCHEMAS = {"allOf", "anyOf", "oneOf", "prefixItems"}
_NAMES_SCHEMAS = {"dependentSchemas", "patternProperties", "properties"}
_HOLDS_A_VALUE = (
    {"const", "enum", "format", "type"}
    | {"exclusiveMaximum", "exclusiveMinimum", "maximum", "minimum", "multipleOf"}
    | {"maxLength", "minLength", "pattern"}
    | {"maxContains", "maxItems", "minContains", "minItems", "uniqueItems"}
    | {"dependentRequired", "maxProperties", "minProperties", "required"}
)
INTEGER_LIMITS = {"int32": (-(2**31), 2**31 - 1), "int64": (-(2**63), 2**63 - 1)}


def to_json_schema(schema: Schema, *, version: str, find: Callable[[str], Json]) -> dict[str, Json]:
    """Give a schema with everything it refers to, in one piece that needs nothing from outside it.

    `version` is the document's `openapi`; for 3.0 the result is draft 4, from 3.1 on draft 2020-12. `find`
    says what a reference stands for, and may raise. That ends up in `definitions`, components under their names;
    schemas may contain themselves.
    """
    conversion = _Conversion(siblings_count=not version.startswith("3.0"))
    root: dict[str, Json] = conversion.convert(schema)
    definitions: dict[str, Json] = {}
    while conversion.waiting:
        reference = conversion.waiting.pop()
        name = _name(reference)
        if name not in definitions:
            definitions[name] = conversion.convert(find(reference))
    if definitions:
        root["definitions"] = definitions
    return root


def _name(reference: str) -> str:
    return reference.removeprefix(COMPONENT)


class _Conversion:
    def __init__(self, *, siblings_count: bool) -> None:
        self.siblings_count = siblings_count
        self.waiting: list[str] = []
        """References that were met and not yet followed."""

    def convert(self, schema: Json) -> Json:
        if not isinstance(schema, Mapping):
            return schema  # true, false, or a mistake that the validator's compiler will name
        if isinstance(schema.get("$ref"), str):
            return self._convert_reference(schema)
        converted = self._convert_keywords(schema)
        if self.siblings_count:
            return converted
        if not converted.get("required", True):
            del converted["required"]  # draft 4 forbids an empty list; documents have it all the same
        return _or_null(converted) if schema.get("nullable") is True else converted

    def _convert_reference(self, schema: Mapping[str, Json]) -> dict[str, Json]:
        reference = schema["$ref"]
        self.waiting.append(reference)
        converted = self._convert_keywords(schema) if self.siblings_count else {}
        return converted | {"$ref": f"#/definitions/{quote(escaped(_name(reference)))}"}

    def _convert_keywords(self, schema: Mapping[str, Json]) -> dict[str, Json]:
        converted: dict[str, Json] = {}
        for keyword, value in schema.items():
            if keyword in _HOLDS_A_VALUE:
                converted[keyword] = value
            elif keyword in _HOLDS_A_SCHEMA:
                converted[keyword] = self.convert(value)
            elif keyword in _HOLDS_SCHEMAS and isinstance(value, list):
                converted[keyword] = [self.convert(each) for each in value]
            elif keyword in _NAMES_SCHEMAS and isinstance(value, Mapping):
                converted[keyword] = {name: self.convert(each) for name, each in value.items()}
        _limit_integers(converted)
        return converted


def _limit_integers(schema: dict[str, Json]) -> None:
    """Spell out what `int32` and `int64` mean, which JSON Schema doesn't know."""
    if schema.get("type") in ("integer", ["integer", "null"], ["null", "integer"]):
        limits = INTEGER_LIMITS.get(schema.get("format", ""))
        if limits is not None:
            schema["minimum"] = max(limits[0], schema.get("minimum", limits[0]))
            schema["maximum"] = min(limits[1], schema.get("maximum", limits[1]))


def _or_null(schema: dict[str, Json]) -> dict[str, Json]:
    """What `nullable` is meant to say, even where 3.0.3 forbids it: beside an `enum`, or without a `type`."""
    if not isinstance(schema.get("type"), str):
        return {"anyOf": [schema, {"enum": [None]}]}
    nullable = schema | {"type": [schema["type"], "null"]}
    if "enum" in schema and None not in schema["enum"]:
        nullable["enum"] = [*schema["enum"], None]
    return nullable
