"""What people write in JSON or YAML, held against a schema: the first thing that is wrong, in one line."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from jsonschema_rs import Draft202012Validator, ValidationError

from ..openapi import Json
from ..openapi.json_pointer import pointer

_MOST_QUOTED = 60
_LONGEST = 400


class InputSchema:
    """A JSON Schema whose every complaint is a line that a person can act on."""

    def __init__(self, schema: Mapping[str, Json]) -> None:
        self._schema = schema
        self._validator = Draft202012Validator(dict(schema))

    def check(self, value: Json) -> None:
        """Raise ValueError for a value that doesn't fit: the place as a JSON pointer, and what is wrong there."""
        try:
            self._validator.validate(value)
        except ValidationError as error:
            raise ValueError(located(error.instance_path, self._complaint(error))) from None

    def _complaint(self, error: ValidationError) -> str:
        kind: Any = error.kind
        match kind.name:
            case "additionalProperties":
                known = self._node(error.schema_path[:-1])["properties"]
                return f"there is no property {kind.unexpected[0]!r} (there are {listed(known)})"
            case "required":
                return f"{kind.property} is missing"
            case "type":
                return f"{quoted(error.instance)} is not {' or '.join(_SPOKEN[each] for each in kind.types)}"
            case "enum":
                return f"{quoted(error.instance)} is none of {listed(map(str, kind.options))}"
            case _:
                return abridged(error.message)

    def _node(self, path: Sequence[str | int]) -> Any:
        node: Any = self._schema
        for step in path:
            node = node[step]
        return node


_SPOKEN = {
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "object": "an object",
    "array": "a list",
    "null": "null",
}


def located(path: Iterable[str | int], complaint: str) -> str:
    """Give the complaint with a JSON pointer to what it is about; without one when that is the whole."""
    place = pointer(path)
    return f"{place}: {complaint}" if place else complaint


def quoted(value: Json) -> str:
    """Give a value as a person would recognise it, no longer than a line bears."""
    text = repr(value)
    return text if len(text) <= _MOST_QUOTED else f"{text[: _MOST_QUOTED - 1]}…"


def abridged(message: str) -> str:
    """Give a message on one line, no longer than a line bears: it may quote all that it is about."""
    text = " ".join(message[:_LONGEST].split())
    return text if len(message) <= _LONGEST else f"{text}…"


def listed(names: Iterable[str], *, most: int = 30) -> str:
    """Give names in a row, the first of them when there are too many for a line."""
    each = list(names)
    rest = [f"and {len(each) - most} more"] if len(each) > most else []
    return ", ".join([*each[:most], *rest]) or "none"
