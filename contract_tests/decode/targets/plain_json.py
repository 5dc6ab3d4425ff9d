"""What an encoder gave, as plain JSON: its text is read, and what libraries leave in Python's own types is written out.

Nothing is refused: what can't be read as JSON becomes a text that says what it is, which differs from what was sent.
"""

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

import orjson

from ....openapi import Json
from ..exact_json import parse_loosely

_DEEPEST = 200
"""Levels; no schema nests so deeply that a program would have to."""
_MOST_VALUES = 5_000
"""In all: what makes new values whenever it is looked at would have no end."""

_MOST_BITS = 8 * 1024
"""Of an integer: Python itself writes none that is much longer."""


def plain_json(value: Any, sent: Json) -> Json:
    """Give the value as JSON; `sent` is what it was decoded from. Raises nothing."""
    if isinstance(value, bytes | bytearray) or (isinstance(value, str) and not isinstance(sent, str)):
        try:
            return parse_loosely(bytes(value) if isinstance(value, bytes | bytearray) else value.encode())
        except (ValueError, RecursionError):
            pass  # it is no JSON, but bytes or a text
    try:
        return orjson.loads(orjson.dumps(value))
    except (TypeError, ValueError, RecursionError):
        return _plain(value, sent, (), iter(range(_MOST_VALUES)))


def _plain(value: Any, sent: Json, holders: tuple[int, ...], left: Iterator[int]) -> Json:
    """The value as JSON; `holders` are the ids of what it is in, from the outermost one on."""
    kind = type(value)
    if kind in (str, int):
        return encodable(value) if kind is str else _written(value)
    if value is None or kind in (bool, float):
        return value
    if id(value) in holders or len(holders) == _DEEPEST or next(left, None) is None:
        return _unreadable(value)
    holders = (*holders, id(value))
    if isinstance(value, Mapping):
        before = sent if isinstance(sent, dict) else {}
        return {
            key: _plain(each, before.get(key), holders, left)
            for key, each in ((_name(name), each) for name, each in value.items())
        }
    if isinstance(value, Enum):
        return _plain(value.value, sent, holders, left)
    if (fields := _fields(value)) is not None:
        return _plain(fields, sent, holders, left)
    if isinstance(value, list | tuple | set | frozenset):
        return _list(value, sent, holders, left)
    return _leaf(value)


def _name(name: Any) -> str:
    plain = name.value if isinstance(name, Enum) else name
    return encodable(str(plain))


def _list(value: Iterable[Any], sent: Json, holders: tuple[int, ...], left: Iterator[int]) -> Json:
    before = sent if isinstance(sent, list) else []
    items = list(value)
    plain = [
        _plain(each, before[index] if index < len(before) else None, holders, left)
        for index, each in enumerate(items)
    ]
    if isinstance(value, set | frozenset):  # which has no order that could be kept
        plain.sort(key=lambda each: (before.index(each) if each in before else len(before), repr(each)))
    return plain


def _leaf(value: Any) -> Json:
    match value:
        case bool() | int() | float() | str():  # subclasses, such as IntEnum's members
            base = next(each for each in (bool, int, float, str) if isinstance(value, each))
            return encodable(base(value)) if base is str else base(value)
        case datetime() | date() | time():
            return value.isoformat()
        case timedelta():
            return value.total_seconds()
        case Decimal():
            is_whole = value.is_finite() and value == value.to_integral_value() and value.adjusted() < 300
            return int(value) if is_whole else float(value)
        case UUID():
            return str(value)
        case bytes() | bytearray():
            return bytes(value).decode("utf-8", "replace")
    return _unreadable(value)


def _fields(value: Any) -> dict[str, Any] | None:
    """The fields of a model that an encoder left as it is; None for anything else."""
    kind = type(value)
    names: Iterable[str] | None = None
    if dataclasses.is_dataclass(value):
        names = [each.name for each in dataclasses.fields(value)]
    elif hasattr(kind, "__attrs_attrs__"):
        names = [each.name for each in kind.__attrs_attrs__]
    elif hasattr(kind, "__struct_fields__"):  # of msgspec
        names = kind.__struct_fields__
    elif isinstance(getattr(kind, "model_fields", None), dict):  # of pydantic
        names = kind.model_fields
    elif isinstance(value, tuple):
        names = getattr(kind, "_fields", None)  # of named tuples
    if names is None:
        return None
    return {name: getattr(value, name, None) for name in names}


def _written(value: int) -> Json:
    return value if value.bit_length() <= _MOST_BITS else f"<int of {value.bit_length()} bits>"


def encodable(text: str) -> str:
    """Give the text with what no report can hold, halves of characters, written as escapes."""
    return text.encode("utf-8", "backslashreplace").decode()


def _unreadable(value: Any) -> str:
    return f"<{type(value).__module__}.{type(value).__qualname__} object>".replace("<builtins.", "<")
