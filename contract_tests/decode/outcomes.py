"""What can happen when a client decodes one object."""

from dataclasses import dataclass
from typing import NamedTuple, Protocol

from ...openapi import Json


class TargetError(ValueError):
    """A target that can't be used; its text is one line that says why."""


@dataclass(frozen=True, slots=True)
class Returned:
    """It returned; `value` is what it encodes back to, where it can (`encodes`)."""

    value: Json = None
    encodes: bool = False


class Issue(NamedTuple):
    """One of the things that an exception says are wrong."""

    path: tuple[str | int, ...]
    """Where, in the library's own words."""
    kind: str
    """What sort of thing, such as `missing`; empty if it doesn't say."""
    message: str


@dataclass(frozen=True, slots=True)
class Raised:
    """It raised an exception."""

    exception: str
    """The full name of its type."""
    message: str
    frame: str
    """The innermost line of the client's own code, as `package/module.py:12 in function`; empty if unknown."""
    origin: str
    """The innermost line of all, written like `frame`: the same for a fault of a library that the client calls."""
    declared: bool
    """Whether the client declares it as its own way to refuse (`--expect`)."""
    details: Json = None
    """What else a caller can read of it, where a process that is driven says so."""
    issues: tuple[Issue, ...] = ()
    """What it wraps, where it is a library's way to say several things at once."""


@dataclass(frozen=True, slots=True)
class Hung:
    """It did not return in time."""

    seconds: float
    """How long it had."""
    to_start: float = 0.0
    """How much longer a process had that had just been started."""


@dataclass(frozen=True, slots=True)
class Died:
    """Its process ended."""

    status: int | None
    errors: str
    """The last lines of what it wrote to stderr."""


Outcome = Returned | Raised | Hung | Died


class Target(Protocol):
    """A client's decoder."""

    takes_text: bool
    """Whether it parses by itself, and so may get what is no JSON."""

    def decode(self, text: bytes) -> Outcome:
        """Decode one JSON text, and encode the result back where the client can.

        Raises TargetError when the target can't be run at all.
        """

    def close(self) -> None:
        """Leave nothing behind."""
