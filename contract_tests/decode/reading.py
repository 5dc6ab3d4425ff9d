"""What a decoder asks for that the schema doesn't have: a property of another version, or a misspelt one."""

import re
from collections import Counter
from collections.abc import Iterator
from difflib import get_close_matches
from typing import NamedTuple

from ...fixtures.schema.kinds import Array, Node, Object
from ...fixtures.schema.places import Path
from ...openapi import Document, Json
from .targets.watched_values import Reads, asked

_OF_ERRORS = {"error", "errors"}
"""Who decodes looks whether it is an error first."""
_ALIKE = 0.75
"""How alike two names are at least of which one may be meant for the other, as difflib counts."""


class UnknownRead(NamedTuple):
    """A property that was asked for, in objects that have none of that name."""

    path: Path
    """Where it would be."""
    meant: tuple[str, ...]
    """What the schema has in its place, as far as the names say."""
    times: int
    """In how many values it was asked for."""


class Reading:
    """Gathers what a decoder of a schema, by its name in a document, asks for in permitted values."""

    def __init__(self, document: Document, name: str, node: Node) -> None:
        self._node = node
        self._wrappers = set(_wrappers(document, name))
        self._asked: Counter[tuple[Path, str]] = Counter()

    def note(self, reads: Reads) -> None:
        """Take note of what was asked for in one value."""
        self._asked.update(asked(reads))

    def unknown(self) -> Iterator[UnknownRead]:
        """Yield what no object in that place has, unless what is there instead is asked for too."""
        for (place, key), count in self._asked.items():
            objects = objects_at(self._node, place)
            if not objects or any(each.node(key) is not None or not each.properties for each in objects):
                continue
            if key in _OF_ERRORS or (not place and key in self._wrappers):
                continue
            meant = _meant(key, {name: None for each in objects for name in each.properties})
            if not any((place, name) in self._asked for name in meant):
                yield UnknownRead((*place, key), meant, count)


def objects_at(node: Node, place: Path) -> list[Object]:
    """Give the kinds of objects that may be in a place."""
    nodes = [node]
    for step in place:
        kinds = [kind for each in nodes for kind in each.kinds]
        inside = [
            kind.node(str(step)) if isinstance(kind, Object) else kind.node(int(step))
            for kind in kinds
            if isinstance(kind, Object if isinstance(step, str) else Array)
        ]
        nodes = [each for each in inside if each is not None]
    return [kind for each in nodes for kind in each.kinds if isinstance(kind, Object)]


def _meant(key: str, names: dict[str, None]) -> tuple[str, ...]:
    """The properties that a key may stand for: alike but for case, longer by a word, for moments, or spelled alike."""
    plain = re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", key).lower().replace("-", "_")
    found = [
        name for name in names if name == plain or name.endswith(f"_{plain}") or plain.endswith(f"_{name}")
    ]
    if not found and plain.endswith("_at"):
        found = [name for name in names if "timestamp" in name]
    return tuple(found or get_close_matches(plain, names, n=2, cutoff=_ALIKE))


def _wrappers(document: Document, name: str) -> Iterator[str]:
    """The keys under which answers hold objects of the schema: who decodes may look for them first."""
    for operation in document.operations.values():
        answer = operation.responses.get(operation.success)
        properties: dict[str, Json] = document.resolve(answer).get("properties", {}) if answer else {}
        for key, schema in properties.items():
            if name in (_referred(schema), _referred(schema.get("items", {}))):
                yield key


def _referred(schema: Json) -> str:
    return str(schema.get("$ref", "")).rpartition("/")[2] if isinstance(schema, dict) else ""
