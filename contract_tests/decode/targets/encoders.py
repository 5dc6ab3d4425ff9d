"""How what a client decoded is encoded again: by a method of it, a function, or a library's own way."""

import dataclasses
import importlib
from collections.abc import Callable, Mapping
from typing import Any

from .loading import load

Encoder = Callable[[Any], Any]


class NotEncodableError(Exception):
    """What was decoded has no such method."""


def encoder(name: str | None) -> Callable[[Any], Callable[[], Any] | None]:
    """Find what encodes what was decoded, or None where nothing does.

    `name` is a method's, `module:callable`, or `asdict`, `unstructure` or `to_builtins` for a library's function; by
    default it is `to_dict`, where there is one. Raises TargetError for names that lead nowhere; what it returns
    raises NotEncodableError.
    """
    if name is None:
        return lambda decoded: getattr(decoded, "to_dict", None)
    if ":" in name:
        function = load(name)
        return lambda decoded: lambda: function(decoded)
    return lambda decoded: _method(decoded, name)


def _method(decoded: Any, name: str) -> Callable[[], Any]:
    method = getattr(decoded, name, None)
    if callable(method):
        return method  # type: ignore[no-any-return]
    if name in _OF_LIBRARIES:
        return lambda: _OF_LIBRARIES[name](decoded)
    if decoded is None or isinstance(decoded, dict | str | int | float):
        return lambda: decoded  # JSON already
    if isinstance(decoded, list | tuple):
        return lambda: [_method(each, name)() for each in decoded]
    raise NotEncodableError(f"{type(decoded).__qualname__} has no {name}: name what gives JSON with --encode")


def _asdict(decoded: Any) -> Any:
    if dataclasses.is_dataclass(decoded) and not isinstance(decoded, type):
        return dataclasses.asdict(decoded)
    if hasattr(type(decoded), "__attrs_attrs__"):
        return importlib.import_module("attrs").asdict(decoded)
    if isinstance(decoded, list | tuple) and not hasattr(decoded, "_asdict"):
        return [_asdict(each) for each in decoded]
    return decoded._asdict() if hasattr(decoded, "_asdict") else decoded


_OF_LIBRARIES: Mapping[str, Encoder] = {
    "asdict": _asdict,
    "unstructure": lambda decoded: importlib.import_module("cattrs").unstructure(decoded),
    "to_builtins": lambda decoded: importlib.import_module("msgspec").to_builtins(decoded),
}
"""Functions of the standard library, attrs, cattrs and msgspec, by the names by which people know them."""
