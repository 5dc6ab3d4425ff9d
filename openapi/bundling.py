"""The bundled document, put together from the vendor's facts and from our words.

Words lie in a tree like the document's own, with nothing but descriptions, summaries and examples in it; what it
lacks is described from its names. Operations keep their parameters' words by location and name: `query.after`.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson

from . import wording
from .operations import Json
from .vendor_facts import PATH, unpack

_WORDS = Path(__file__).with_name("incident_io.words.json")

_ERROR_NAMES = {
    "400": "invalid_request_error",
    "401": "authentication_error",
    "403": "resource_forbidden",
    "404": "not_found",
    "405": "method_not_allowed",
    "406": "not_acceptable",
    "408": "request_timeout",
    "409": "conflict",
    "412": "precondition_failed",
    "413": "payload_too_large",
    "422": "validation_error",
    "429": "too_many_requests",
    "500": "api_error",
}
"""The answers that all operations share, by status: their names in `components.responses`."""
_ERROR = {"application/json": {"schema": {"$ref": "#/components/schemas/ErrorResponse"}}}
_LIMITS = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Used", "X-RateLimit-Reset")


def read_bundled() -> dict[str, Json]:
    """Return the bundled document, put together anew from the two files it comes from."""
    return build(unpack(PATH.read_bytes()), orjson.loads(_WORDS.read_bytes()))


def build(facts: Mapping[str, Json], words: Mapping[str, Json]) -> dict[str, Json]:
    """Return the document. Both are used up: parts of them become parts of it."""
    described, shared = words["components"], facts["components"]
    for name, schema in shared["schemas"].items():
        _describe(schema, described["schemas"].get(name, {}), wording.of_schema(name))
    return {
        "openapi": facts["openapi"],
        "info": words["info"],
        "servers": words["servers"],
        "security": facts["security"],
        "tags": [
            {"name": name, "description": words["tags"].get(name) or wording.of_tag(name)}
            for name in facts["tags"]
        ],
        "paths": _paths(facts["paths"], words["paths"], limited=True),
        "components": {
            "securitySchemes": _merge(shared["securitySchemes"], described["securitySchemes"]),
            "headers": described["headers"],
            "examples": described["examples"],
            "responses": {
                name: _merge({"content": {"application/json": {**_ERROR["application/json"]}}}, each)
                for name, each in described["responses"].items()
            },
            "schemas": shared["schemas"],
        },
        "x-webhooks": _paths(facts["x-webhooks"], words["x-webhooks"], limited=False),
    }


def _paths(facts: Mapping[str, Json], words: Mapping[str, Json], *, limited: bool) -> dict[str, Json]:
    return {
        path: {
            method: _operation(raw, words.get(path, {}).get(method, {}), method, path, limited=limited)
            for method, raw in item.items()
        }
        for path, item in facts.items()
    }


def _operation(
    facts: dict[str, Json], words: Mapping[str, Json], method: str, path: str, *, limited: bool
) -> dict[str, Json]:
    texts = words if "summary" in words else wording.of_operation(facts, method, path)
    raw = {
        "operationId": facts["operationId"],
        "summary": texts["summary"],
        "description": texts["description"],
        **facts,
    }
    if "parameters" in facts:
        spoken = words.get("parameters", {})
        raw["parameters"] = [
            _parameter(each, spoken.get(f"{each['in']}.{each['name']}", {})) for each in facts["parameters"]
        ]
    if "requestBody" in words:
        _merge(raw["requestBody"], words["requestBody"])
    keyed = limited and facts.get("security") != []
    raw["responses"] = {
        status: _response(status, each, words.get("responses", {}).get(status, {}), keyed=keyed)
        for status, each in facts["responses"].items()
    }
    return raw


def _parameter(facts: dict[str, Json], words: Mapping[str, Json]) -> dict[str, Json]:
    name, location = facts.pop("name"), facts.pop("in")
    text = wording.of_property(name, facts["schema"])
    return {"name": name, "in": location, "description": text, **_merge(facts, words)}


def _response(
    status: str, facts: dict[str, Json], words: Mapping[str, Json], *, keyed: bool
) -> dict[str, Json]:
    if facts.get("content") == _ERROR and status in _ERROR_NAMES:
        return {"$ref": f"#/components/responses/{_ERROR_NAMES[status]}"}
    response: dict[str, Json] = {"description": wording.of_response(status, {})}
    if keyed:
        response["headers"] = {name: {"$ref": f"#/components/headers/{name}"} for name in _LIMITS}
    for name, header in facts.pop("headers", {}).items():
        response.setdefault("headers", {})[name] = {"description": wording.of_property(name, {}), **header}
    described: dict[str, Json] = _merge(response | facts, words)
    return described


def _describe(schema: dict[str, Json], words: Json, text: str) -> None:
    """Describe a schema and what is in it. Nothing may stand beside a reference, in OpenAPI 3.0."""
    if not isinstance(schema, dict) or "$ref" in schema:
        return
    spoken: Mapping[str, Json] = {"description": words} if isinstance(words, str) else words
    schema["description"] = spoken.get("description") or text
    if "example" in spoken:
        schema["example"] = spoken["example"]
    inner = spoken.get("properties", {})
    for name, each in schema.get("properties", {}).items():
        _describe(
            each, inner.get(name, {}), wording.of_property(name, each) if isinstance(each, dict) else ""
        )
    for keyword in ("items", "additionalProperties"):
        if keyword in spoken:
            _describe(schema[keyword], spoken[keyword], "")


def _merge(target: Any, words: Mapping[str, Json]) -> Any:
    """The target with the words put in; objects go into objects."""
    for name, value in words.items():
        if isinstance(value, Mapping) and isinstance(target.get(name), dict):
            _merge(target[name], value)
        else:
            target[name] = value
    return target
