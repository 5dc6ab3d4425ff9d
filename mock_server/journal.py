"""What was asked of the double and how it answered, in order."""

from collections import deque
from collections.abc import Collection, Iterator
from datetime import datetime
from typing import NamedTuple

KEPT = 1000
"""How many exchanges a journal holds; older ones are forgotten."""


class Exchange(NamedTuple):
    """One request and its answer, without their bodies."""

    at: datetime
    """When it came, on the double's clock."""
    method: str
    path: str
    """As sent: percent-encoded, without the query."""
    query: str
    status: int
    request_id: str | None
    """What the error envelope names it; None for an answer that has no envelope."""


class Journal(Collection[Exchange]):
    """The last exchanges, oldest first."""

    def __init__(self) -> None:
        self._exchanges: deque[Exchange] = deque(maxlen=KEPT)

    def __len__(self) -> int:
        return len(self._exchanges)

    def __contains__(self, exchange: object) -> bool:
        return exchange in self._exchanges

    def __iter__(self) -> Iterator[Exchange]:
        return iter(tuple(self._exchanges))

    def add(self, exchange: Exchange) -> None:
        """Note one that has just been answered."""
        self._exchanges.append(exchange)
