"""Answers to reads, cached while nothing changes: clients poll, and most of a page's cost is putting it together."""

from typing import NamedTuple

from .request.authentication import ApiKey
from .request.messages import Parts, Request
from .store.store import Store

MOST = 1000
MOST_BYTES = 8 * 1024 * 1024


class CachedAnswer(NamedTuple):
    """What a read was answered."""

    content: bytes | Parts
    notes: tuple[str, ...]


class AnswerCache:
    """The latest answers made from the store as it stands; the oldest give way to new ones."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._revision = store.revision
        self._kept: dict[tuple[str, ...], CachedAnswer] = {}
        self._size = 0

    def __len__(self) -> int:
        return len(self._kept)

    def find(self, request: Request, key: ApiKey) -> CachedAnswer | None:
        """Give what the same read of the same key was answered, if nothing has changed since."""
        if self._revision != self._store.revision:
            self._kept.clear()
            self._size = 0
            self._revision = self._store.revision
        return self._kept.get(_name(request, key))

    def keep(self, request: Request, key: ApiKey, content: bytes | Parts, notes: list[str]) -> None:
        """Keep the answer to a read that `find` has just been asked for, unless making it changed something."""
        name = _name(request, key)
        size = _size(name, content)
        if self._revision != self._store.revision or size > MOST_BYTES:
            return
        self._kept[name] = CachedAnswer(content, tuple(notes))
        self._size += size
        while len(self._kept) > MOST or self._size > MOST_BYTES:
            oldest = next(iter(self._kept))
            self._size -= _size(oldest, self._kept.pop(oldest).content)


def _name(request: Request, key: ApiKey) -> tuple[str, ...]:
    """All that the answer to a read depends on, beside the state."""
    return request.path, request.query, key.token, request.base_url


def _size(name: tuple[str, ...], content: bytes | Parts) -> int:
    return (content.size if isinstance(content, Parts) else len(content)) + sum(map(len, name))
