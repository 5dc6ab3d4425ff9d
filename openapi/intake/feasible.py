"""Whether what a document asks for can be made at all: vast lengths, values that double, many branches."""

from collections.abc import Iterable, Iterator, Mapping
from math import prod
from typing import Any

from ..operations import COMPONENT, Json

_LENGTHS = {"minLength": 1_000_000, "minItems": 10_000, "minProperties": 10_000}
_MOST = 5_000_000
"""Characters and values of the smallest object of a schema."""
_MOST_BRANCHES = 10_000


def check_feasible(raw: Mapping[str, Json]) -> None:
    """Raise ValueError, with one line that says where, for a document of which nobody could make the objects."""
    _check_lengths(raw)
    schemas = raw.get("components", {}).get("schemas", {})
    sizes = _Sizes(schemas)
    branches: dict[str, int] = {}
    for name in schemas:
        # One that only an endless value fits may be used nowhere: whoever has to make a value of it refuses it.
        if (sizes.of(name) or 0) > _MOST:
            raise ValueError(f"the smallest value of the schema {name} is too large")
        if _branches(schemas[name], schemas, branches) > _MOST_BRANCHES:
            raise ValueError(f"the schema {name} has more than {_MOST_BRANCHES} combinations of branches")


def _check_lengths(raw: Json) -> None:
    waiting = [raw]
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting += node
        elif isinstance(node, Mapping):
            for keyword, most in _LENGTHS.items():
                if _number(node.get(keyword)) > most:
                    raise ValueError(f"{keyword}: {node[keyword]!r:.40} is more than {most}")
            waiting += node.values()


def _number(value: Json) -> float:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else 0


class _Sizes:
    """About how large the smallest value of each named schema is, as far as there is one."""

    def __init__(self, schemas: Mapping[str, Json]) -> None:
        self._schemas = schemas
        self._known: dict[str, float] = {}
        self._waiting_for: dict[str, set[str]] = {}
        todo = list(schemas)
        while todo:
            name = todo.pop()
            size = None if name in self._known else self._measure(schemas[name], name)
            if size is not None:
                self._known[name] = size
                todo += self._waiting_for.pop(name, ())

    def of(self, name: str) -> float | None:
        """Give the size; None for a schema that only an endless value fits."""
        return self._known.get(name)

    def _measure(self, node: Any, of: str) -> float | None:
        if not isinstance(node, Mapping):
            return 1
        if "$ref" in node:
            name = str(node["$ref"]).removeprefix(COMPONENT)
            if name not in self._schemas or name in self._known:
                return self._known.get(name, 1)
            self._waiting_for.setdefault(name, set()).add(of)
            return None
        kind = node.get("type")
        may_be_null = node.get("nullable") is True or (isinstance(kind, list) and "null" in kind)
        if may_be_null or kind == "null" or "enum" in node or "const" in node:
            return 1
        sizes = [1 + _number(node.get("minLength")), self._items(node, of), *self._required(node, of)]
        sizes += [self._measure(each, of) for each in _listed(node.get("allOf"))]
        sizes += [self._least(_listed(node[key]), of) for key in ("oneOf", "anyOf") if _listed(node.get(key))]
        known = [each for each in sizes if each is not None]
        return min(sum(known), 1e18) if len(known) == len(sizes) else None

    def _items(self, node: Mapping[str, Any], of: str) -> float | None:
        count = _number(node.get("minItems"))
        if count < 1 or node.get("type") not in ("array", None):
            return 0
        size = self._measure(node.get("items"), of)
        return None if size is None else count * size

    def _required(self, node: Mapping[str, Any], of: str) -> Iterator[float | None]:
        properties, required = node.get("properties"), node.get("required")
        if node.get("type") in ("object", None) and isinstance(properties, Mapping):
            for name in _listed(required):
                if isinstance(name, str) and name in properties:
                    yield self._measure(properties[name], of)

    def _least(self, nodes: Iterable[Any], of: str) -> float | None:
        sizes = [self._measure(each, of) for each in nodes]
        return min((each for each in sizes if each is not None), default=None)


def _branches(node: Any, schemas: Mapping[str, Json], known: dict[str, int]) -> int:
    """How many combinations of branches a schema has, apart from those of its properties."""
    if not isinstance(node, Mapping):
        return 1
    if "$ref" in node:
        name = str(node["$ref"]).removeprefix(COMPONENT)
        if name not in known:
            known[name] = 1  # for one that leads to itself
            known[name] = _branches(schemas.get(name), schemas, known)
        return known[name]
    counts = [_branches(each, schemas, known) for each in _listed(node.get("allOf"))]
    counts += [
        sum(_branches(each, schemas, known) for each in _listed(node[key]))
        for key in ("oneOf", "anyOf")
        if _listed(node.get(key))
    ]
    return min(prod(counts), 10**18)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
