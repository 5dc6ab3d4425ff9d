"""From method and path to an operation, by the document's paths; built once, at start."""

import re
from collections.abc import Iterable, Mapping
from urllib.parse import unquote

from ..openapi import Operation

_NAME = re.compile(r"\{([^{}]*)\}")


class _Node:
    """A place in a path: what may follow it, and the operations that end at it."""

    __slots__ = ("operations", "patterns", "static")

    def __init__(self) -> None:
        self.static: dict[str, _Node] = {}
        self.patterns: dict[str, tuple[re.Pattern[str], _Node]] = {}
        self.operations: dict[str, tuple[Operation, tuple[str, ...]]] = {}


class Router:
    """The operations of a document by method and path. A fixed segment wins over a parameter."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        self._root = _Node()
        for operation in operations:
            self._add(operation)

    def _add(self, operation: Operation) -> None:
        node = self._root
        for segment in operation.path.split("/"):
            if "{" not in segment:
                node = node.static.setdefault(segment, _Node())
                continue
            shape = _NAME.sub("{}", segment)
            if shape not in node.patterns:
                pattern = "(.+)".join(re.escape(literal) for literal in shape.split("{}"))
                node.patterns[shape] = re.compile(pattern, re.DOTALL), _Node()
            node = node.patterns[shape][1]
        node.operations[operation.method] = operation, tuple(_NAME.findall(operation.path))

    def match(self, method: str, path: str) -> tuple[Operation, Mapping[str, str]] | None:
        """The operation and its path parameters, decoded; None for an unknown path and for a wrong verb alike."""
        return _match(self._root, method, path.split("/"), 0, ())


def _match(
    node: _Node, method: str, segments: list[str], depth: int, values: tuple[str, ...]
) -> tuple[Operation, Mapping[str, str]] | None:
    if depth == len(segments):
        if method not in node.operations:
            return None
        operation, names = node.operations[method]
        return operation, dict(zip(names, values, strict=True))
    segment = segments[depth]
    if segment in node.static:
        found = _match(node.static[segment], method, segments, depth + 1, values)
        if found is not None:
            return found
    for pattern, following in node.patterns.values():
        parts = pattern.fullmatch(segment)
        if parts is not None:
            decoded = tuple(unquote(part) for part in parts.groups())
            found = _match(following, method, segments, depth + 1, values + decoded)
            if found is not None:
                return found
    return None
