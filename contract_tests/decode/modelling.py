"""Which properties of a schema a decoder models: those that it ever shows, whatever it is given.

A hand-written model keeps some properties and leaves the rest, or keeps a severity by its name alone. What it never
shows as the schema has it, it doesn't model; only what it does model can be lost or changed.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from ...fixtures.schema.facts import SchemaPlace, explore
from ...fixtures.schema.kinds import Node
from ...fixtures.schema.places import Path, site
from ...openapi import Json

_BETWEEN_LOOKS = 100
"""Values until it is looked whether everything was shown."""
_MOST_NAMED = 60
"""Properties that are named at most."""


class Modelling:
    """Gathers what a decoder shows of the schema's properties, from what it was sent and what came back."""

    def __init__(self, node: Node) -> None:
        self._properties = list(_properties(explore(node)))
        self._root = _Seen()
        self.has_returned = False
        """Whether anything came back at all."""
        self._noted = 0
        self._is_whole = False
        """Whether every property was shown, so that there is nothing more to learn."""

    def note(self, sent: Json, returned: Json) -> None:
        """Take note of what one value was encoded back to."""
        self.has_returned = True
        if not self._is_whole:
            _note(self._root, sent, returned)
            self._noted += 1
            if self._noted % _BETWEEN_LOOKS == 0:
                self._is_whole = all(self._seen(each).shown for each in self._properties)

    def is_modelled(self, path: Path) -> bool:
        """Say whether the decoder has ever shown a place as the schema has it, and everything that holds it."""
        return self._is_modelled(site(path))

    def missing(self) -> list[str]:
        """Give the properties that were given and never shown, without those inside of them, in document order."""
        return [
            each
            for each in self._properties
            if self._is_left_out(each) and self._is_modelled(each.rpartition("/")[0])
        ]

    def summary(self) -> str:
        """Give one line: `models 12 of 63 properties; never shown: …`."""
        given = [each for each in self._properties if self._seen(each).given]
        modelled = sum(map(self._is_modelled, given))
        missing = self.missing()
        named = ", ".join(each.lstrip("/") for each in missing[:_MOST_NAMED])
        more = f" and {len(missing) - _MOST_NAMED} more" if len(missing) > _MOST_NAMED else ""
        return f"models {modelled} of {len(given)} properties; never shown: {named}{more}"

    def _is_modelled(self, place: str) -> bool:
        steps = place.split("/")
        return not any(self._is_left_out("/".join(steps[:length])) for length in range(2, len(steps) + 1))

    def _is_left_out(self, place: str) -> bool:
        seen = self._seen(place)
        return seen.given and not seen.shown

    def _seen(self, place: str) -> "_Seen":
        seen = self._root
        for step in place.split("/")[1:]:
            seen = seen.inside.get(step.replace("~1", "/").replace("~0", "~")) or _NEVER
        return seen


def _properties(place: SchemaPlace) -> Iterator[str]:
    """The sites of all properties that a schema names, those inside others too."""
    for placed in place.kinds:
        for inside in placed.properties.values():
            yield inside.pointer
        for inside in placed.places():
            yield from _properties(inside)


class _Seen:
    """Whether one property was ever given, and ever shown; `*` inside is for every item of a list."""

    __slots__ = ("given", "inside", "shown")

    def __init__(self) -> None:
        self.given = self.shown = False
        self.inside: dict[str, _Seen] = {}


_NEVER = _Seen()


def _note(seen: _Seen, sent: Any, returned: Any) -> None:
    if isinstance(sent, dict):
        back = returned if isinstance(returned, dict) else {}
        known = seen.inside
        for name, before in sent.items():
            if before is None:
                continue
            inside = known.get(name)
            if inside is None:
                inside = known[name] = _Seen()
                inside.given = True
            is_container = isinstance(before, (dict, list))
            if inside.shown and not is_container:
                continue
            after = back.get(name)
            if not inside.shown and after is not None:
                inside.shown = _is_alike(before, after)
            if is_container:
                _note(inside, before, after)
    elif isinstance(sent, list) and sent:
        item = seen.inside.setdefault("*", _Seen())
        back_list: Sequence[Any] = returned if isinstance(returned, list) else ()
        for index, before in enumerate(sent):
            if isinstance(before, dict | list):
                _note(item, before, back_list[index] if index < len(back_list) else None)


def _is_alike(before: Any, after: Any) -> bool:
    """Whether both are objects, both lists, or neither is one; a time that is shown as a number isn't one any more."""
    for container in dict, list:
        if isinstance(before, container) or isinstance(after, container):
            return isinstance(before, container) and isinstance(after, container)
    return not (isinstance(before, str) and isinstance(after, int | float) and not isinstance(after, bool))
