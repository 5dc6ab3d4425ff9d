"""Reading an OpenAPI document: its operations, its schemas, and compiled validators.

Everything is worked out once, when it is first asked for; a document of 337 operations costs no more to open
than its JSON costs to parse.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import jsonschema_rs
import yaml

Json = Any
"""A JSON value: None, bool, int, float, str, list or dict."""
Schema = Mapping[str, Any]
"""A schema object of a document, or a reference to one."""

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_ROOT = "urn:incident-double:document"


class DocumentError(ValueError):
    """A document that can't be read or used; its text is one line that says why."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of an operation."""

    name: str
    location: Literal["path", "query", "header", "cookie"]
    required: bool
    schema: Schema
    style: str
    explode: bool


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: what it is called, where it lives, what it takes and what it answers."""

    id: str
    method: str
    """In capitals, as it stands in a request."""
    path: str
    """The template, with `{names}`."""
    parameters: tuple[Parameter, ...]
    request_schema: Schema | None
    body_required: bool
    responses: Mapping[int, Schema | None]
    """The schema of the JSON body by status; None where the answer has no body."""
    scopes: tuple[str, ...]
    """What the vendor calls `x-rbac-scopes`: each is needed."""
    public: bool
    """Whether it can be called without a key."""
    deprecated: bool

    @property
    def success(self) -> int:
        """The status of a normal answer."""
        return min(status for status in self.responses if 200 <= status < 300)


class Document:
    """An OpenAPI 3 document.

    `raw` is the parsed document, which is never changed. `schemas` and `operations` index it by name and by
    operationId.
    """

    def __init__(self, raw: dict[str, Json]) -> None:
        version = raw.get("openapi")
        if not isinstance(version, str) or not version.startswith("3."):
            raise DocumentError("not an OpenAPI 3 document: no `openapi: 3.x` at its top")
        if not isinstance(raw.get("paths"), dict):
            raise DocumentError("not an OpenAPI 3 document: no `paths` at its top")
        self.raw = raw
        self._validators: dict[str, jsonschema_rs.Validator] = {}

    @cached_property
    def schemas(self) -> Mapping[str, Schema]:
        """`components.schemas`, by name."""
        schemas: Mapping[str, Schema] = self.raw.get("components", {}).get("schemas", {})
        return schemas

    @cached_property
    def operations(self) -> Mapping[str, Operation]:
        """Every operation by its operationId, in document order. Raises DocumentError when one id is used twice."""
        found: dict[str, Operation] = {}
        for operation in self._read_operations():
            if operation.id in found:
                raise DocumentError(f"operationId used twice: {operation.id}")
            found[operation.id] = operation
        return found

    def resolve(self, node: Schema) -> Schema:
        """Follow `$ref` until there is none. Raises DocumentError when one points nowhere or in a circle."""
        followed: set[str] = set()
        while "$ref" in node:
            reference = node["$ref"]
            if reference in followed or not isinstance(reference, str) or not reference.startswith("#"):
                raise DocumentError(f"a reference that leads nowhere: {reference}")
            followed.add(reference)
            found: Any = self.raw
            for part in reference[1:].split("/")[1:]:
                key = part.replace("~1", "/").replace("~0", "~")
                if not isinstance(found, dict) or key not in found:
                    raise DocumentError(f"a reference that leads nowhere: {reference}")
                found = found[key]
            node = found
        return node

    def validator(self, schema: Schema) -> jsonschema_rs.Validator:
        """A compiled validator of the schema, formats included; compiled once for each schema."""
        key = schema["$ref"] if set(schema) == {"$ref"} else json.dumps(schema, sort_keys=True)
        if key not in self._validators:
            self._validators[key] = jsonschema_rs.Draft4Validator(
                _for_validation(schema), validate_formats=True, registry=self._registry
            )
        return self._validators[key]

    @cached_property
    def _registry(self) -> jsonschema_rs.Registry:
        schemas = {name: _for_validation(schema) for name, schema in self.schemas.items()}
        root = self.raw | {"components": self.raw.get("components", {}) | {"schemas": schemas}}
        return jsonschema_rs.Registry([(_ROOT, root)], draft=jsonschema_rs.Draft4)

    def _read_operations(self) -> Iterator[Operation]:
        for path, item in self.raw["paths"].items():
            for method in METHODS:
                if method in item:
                    yield self._read_operation(path, method, item)

    def _read_operation(self, path: str, method: str, item: Mapping[str, Any]) -> Operation:
        raw = item[method]
        security = raw.get("security", self.raw.get("security", []))
        body = self.resolve(raw.get("requestBody", {}))
        return Operation(
            id=raw.get("operationId") or f"{method.upper()} {path}",
            method=method.upper(),
            path=path,
            parameters=tuple(self._read_parameters([*item.get("parameters", []), *raw.get("parameters", [])])),
            request_schema=_json_schema(body),
            body_required=bool(body.get("required", False)),
            responses={
                int(status): _json_schema(self.resolve(response))
                for status, response in raw.get("responses", {}).items()
                if str(status).isdigit()
            },
            scopes=tuple(raw.get("x-rbac-scopes", ())),
            public=not security or {} in security,
            deprecated=bool(raw.get("deprecated", False)),
        )

    def _read_parameters(self, raw: list[Schema]) -> Iterator[Parameter]:
        by_place = {}
        for node in raw:
            parameter = self.resolve(node)
            by_place[parameter["in"], parameter["name"]] = parameter
        for parameter in by_place.values():
            style = parameter.get("style") or ("form" if parameter["in"] in ("query", "cookie") else "simple")
            yield Parameter(
                name=parameter["name"],
                location=parameter["in"],
                required=bool(parameter.get("required", False)),
                schema=parameter.get("schema", {}),
                style=style,
                explode=parameter.get("explode", style in ("form", "deepObject")),
            )


def _json_schema(body: Mapping[str, Any]) -> Schema | None:
    for media_type, content in body.get("content", {}).items():
        if "json" in media_type:
            schema: Schema = content.get("schema", {})
            return schema
    return None


_INTEGER_LIMITS = {"int64": (-(2**63), 2**63 - 1), "int32": (-(2**31), 2**31 - 1)}
_NAME_TO_SCHEMA = ("properties", "patternProperties", "definitions")
_NOT_VALIDATED = ("description", "example", "examples", "default", "title")


def _for_validation(node: Json) -> Json:
    """The schema as JSON Schema draft 4 has it: `nullable` and the integer formats spelt out, no prose."""
    if isinstance(node, list):
        return [_for_validation(value) for value in node]
    if not isinstance(node, Mapping):
        return node
    if isinstance(node.get("$ref"), str):
        return {"$ref": node["$ref"] if node["$ref"].startswith(_ROOT) else _ROOT + node["$ref"]}
    schema: dict[str, Json] = {}
    for key, value in node.items():
        if key in _NAME_TO_SCHEMA and isinstance(value, Mapping):
            schema[key] = {name: _for_validation(each) for name, each in value.items()}
        elif key == "enum":
            schema[key] = value
        elif key not in _NOT_VALIDATED:
            schema[key] = _for_validation(value)
    if node.get("type") == "integer" and node.get("format") in _INTEGER_LIMITS:
        least, most = _INTEGER_LIMITS[node["format"]]
        schema.setdefault("minimum", least)
        schema.setdefault("maximum", most)
    if node.get("nullable") is True and isinstance(node.get("type"), str):
        schema["type"] = [node["type"], "null"]
        if "enum" in schema:
            schema["enum"] = [*schema["enum"], None]
    return schema


def parse(text: bytes, *, name: str) -> Document:
    """A document from JSON or YAML text. Raises DocumentError, which names it by `name`."""
    try:
        raw = json.loads(text)
    except ValueError:
        try:
            raw = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            problem = " ".join(str(error).split())
            raise DocumentError(f"{name}: neither JSON nor YAML: {problem}") from None
    if not isinstance(raw, dict):
        raise DocumentError(f"{name}: not an OpenAPI document")
    try:
        return Document(raw)
    except DocumentError as error:
        raise DocumentError(f"{name}: {error}") from None


def read_document(path: Path) -> Document:
    """The document in a file. Raises DocumentError when there is none, or it isn't one."""
    try:
        text = path.read_bytes()
    except OSError as error:
        raise DocumentError(f"{path}: {error.strerror}") from None
    return parse(text, name=str(path))


def bundled() -> Document:
    """The document that incident-double ships."""
    return read_document(Path(__file__).with_name("incident_io.json"))
