"""What was asked of the double and how it answered, in order; as much of it as fits."""

from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Collection, Container, Iterator
from operator import attrgetter
from typing import Any, NamedTuple
from weakref import ref

from ..request.messages import Exchange
from .expectations import Expectation, Verdict
from .redaction import Redaction

KEPT = 1000
"""How many exchanges a journal holds; older ones are forgotten."""
KEPT_BYTES = 16 * 1024 * 1024
"""How much those may come to; the newest one stays, whatever its size."""
_NUMBER = attrgetter("number")


class JournalSnapshot(NamedTuple):
    """A journal as it was."""

    exchanges: tuple[Exchange, ...]
    last: int


class JournalMark(NamedTuple):
    """A place in a journal, which holds nothing that the journal would forget."""

    last: int
    exchange: Callable[[], Exchange | None]
    """The last one, as long as it is remembered."""


class Journal(Collection[Exchange]):
    """The last exchanges, oldest first."""

    def __init__(
        self, redaction: Callable[[], Redaction] = Redaction, *, operations: Container[str] | None = None
    ) -> None:
        """`redaction` says what may be shown of the exchanges, `operations` which there can be; any if left out."""
        self._redaction = redaction
        self._operations = operations
        self._records: tuple[list[Exchange], ...] = ()
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
        """Give those after that number."""
        kept = tuple(self._exchanges)
        return list(kept[bisect_right(kept, number, key=_NUMBER) :])

    def expect(self, operation: str | None = None, *, since: int = 0, **wanted: Any) -> list[Exchange]:
        """Give the exchanges that are as an `Expectation` has it: its fields are the arguments.

        Raises AssertionError, which says of the nearest exchanges what differs, field by field, when it isn't met
        by those with a higher number than `since`. Raises ValueError for an operation that the document hasn't.
        """
        __tracebackhide__ = True  # pytest shows the test, and not what is compared here
        verdict = self.judge(Expectation(operation=operation, **wanted), since=since)
        if not verdict.met:
            raise AssertionError(verdict.render(self._redaction()))
        return verdict.found

    def judge(self, expectation: Expectation, *, since: int = 0) -> Verdict:
        """Give what came of an expectation among those with a higher number.

        Raises ValueError for an operation that the document hasn't: that it was never asked for says nothing.
        """
        operation = expectation.operation
        if operation is not None and self._operations is not None and operation not in self._operations:
            raise ValueError(f"no such operation: {operation} (see 'incident-double operations')")
        return expectation.judge(self.since(since))

    def add(self, exchange: Exchange) -> None:
        """Note one that has just been answered."""
        self.count, kept = exchange.number, self._exchanges
        kept.append(exchange)
        self._size += exchange.size
        while len(kept) > KEPT or (self._size > KEPT_BYTES and len(kept) > 1):
            self._size -= kept.popleft().size
        for record in self._records:
            record.append(exchange)

    def record(self) -> list[Exchange]:
        """Give a list to which every exchange is added from now on, whatever the journal forgets or goes back to."""
        record: list[Exchange] = []
        self._records = (*self._records, record)
        return record

    def clear(self) -> None:
        """Forget all there is; the numbers go on."""
        self._exchanges.clear()
        self._size = 0

    def snapshot(self) -> JournalSnapshot:
        """Give the journal as it is."""
        return JournalSnapshot(tuple(self._exchanges), self.count)

    def mark(self) -> JournalMark:
        """Give the place where the journal is."""
        return JournalMark(self.count, ref(self._exchanges[-1]) if self._exchanges else _nothing)

    def restore(self, snapshot: JournalSnapshot | JournalMark) -> None:
        """Go back to a snapshot of this journal, or to a place in it, with what is still remembered from before."""
        if isinstance(snapshot, JournalMark):
            snapshot = JournalSnapshot(tuple(self._up_to(snapshot.exchange())), snapshot.last)
        self._exchanges = deque(snapshot.exchanges)
        self._size = sum(each.size for each in snapshot.exchanges)
        self.count = snapshot.last

    def _up_to(self, last: Exchange | None) -> Iterator[Exchange]:
        if any(each is last for each in self._exchanges):
            for exchange in self._exchanges:
                yield exchange
                if exchange is last:
                    return


def _nothing() -> None:
    return None
