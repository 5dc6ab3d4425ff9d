"""Parsed JSON whose objects note which of their keys are asked for."""

from collections.abc import Iterator
from typing import Any, ClassVar

from ....openapi import Json

Reads = set[tuple[tuple[str | int, ...], str]]
"""Where an object is, each index 0, and a key that it was asked for."""


class WatchedDict(dict[str, Any]):
    """A dict that notes keys which are looked up; not those that are merely listed. Copies of it note nothing."""

    _unwatched: ClassVar[Reads] = set()
    reads: Reads = _unwatched
    place: tuple[str | int, ...] = ()

    def _note(self, key: object) -> None:
        if isinstance(key, str) and self.reads is not WatchedDict._unwatched:
            self.reads.add((self.place, key))

    def __getitem__(self, key: str) -> Any:
        self._note(key)
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        self._note(key)
        return super().__contains__(key)

    def get(self, key: str, default: Any = None) -> Any:
        """Look a key up, as a dict does."""
        self._note(key)
        return super().get(key, default)

    def pop(self, key: str, *default: Any) -> Any:
        """Take a key out, as a dict does."""
        self._note(key)
        return super().pop(key, *default)

    def setdefault(self, key: str, default: Any = None) -> Any:
        """Look a key up, and set it if it isn't there, as a dict does."""
        self._note(key)
        return super().setdefault(key, default)

    def copy(self) -> dict[str, Any]:
        """Copy it to a plain dict."""
        return dict(self)

    def __deepcopy__(self, memo: dict[int, Any]) -> dict[str, Any]:
        return {key: unwatched(each) for key, each in self.items()}


def watched(value: Json, reads: Reads) -> Json:
    """Give the value, with objects that note in `reads` what they are asked for."""
    return _watched(value, reads, ())


def _watched(value: Json, reads: Reads, place: tuple[str | int, ...]) -> Json:
    if isinstance(value, dict):
        found = WatchedDict({key: _watched(each, reads, (*place, key)) for key, each in value.items()})
        found.reads, found.place = reads, place
        return found
    if isinstance(value, list):
        return [_watched(each, reads, (*place, 0)) for each in value]
    return value


def unwatched(value: Json) -> Json:
    """Give the value as plain objects and lists."""
    if isinstance(value, dict):
        return {key: unwatched(each) for key, each in value.items()}
    return [unwatched(each) for each in value] if isinstance(value, list) else value


def asked(reads: Reads) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield what was asked for, in an order that is the same each time."""
    yield from sorted(reads, key=lambda each: (tuple(map(str, each[0])), each[1]))
