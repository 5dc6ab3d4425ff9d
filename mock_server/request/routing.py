"""From method and path to an operation, by the document's paths; built once, at start."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from urllib.parse import unquote

from ...openapi import Operation

Match = tuple[Operation, Mapping[str, str]]

_REMEMBERED = 256
_LONGEST_REMEMBERED = 128
PARAMETER = re.compile(r"\{([^{}]*)\}")
"""A parameter in a path, and its name."""


class _Node:
    """A place in a path: what may follow it, and the operations that end at it."""

    __slots__ = ("operations", "parameter", "patterns", "static")

    def __init__(self) -> None:
        self.static: dict[str, _Node] = {}
        self.patterns: dict[str, tuple[re.Pattern[str], _Node]] = {}
        """Segments with other text beside their parameters."""
        self.parameter: _Node | None = None
        """What follows a segment that is one parameter as a whole."""
        self.operations: dict[str, tuple[Operation, tuple[str, ...]]] = {}

    def following(self, segment: str) -> "_Node":
        """Give the node behind a segment of the document's, made where there was none."""
        if "{" not in segment:
            return self.static.setdefault(segment, _Node())
        shape = PARAMETER.sub("{}", segment)
        if shape == "{}":
            self.parameter = self.parameter or _Node()
            return self.parameter
        if shape not in self.patterns:
            pattern = "(.+)".join(re.escape(literal) for literal in shape.split("{}"))
            self.patterns[shape] = re.compile(pattern, re.DOTALL), _Node()
        return self.patterns[shape][1]


class Router:
    """The operations of a document by method and path. The more of a segment is fixed, the sooner it is tried."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        self._root = _Node()
        for operation in operations:
            node = self._root
            for segment in operation.path.split("/"):
                node = node.following(segment)
            node.operations[operation.method] = operation, tuple(PARAMETER.findall(operation.path))
        self._matched = lru_cache(maxsize=_REMEMBERED)(self._match)  # clients come back to the same paths

    def match(self, method: str, path: str) -> Match | None:
        """Give the operation and its path parameters, decoded; None for an unknown path and for a wrong verb alike."""
        match = self._matched if len(path) <= _LONGEST_REMEMBERED else self._match
        return match(method, path)

    def _match(self, method: str, path: str) -> Match | None:
        return _match(self._root, method, path.split("/"), 0, ())


def _match(
    node: _Node, method: str, segments: list[str], start: int, values: tuple[str, ...]
) -> Match | None:
    for depth in range(start, len(segments)):
        segment = segments[depth]
        fixed = node.static.get(segment)
        if fixed is not None and node.parameter is None and not node.patterns:
            node = fixed
            continue
        # More than one way may lead on: each is tried to its end.
        if fixed is not None and (found := _match(fixed, method, segments, depth + 1, values)):
            return found
        for pattern, following in node.patterns.values():
            if parts := pattern.fullmatch(segment):
                more = tuple(unquote(part) for part in parts.groups())
                if found := _match(following, method, segments, depth + 1, values + more):
                    return found
        if node.parameter is None or not segment:
            return None
        node = node.parameter
        values += (unquote(segment) if "%" in segment else segment,)
    ending = node.operations.get(method)
    return None if ending is None else (ending[0], dict(zip(ending[1], values, strict=True)))
