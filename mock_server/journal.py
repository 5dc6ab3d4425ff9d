"""What was asked of the double and how it answered, in order; as much of it as fits."""

from collections import deque
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from ..openapi import Operation
from .exchange import NOTE_HEADER, Reply, Request

KEPT = 1000
"""How many exchanges a journal holds; older ones are forgotten."""
KEPT_BYTES = 16 * 1024 * 1024
"""How much those may come to; the newest one stays, whatever its size."""


@dataclass(slots=True)
class Exchange:
    """One request and its answer, as they were: `redaction` tells what may be shown of them."""

    number: int
    """Counted from 1."""
    at: datetime
    """When it came, on the double's clock."""
    started: float
    """When it came, by the machine's monotonic clock, in seconds; `reply.ended` is measured by the same."""
    request: Request = field(repr=False)
    reply: Reply = field(repr=False)
    operation: Operation | None = field(default=None, repr=False)
    """None for an unknown path, and for a wrong verb."""
    path_arguments: Mapping[str, str] = field(default_factory=dict)
    """The parameters in the path, decoded."""
    request_id: str | None = None
    """What the error envelope names it; None for an answer that has no envelope."""
    size: int = 0
    """About how many bytes it takes."""

    def __post_init__(self) -> None:
        request = self.request
        self.size = len(request.body or b"") + len(request.path) + len(request.query) + len(self.reply.body)
        self.size += sum(len(name) + len(value) for name, value in request.headers.items())

    @property
    def operation_id(self) -> str | None:
        """The operationId; None for an unknown path, and for a wrong verb."""
        return self.operation.id if self.operation else None

    @property
    def note(self) -> str:
        """What was ignored without a word, as the answer's header has it; empty for nothing."""
        return next((value for name, value in self.reply.headers if name == NOTE_HEADER), "")

    @property
    def status(self) -> int:
        """Of the answer; 0 where there was none."""
        return self.reply.status


class JournalSnapshot(NamedTuple):
    """A journal as it was."""

    exchanges: tuple[Exchange, ...]
    last: int


class Journal(Collection[Exchange]):
    """The last exchanges, oldest first."""

    def __init__(self) -> None:
        self._exchanges: deque[Exchange] = deque()
        self._size = 0
        self.count = 0
        """How many there have been in all: the number of the last one."""

    def __len__(self) -> int:
        return len(self._exchanges)

    def __contains__(self, exchange: object) -> bool:
        return exchange in self._exchanges

    def __iter__(self) -> Iterator[Exchange]:
        return iter(tuple(self._exchanges))

    def since(self, number: int) -> list[Exchange]:
        """Those after that number."""
        return [each for each in self if each.number > number]

    def add(self, exchange: Exchange) -> None:
        """Note one that has just been answered."""
        self.count = exchange.number
        self._exchanges.append(exchange)
        self._size += exchange.size
        while len(self._exchanges) > KEPT or (self._size > KEPT_BYTES and len(self._exchanges) > 1):
            self._size -= self._exchanges.popleft().size

    def clear(self) -> None:
        """Forget all there is; the numbers go on."""
        self._exchanges.clear()
        self._size = 0

    def snapshot(self) -> JournalSnapshot:
        """The journal as it is."""
        return JournalSnapshot(tuple(self._exchanges), self.count)

    def restore(self, snapshot: JournalSnapshot) -> None:
        """Go back to a snapshot of this journal."""
        self._exchanges = deque(snapshot.exchanges)
        self._size = sum(each.size for each in snapshot.exchanges)
        self.count = snapshot.last
