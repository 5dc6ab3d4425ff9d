"""The one interface behind which accounts are kept: entries in order, and snapshots that make older ones needless."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple, Protocol

Kind = Literal["start", "state"]
"""How an account began, or how it was after some entry."""


class LogError(Exception):
    """The log can't be read or written; one line says which and why."""


class Owner(NamedTuple):
    """An account that the log keeps."""

    name: str
    key: str
    """The key that leads to it; empty for the first one, whose keys are said at every start."""
    begins_like: str = ""
    """The account that begins in the same way; empty for one that has a beginning of its own."""


class Kept(NamedTuple):
    """A snapshot that the log keeps."""

    covers: int
    """The number of the last entry that it makes needless."""
    parts: Iterator[bytes]


class Log(Protocol):
    """A log of several accounts. Every method may be called from any thread, and raises LogError.

    What a method writes is on the disk when it returns, all of it or, where it raises, nothing.
    """

    def owners(self) -> Sequence[Owner]:
        """Give the accounts, the first one first."""

    def open(self, owner: Owner, start: Iterable[bytes]) -> None:
        """Begin to keep an account, which begins with that snapshot, or like another one."""

    def end(self, name: str) -> None:
        """Keep an account no longer."""

    def append(self, name: str, content: bytes) -> int:
        """Add an entry. Returns its number; they rise."""

    def probe(self) -> None:
        """Raise LogError where nothing can be written now."""

    def head(self) -> int:
        """Give the number of the last entry."""

    def read(self, name: str, after: int) -> Iterator[bytes]:
        """Give the entries of an account with higher numbers, in order."""

    def snapshot(self, name: str, kind: Kind) -> Kept | None:
        """Give the newest snapshot of an account; None where it has none of its own of the kind."""

    def replace(self, name: str, kind: Kind, parts: Iterable[bytes], covers: int) -> None:
        """Put a snapshot in place of the one before, and of the entries up to that number.

        Others may write meanwhile: the parts are written one after the other, and count only once all are there.
        """

    def close(self) -> None:
        """Let go of it; once is enough."""
