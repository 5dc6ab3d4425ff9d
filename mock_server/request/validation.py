"""Requests held against the document: bodies, path and query parameters (behaviour.md#what-is-a-422-and-what-isnt)."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, NamedTuple
from urllib.parse import unquote_plus

import orjson
from jsonschema_rs import ValidationError, Validator

from ...openapi import Document, Operation, Parameter
from ..assumptions import MALFORMED_JSON_STATUS, WRONG_TYPE_STATUS
from .problem import ErrorEntry, Problem

_MOST_ERRORS = 20
_SMALL_BODY = 16 * 1024
"""Bytes; the errors of a larger one, all found before the first can be read, could hold up everybody else."""
_EVENTS, _LARGEST_EVENT = "/v2/alert_events/", 512 * 1024
"""Where events of alert sources arrive, and how many bytes one may have (behaviour.md#alert-event-size)."""
_MOST_LEVELS = 2
"""Brackets after a filter's name: an id and an operator."""


class Body(NamedTuple):
    """A JSON body, and the names of its top-level properties that were null.

    A null is left out unless the document permits the body with its nulls.
    """

    content: Mapping[str, Any]
    nulls: frozenset[str]


_NO_BODY = Body({}, frozenset())


def read_body(document: Document, operation: Operation, raw: bytes | None) -> Body:
    """Give the validated body of a request; empty where the operation takes none.

    Raises a Problem: 413 when it was over the size cap (`raw` is None), 400 when it isn't JSON, 422 otherwise.
    """
    if raw is None or (len(raw) > _LARGEST_EVENT and operation.path.startswith(_EVENTS)):
        raise Problem(413, ErrorEntry("payload_too_large", "The request body is too large"))
    if operation.request_schema is None or not (raw or operation.body_required):
        return _NO_BODY
    content = _parse(raw) if raw else None
    is_missing = content is None
    if content is None:
        content = {}
    validator = document.validator(operation.request_schema)
    is_valid, nulls = validator.is_valid(content), frozenset[str]()
    if b"null" in raw and isinstance(content, dict):
        nulls = frozenset(name for name, value in content.items() if value is None)
        if not is_valid:
            content = _without_nulls(content)
            is_valid = validator.is_valid(content)
    if not is_valid:
        raise Problem(WRONG_TYPE_STATUS, *_entries(validator, content, first_only=len(raw) > _SMALL_BODY))
    if is_missing:  # where all of a body may be left out, the body itself may not
        raise Problem(WRONG_TYPE_STATUS, ErrorEntry("is_required", "a request body is required"))
    return Body(content, nulls)


def _entries(validator: Validator, content: Any, *, first_only: bool) -> list[ErrorEntry]:
    try:
        errors = _errors(validator, content, first_only=first_only)
        return [_entry(error) for error in islice(errors, _MOST_ERRORS)]
    except ValueError:  # an error quotes what it is about, which may be nested too deeply to be quoted
        return [ErrorEntry("invalid_value", "body is nested too deeply", "", "/")]


def _errors(validator: Validator, content: Any, *, first_only: bool) -> Iterator[Any]:
    if not first_only:
        yield from validator.iter_errors(content)
        return
    try:
        validator.validate(content)
    except ValidationError as error:
        yield error


def _parse(raw: bytes) -> Any:
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        message = f"The request body is not valid JSON: {error.msg}"
        raise Problem(MALFORMED_JSON_STATUS, ErrorEntry("invalid_json", message)) from None


def _without_nulls(body: dict[str, Any]) -> dict[str, Any]:
    """The body itself, changed; no recursion, since it may be nested deeper than Python's stack."""
    waiting: list[Any] = [body]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            for name in [name for name, value in node.items() if value is None]:
                del node[name]
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)
    return body


def _entry(error: Any, *place: str) -> ErrorEntry:
    path = [*place, *(str(step) for step in error.instance_path)]
    kind, limit = error.kind.name, getattr(error.kind, "value", None)
    if kind == "required":
        field = ".".join([*path, str(limit)])
        return ErrorEntry("is_required", f"{field} is required", field)
    field = ".".join(path)
    return ErrorEntry(
        "invalid_value", f"{field or 'body'} {_wants(kind, limit)}", field, "/" + "/".join(path)
    )


def _wants(kind: str, limit: Any) -> str:
    match kind:
        case "type":
            return f"must be of type {' or '.join(limit)}"
        case "enum":
            return f"must be one of {', '.join(str(option) for option in limit)}"
        case "format":
            return f"must be a valid {limit}"
        case "minimum" | "exclusiveMinimum":
            return f"must be at least {limit}"
        case "maximum" | "exclusiveMaximum":
            return f"must be at most {limit}"
        case "minLength":
            return f"must be at least {limit} characters long"
        case "maxLength":
            return f"must be at most {limit} characters long"
        case _:
            return f"is not valid ({kind})"


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    """Names and values of a query, as `parse_qsl` reads it, which takes several times as long."""
    for pair in text.split("&"):
        name, _, value = pair.partition("=")
        if pair:
            yield _decoded(name), _decoded(value)


def _decoded(text: str) -> str:
    return unquote_plus(text) if "%" in text or "+" in text else text


class QueryReader:
    """Reads the query parameters that one operation declares."""

    def __init__(self, document: Document, operation: Operation) -> None:
        self._document = document
        self._declared = {each.name: each for each in operation.parameters if each.location == "query"}
        self._types = {name: _types(document, each.schema) for name, each in self._declared.items()}
        self._validators: dict[str, Validator] = {}
        """Of values that are neither lists nor filters, each from when it is first asked for."""
        self._required = [each.name for each in self._declared.values() if each.required]
        self._levels = {
            each.name: filter_levels(document, each)
            for each in self._declared.values()
            if each.style == "deepObject"
        }

    def read(self, text: str, notes: list[str]) -> dict[str, Any]:
        """Give the arguments by name; what the real API ignores in silence is ignored, and named in `notes`.

        Raises the 422 Problem for a value that is not the parameter's, and for a missing required one.
        """
        found: dict[str, Any] = {}
        for name, value in _pairs(text) if text else ():
            self._take(name, value, found, notes)
        for name in self._required:
            if name not in found:
                raise Problem(422, ErrorEntry("is_required", f"{name} is required", name))
        return found

    def _take(self, name: str, value: str, found: dict[str, Any], notes: list[str]) -> None:
        base, bracket, rest = name.partition("[")
        parameter = self._declared.get(base if bracket else name)
        if parameter is None and bracket:
            parameter = self._declared.get(name) or self._declared.get(base)
        if parameter is None:
            notes.append(f"{name}: no such parameter, ignored")
        elif parameter.style == "deepObject":
            self._take_filter(parameter, rest if bracket else "", value, found, notes)
        elif bracket and rest != "]":
            notes.append(f"{name}: no such parameter, ignored")
        elif value == "":
            notes.append(
                f"{name}: empty, ignored"
            )  # SDKs send empty values for what is unset (behaviour.md#empty-parameter-ignored)
        elif "array" in self._types[parameter.name]:
            found.setdefault(base, []).extend([value] if parameter.explode else value.split(","))
        elif base not in found:
            found[base] = self._scalar(parameter, value)

    def _take_filter(
        self, parameter: Parameter, brackets: str, value: str, found: dict[str, Any], notes: list[str]
    ) -> None:
        keys = brackets.removesuffix("]").split("][") if brackets.endswith("]") else []
        wanted = self._levels[parameter.name]
        if len(keys) != wanted or not all(keys):
            form = f"{parameter.name}{'[ID]' if wanted == _MOST_LEVELS else ''}[operator]=value"
            notes.append(f"{parameter.name}: filter ignored, it is written {form}")
            return
        place = found.setdefault(parameter.name, {})
        for key in keys[:-1]:
            place = place.setdefault(key, {})
        place.setdefault(keys[-1], []).append(value)

    def _scalar(self, parameter: Parameter, text: str) -> Any:
        value = _typed(self._types[parameter.name], text)
        validator = self._validators.get(parameter.name)
        if validator is None:
            validator = self._document.validator(self._document.resolve(parameter.schema))
            self._validators[parameter.name] = validator
        if validator.is_valid(value):  # quicker than to look for what is wrong
            return value
        for error in validator.iter_errors(value):
            raise Problem(422, _entry(error, parameter.name))
        return value


def filter_levels(document: Document, parameter: Parameter) -> int:
    """Say how many brackets follow the name of a `deepObject` parameter: the operator's, and an id's before it."""
    levels = 0
    schema: Mapping[str, Any] | None = parameter.schema
    while isinstance(schema, Mapping) and document.resolve(schema).get("type") == "object":
        levels += 1
        schema = document.resolve(schema).get("additionalProperties")
    return min(levels, _MOST_LEVELS) or 1


def _types(document: Document, schema: Any) -> set[str]:
    """The types that a schema permits as far as it names them: one, or several from OpenAPI 3.1 on."""
    if not isinstance(schema, Mapping):
        return set()
    schema = document.resolve(schema)
    named = schema.get("type", [])
    branches = [*schema.get("anyOf", ()), *schema.get("oneOf", ()), *schema.get("allOf", ())]
    return (
        {named}
        if isinstance(named, str)
        else set(named).union(*(_types(document, each) for each in branches))
    )


def _typed(types: set[str], text: str) -> Any:
    """The text as a type that the schema wants; unchanged where it can't be, for the validator to refuse."""
    plain = text.isascii() and text.removeprefix("-").isdigit() and len(text) <= 20
    if "integer" in types and plain:
        return int(text)
    if "boolean" in types and text in ("true", "false"):
        return text == "true"
    if "number" in types:
        try:
            return float(text)
        except ValueError:
            return text
    return text
