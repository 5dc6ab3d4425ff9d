"""The facts of the vendor's document, packed: names, types, limits and statuses, and not a word of its prose."""

import json
import lzma
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson

from .operations import METHODS, Json

PATH = Path(__file__).with_name("incident_io.facts.json.xz")

_SCHEMA = (
    {"$ref", "type", "format", "nullable", "enum", "default", "required", "pattern", "uniqueItems"}
    | {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"}
    | {"minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties", "deprecated"}
)
_SUBSCHEMA = {"items", "additionalProperties", "not"}
_SUBSCHEMAS = {"allOf", "anyOf", "oneOf"}
_PARAMETER = {"name", "in", "required", "style", "explode", "allowEmptyValue", "deprecated"}
_OPERATION = {"operationId", "deprecated", "security", "tags", "x-rbac-scopes"}
# A decoder sets aside as much memory as this, whatever the file's size.
_FILTERS = [{"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME, "dict_size": 2**21}]


def facts_of(raw: Mapping[str, Json]) -> dict[str, Json]:
    """Return an OpenAPI document with the facts of another, in its order: no descriptions, examples or extensions."""
    components = raw.get("components", {})
    schemes = components.get("securitySchemes", {})
    return {
        "openapi": raw["openapi"],
        "security": raw.get("security", []),
        "tags": [each["name"] for each in raw.get("tags", [])],
        "paths": _paths(raw["paths"]),
        "x-webhooks": _paths(raw.get("x-webhooks", {})),
        "components": {
            "securitySchemes": {
                name: {key: each[key] for key in ("type", "scheme", "in", "name") if key in each}
                for name, each in schemes.items()
            },
            "schemas": {name: _schema(each) for name, each in components.get("schemas", {}).items()},
        },
    }


def pack(facts: Json) -> bytes:
    """Return facts as compressed JSON, the same bytes for the same facts."""
    text = json.dumps(facts, separators=(",", ":"), ensure_ascii=False).encode()
    return lzma.compress(text, check=lzma.CHECK_CRC32, filters=_FILTERS)


def unpack(content: bytes) -> Any:
    """Return the facts in what `pack` made."""
    return orjson.loads(lzma.decompress(content))


def _paths(paths: Mapping[str, Json]) -> dict[str, Json]:
    return {
        path: {method: _operation(item[method]) for method in METHODS if method in item}
        for path, item in paths.items()
    }


def _operation(raw: Mapping[str, Json]) -> dict[str, Json]:
    facts = {key: value for key, value in raw.items() if key in _OPERATION}
    if "parameters" in raw:
        facts["parameters"] = [_parameter(each) for each in raw["parameters"]]
    if "requestBody" in raw:
        body = raw["requestBody"]
        facts["requestBody"] = {"required": body.get("required", False), "content": _content(body)}
    facts["responses"] = {status: _response(each) for status, each in raw["responses"].items()}
    return facts


def _parameter(raw: Mapping[str, Json]) -> dict[str, Json]:
    kept = {key: value for key, value in raw.items() if key in _PARAMETER}
    return kept | {"schema": _schema(raw.get("schema", {}))}


def _response(raw: Mapping[str, Json]) -> dict[str, Json]:
    headers = {name: {"schema": _schema(each["schema"])} for name, each in raw.get("headers", {}).items()}
    found = {"headers": headers} if headers else {}
    return found | ({"content": _content(raw)} if "content" in raw else {})


def _content(raw: Mapping[str, Json]) -> dict[str, Json]:
    return {name: {"schema": _schema(each["schema"])} for name, each in raw["content"].items()}


def _schema(raw: Json) -> Json:
    if not isinstance(raw, Mapping):
        return raw  # `additionalProperties: true`
    facts: dict[str, Json] = {}
    for keyword, value in raw.items():
        if keyword in _SCHEMA:
            facts[keyword] = value
        elif keyword in _SUBSCHEMA:
            facts[keyword] = _schema(value)
        elif keyword in _SUBSCHEMAS:
            facts[keyword] = [_schema(each) for each in value]
        elif keyword == "properties":
            facts[keyword] = {name: _schema(each) for name, each in value.items()}
    return facts
