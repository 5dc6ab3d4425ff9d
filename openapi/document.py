"""Reading an OpenAPI document: its operations, its schemas, and compiled validators.

Everything is worked out once, when it is first asked for; a document of 337 operations costs no more to open
than its JSON costs to parse.
"""

import json
from collections.abc import Mapping
from functools import cache, cached_property
from pathlib import Path
from urllib.parse import unquote

import jsonschema_rs

from .bundling import read_bundled
from .intake.feasible import check_feasible
from .intake.printable import one_line
from .intake.reading import InputError, UnfitJsonError, check_characters, parse_json, read_file
from .json_pointer import unescaped
from .json_schema import to_json_schema
from .operations import Json, Operation, Schema, read_operations

_WEBHOOKS = "/x-webhooks/"


class DocumentError(ValueError):
    """A document that can't be read or used; its text is one line that says why."""


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
        components = raw.get("components", {})
        if not isinstance(components, dict) or not isinstance(components.get("schemas", {}), dict):
            raise DocumentError("not an OpenAPI 3 document: its `components` are no objects")
        self.raw = raw
        self.version = version
        self._validators: dict[str, jsonschema_rs.Validator] = {}
        self._found: dict[str, Json] = {}

    @cached_property
    def schemas(self) -> Mapping[str, Schema]:
        """`components.schemas`, by name."""
        schemas: Mapping[str, Schema] = self.raw.get("components", {}).get("schemas", {})
        return schemas

    @cached_property
    def operations(self) -> Mapping[str, Operation]:
        """Every operation by its operationId, in document order.

        Raises DocumentError when one id is used twice, or a path isn't built as OpenAPI has it.
        """
        found: dict[str, Operation] = {}
        for path, item in self.raw["paths"].items():
            if path.startswith("x-"):
                continue
            if not path.startswith("/"):
                raise DocumentError(f"a path that doesn't begin with a slash: {path}")
            for operation in self._read_operations(path, item):
                if operation.id in found:
                    raise DocumentError(f"operationId used twice: {operation.id}")
                found[operation.id] = operation
        return found

    @cached_property
    def webhooks(self) -> Mapping[str, Operation]:
        """What the document declares as `x-webhooks`, by event type: the answer is the body of such an event.

        None of them can be requested. Raises DocumentError when one isn't built as OpenAPI has it.
        """
        declared = self.raw.get("x-webhooks", {})
        return {
            path.removeprefix(_WEBHOOKS): operation
            for path, item in (declared.items() if isinstance(declared, Mapping) else ())
            if path.startswith(_WEBHOOKS)
            for operation in self._read_operations(path, item)
        }

    def _read_operations(self, path: str, item: Schema) -> list[Operation]:
        security = self.raw.get("security", [])
        try:
            item = self.resolve(item)
            return list(read_operations(path, item, default_security=security, resolve=self.resolve))
        except (AttributeError, LookupError, TypeError) as error:
            problem = f"{type(error).__name__}: {error}"
            raise DocumentError(f"not built as OpenAPI has it: {path} ({problem})") from None

    def resolve(self, node: Schema) -> Schema:
        """Follow `$ref` until there is none. Raises DocumentError when one points nowhere or in a circle.

        What stands beside a `$ref` is passed over.
        """
        if "$ref" not in node:
            return node
        followed: set[str] = set()
        while "$ref" in node:
            reference = node["$ref"]
            if not isinstance(reference, str) or reference in followed:
                raise _leads_nowhere(reference)
            followed.add(reference)
            node = self._find(reference)
            if not isinstance(node, Mapping):
                raise _leads_nowhere(reference)
        return node

    def _find(self, reference: str) -> Json:
        """What a JSON Pointer in fragment form points at; looked for once, since operations share most of theirs."""
        if reference not in self._found:
            self._found[reference] = self._look_up(reference)
        return self._found[reference]

    def _look_up(self, reference: str) -> Json:
        if not reference.startswith("#/"):
            raise _leads_nowhere(reference)
        found: Json = self.raw
        for part in unquote(reference[2:]).split("/"):
            key: str | int = unescaped(part)
            if isinstance(found, list) and part.isdecimal():
                key = int(part)
            try:
                found = found[key]
            except (KeyError, IndexError, TypeError):
                raise _leads_nowhere(reference) from None
        return found

    def _find_once(self, reference: str) -> Json:
        """What a reference stands for, were it another reference; from 3.1 on, something may stand beside that."""
        self.resolve({"$ref": reference})  # so that no circle gets through
        return self._find(reference)

    def validator(self, schema: Schema) -> jsonschema_rs.Validator:
        """Give a compiled validator of the schema, formats included; compiled once for each schema.

        Draft 4 for a document of OpenAPI 3.0, draft 2020-12 from 3.1 on. Raises DocumentError when the schema
        isn't valid itself, or refers to something that isn't in the document.
        """
        key = schema["$ref"] if set(schema) == {"$ref"} else json.dumps(schema, sort_keys=True)
        if key not in self._validators:
            self._validators[key] = self._compile(schema)
        return self._validators[key]

    def _compile(self, schema: Schema) -> jsonschema_rs.Validator:
        try:
            converted = to_json_schema(schema, version=self.version, find=self._find_once)
            if self.version.startswith("3.0"):
                return jsonschema_rs.Draft4Validator(converted, validate_formats=True)
            return jsonschema_rs.Draft202012Validator(converted, validate_formats=True)
        except DocumentError:
            raise
        except (jsonschema_rs.ValidationError, OverflowError, TypeError, ValueError) as error:
            problem = " ".join(getattr(error, "message", str(error)).split())
            raise DocumentError(f"not a valid schema: {problem}") from None


def _leads_nowhere(reference: object) -> DocumentError:
    return DocumentError(f"a reference that leads nowhere in the document: {reference}")


def parse(text: bytes, *, name: str) -> Document:
    """Give a document from JSON or YAML text. Raises DocumentError, which names it by `name`."""
    try:
        raw = parse_json(text)
        check_characters(text, raw)
    except UnfitJsonError as error:
        raise DocumentError(one_line(f"{name}: {error}")) from None
    except ValueError:
        raw = _parse_yaml(text, name)
    if not isinstance(raw, dict):
        raise DocumentError(f"{name}: not an OpenAPI document")
    try:
        document = Document(raw)
        check_feasible(raw)
    except RecursionError:
        raise DocumentError(f"{name}: its schemas refer to each other too deeply") from None
    except ValueError as error:
        raise DocumentError(one_line(f"{name}: {error}")) from None
    return document


def _parse_yaml(text: bytes, name: str) -> Json:
    from . import yaml_text  # noqa: PLC0415 - a document in JSON, such as ours, shouldn't wait for YAML

    try:
        return yaml_text.load(text)
    except ValueError as error:
        raise DocumentError(one_line(f"{name}: neither JSON nor YAML: {error}")) from None


def read_document(path: Path) -> Document:
    """Give the document in a file. Raises DocumentError when there is none, or it isn't one."""
    try:
        text = read_file(path)
    except InputError as error:
        raise DocumentError(str(error)) from None
    return parse(text, name=str(path))


@cache
def bundled() -> Document:
    """Give the document that incident-double ships: always the same object, which nobody changes."""
    return Document(read_bundled())


def control_plane() -> Document:
    """Give the document of the double's own operations, beside those of the API."""
    return read_document(Path(__file__).with_name("control_plane.yaml"))
