"""What goes into the pipeline and what comes out of it: no server, no socket."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from ..openapi import Document, Operation
from .authentication import ApiKey
from .problem import missing_scope


@dataclass(slots=True)  # each request pays for one of these, and freezing would triple the price
class Request:
    """One request as it arrived."""

    method: str
    path: str
    """As sent: percent-encoded, without the query."""
    query: str = ""
    """As sent, without the question mark."""
    authorization: str | None = None
    body: bytes | None = b""
    """None when it was over the size cap."""
    base_url: str = "https://api.incident.io"
    """Where the client found the double."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """By name in lower case; a document of another vendor may want its key in one of them."""


Manner = Literal["late", "drip", "cut", "reset", "never"]


@dataclass(frozen=True, slots=True)
class Delivery:
    """How a reply reaches the client when it doesn't come at once and whole."""

    manner: Manner
    """After a while; bit by bit; half of the body; a reset connection instead; nothing at all."""
    seconds: float = 0
    """How long it takes, where it is late or comes bit by bit."""


@dataclass(slots=True)
class Reply:
    """One answer. `body` is JSON, or empty; only a fault makes it a page of HTML."""

    status: int
    """0 where there is none to send."""
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    delivery: Delivery | None = None
    """None for at once and whole."""
    fault: str | None = None
    """The armed fault that shaped it."""
    ended: float | None = None
    """When all of it was sent, by the machine's monotonic clock; None while it is not, or was never to be."""


@dataclass(slots=True)
class Call:
    """A request that was let in: its operation, its key and its validated arguments.

    `query` has what the operation declares: a scalar by its type, a list for an array parameter, and
    `{operator: [values]}` (one level deeper for nested ids) for a filter. `body` has only the nulls that
    the document permits, since the real API, whose document permits none, can't tell them from absent properties
    (BEHAVIOUR.md §7); `nulls` names the top-level ones that were sent. `notes` collects what is ignored in silence.
    """

    document: Document
    operation: Operation
    key: ApiKey
    path: Mapping[str, str]
    query: Mapping[str, Any]
    body: Mapping[str, Any]
    nulls: frozenset[str] = frozenset()
    base_url: str = ""
    notes: list[str] = field(default_factory=list)

    def require_scope(self, scope: str) -> None:
        """Raise the 403 Problem when the key lacks the scope."""
        if not self.key.grants(scope):
            raise missing_scope(scope)
