"""The lock of an account, and what becomes of all that was changed under it."""

from collections.abc import Callable
from threading import RLock
from types import TracebackType
from typing import Protocol


class CommitError(Exception):
    """What a request has changed can't be kept; the account is as it was before. One line says why."""


class Transactions(Protocol):
    """A lock: what one holder of it changes is one transaction, which ends when the outermost block does.

    A block that ends raises CommitError where the changes can't be kept.
    """

    def __enter__(self) -> object:
        """Wait until nobody else changes the account."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Commit, unless an outer block goes on, and let others in."""

    def check(self) -> None:
        """Raise CommitError where it is known that nothing could be kept: before anything is changed in vain."""

    def commit(self) -> None:
        """Keep for good what has changed up to now. Raises CommitError."""

    def replaced(self, *, by_start: bool = False) -> None:
        """Take note that the account has gone to another state as a whole: how it began, or any other."""

    def rebased(self) -> None:
        """Take note that the account now counts as having begun as it is."""

    def close(self) -> None:
        """Keep nothing any more; what was committed stays."""


class InMemory:
    """Transactions of an account that nothing keeps."""

    def __init__(self) -> None:
        lock = RLock()
        self._acquire: Callable[[], bool] = lock.acquire
        self._release: Callable[[], None] = lock.release

    def __enter__(self) -> object:
        return self._acquire()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._release()

    def check(self) -> None:
        """Commit nothing: nothing is kept anyway."""

    def commit(self) -> None:
        """Ignore it: nothing keeps it."""

    def replaced(self, *, by_start: bool = False) -> None:
        """Ignore it: nothing takes note of it."""

    def rebased(self) -> None:
        """Ignore it: nothing takes note of it."""

    def close(self) -> None:
        """Take nothing back: nothing was kept."""
