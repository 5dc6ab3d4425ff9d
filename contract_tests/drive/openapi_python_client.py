"""The adapter for packages that openapi-python-client has made.

The function for an operation is found by the method and the path that its module builds, never by its name. Arguments
are made by the package's own models (`from_dict`), and what it has parsed goes back by `to_dict`.
"""

import ast
import datetime
import enum
import inspect
import re
import types
import typing
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import httpx

from ...openapi import Document, Json, Operation
from .client import AdapterError, Connect, UnsupportedError


class RefusalError(Exception):
    """An answer of 400 or above, with all that `sync_detailed` returns of it."""

    def __init__(self, status_code: int, content: bytes, parsed: Json) -> None:
        super().__init__(f"HTTP {status_code}")
        self.status_code = status_code
        self.content = content
        self.parsed = parsed


@dataclass(frozen=True, slots=True)
class Function:
    """Where a package calls one operation."""

    module: str
    method: str
    path: str
    """The template; its names are those of the arguments."""

    @property
    def place(self) -> tuple[str, str]:
        """The method and the path, whatever its names."""
        return self.method, _nameless(self.path)


def _nameless(path: str) -> str:
    return re.sub(r"\{[^{}]*\}", "{}", path)


def find_functions(package: str) -> Iterator[Function]:
    """Yield every function of a package's `api`. Raises AdapterError when it isn't made by openapi-python-client."""
    try:
        origin = import_module(f"{package}.api").__file__
        import_module(f"{package}.client").AuthenticatedClient  # noqa: B018
    except Exception as error:  # noqa: BLE001 - importing runs the package's code
        raise AdapterError(f"{package}: not a package made by openapi-python-client: {error}") from None
    folder = Path(origin or "").parent
    for file in sorted(folder.rglob("*.py")):
        call = _requested(ast.parse(file.read_text(encoding="utf-8")))
        if call is not None:
            parts = file.relative_to(folder).with_suffix("").parts
            yield Function(".".join([package, "api", *parts]), *call)


def _requested(module: ast.Module) -> tuple[str, str] | None:
    """The method and the path template in the dictionary that `_get_kwargs` builds."""
    for function in module.body:
        if isinstance(function, ast.FunctionDef) and function.name == "_get_kwargs":
            for node in ast.walk(function):
                if isinstance(node, ast.Dict):
                    entries = {
                        key.value: value
                        for key, value in zip(node.keys, node.values, strict=True)
                        if isinstance(key, ast.Constant)
                    }
                    method, url = _text(entries.get("method")), _text(entries.get("url"))
                    if method and url:
                        return method.upper(), url
    return None


def _text(node: ast.expr | None) -> str | None:
    """A text that stands in the source, or the template of its `.format`."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
        node = node.func.value
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


class OpenapiPythonClient:
    """Drives one package, connected to one server."""

    def __init__(self, package: str, document: Document, base_url: str, api_key: str) -> None:
        self._document = document
        self._functions = {each.place: each for each in find_functions(package)}
        client = import_module(f"{package}.client").AuthenticatedClient
        self._client = client(base_url=base_url, token=api_key)
        own = import_module(f"{package}.errors").UnexpectedStatus
        # What the package's functions say that they raise; httpx's errors of transport are part of that interface.
        self.errors: tuple[type[Exception], ...] = (RefusalError, own, httpx.TransportError)

    def call(self, operation_id: str, path: Mapping[str, str], query: Mapping[str, Json], body: Json) -> Json:
        """Call `sync_detailed`; an answer of 400 or above that it has parsed is raised as RefusalError."""
        operation = self._document.operations[operation_id]
        function = self._functions.get((operation.method, _nameless(operation.path)))
        if function is None:
            raise UnsupportedError(operation_id)
        module = import_module(function.module)
        arguments = _arguments(module.sync_detailed, operation, function, path, query, body)
        response = module.sync_detailed(client=self._client, **arguments)
        parsed = to_json(response.parsed)
        if response.status_code >= 400:
            raise RefusalError(int(response.status_code), response.content, parsed)
        return parsed

    def close(self) -> None:
        """Close its connections."""
        self._client.get_httpx_client().close()


def _arguments(
    function: Any,
    operation: Operation,
    found: Function,
    path: Mapping[str, str],
    query: Mapping[str, Json],
    body: Json,
) -> dict[str, Any]:
    """The keyword arguments of a function. Raises UnsupportedError where it has none for what is asked for."""
    declared = {_plain(name): name for name in inspect.signature(function).parameters}
    hints = typing.get_type_hints(function)
    wanted = {
        own: path[name]
        for own, name in zip(_names(found.path), _names(operation.path), strict=True)
        if name in path
    }
    for name, value in query.items():
        if _plain(name) not in declared:
            raise UnsupportedError(f"{operation.id}: no argument {name}")
        wanted[declared[_plain(name)]] = value
    if body is not None:
        if "body" not in declared:
            raise UnsupportedError(f"{operation.id}: no body")
        wanted["body"] = body
    for name, parameter in inspect.signature(function).parameters.items():
        if parameter.default is parameter.empty and name not in wanted and name != "client":
            raise UnsupportedError(f"{operation.id}: not without {name}")
    try:
        return {name: from_json(value, hints[name]) for name, value in wanted.items()}
    except UnsupportedError as error:
        raise UnsupportedError(f"{operation.id}: {error}") from None


def _names(path: str) -> list[str]:
    return re.findall(r"\{([^{}]*)\}", path)


def _plain(name: str) -> str:
    """A name as it is, whether in camel case, in snake case, or with an underscore against a keyword."""
    return re.sub("[^a-z0-9]", "", name.lower())


def from_json(value: Json, wanted: Any) -> Any:
    """Give the value in the type that a function wants. Raises UnsupportedError when the package can't express it."""
    options = list(typing.get_args(wanted)) if _is_union(wanted) else [wanted]
    options = [each for each in options if getattr(each, "__name__", "") != "Unset"]
    reasons = []
    for option in options:
        try:
            return _in_type(value, option)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            reasons.append(f"{getattr(option, '__name__', option)}: {error}")
    raise UnsupportedError("; ".join(reasons) or f"no type for {value!r}")


def _is_union(wanted: Any) -> bool:
    return typing.get_origin(wanted) in (typing.Union, types.UnionType)


def _in_type(value: Json, wanted: Any) -> Any:
    if typing.get_origin(wanted) is list:
        (item,) = typing.get_args(wanted)
        return [from_json(each, item) for each in value]
    if hasattr(wanted, "from_dict"):
        return _only_given(wanted.from_dict(value), value)
    if isinstance(wanted, type):
        if issubclass(wanted, enum.Enum | uuid.UUID):
            return wanted(value)
        if issubclass(wanted, datetime.date):  # a datetime is one, too
            return wanted.fromisoformat(value)
    return value


def _only_given(model: Any, given: Json) -> Any:
    """The model with unset what wasn't given, as it is for a caller who makes one: from_dict makes a list of it."""
    by_name = {_plain(name): value for name, value in given.items()} if isinstance(given, dict) else {}
    for field in getattr(model, "__attrs_attrs__", ()):
        if _plain(field.name) in by_name:
            value = getattr(model, field.name)
            for each, of in _pairs(value, by_name[_plain(field.name)]):
                _only_given(each, of)
        elif type(field.default).__name__ == "Unset":
            setattr(model, field.name, field.default)
    return model


def _pairs(value: Any, given: Json) -> Iterator[tuple[Any, Json]]:
    if isinstance(value, list) and isinstance(given, list):
        yield from zip(value, given, strict=False)
    else:
        yield value, given


def to_json(value: Any) -> Json:
    """Give what a function has parsed, as JSON."""
    if hasattr(value, "to_dict"):
        return value.to_dict()
    if isinstance(value, list):
        return [to_json(each) for each in value]
    return value if isinstance(value, dict | str | int | float) else None


def adapter(package: str, document: Document) -> Connect:
    """Give an adapter for a package. Raises AdapterError when it isn't made by openapi-python-client."""
    if not any(find_functions(package)):
        raise AdapterError(f"{package}: no function of its `api` calls an operation")
    return lambda base_url, api_key: OpenapiPythonClient(package, document, base_url, api_key)
