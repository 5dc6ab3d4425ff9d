"""What a client and a double said to each other, as rules look at it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import orjson

from ...openapi import Document, Json, Operation
from .printed_crashes import PrintedCrash


@dataclass(frozen=True, slots=True)
class WireExchange:
    """One request as it was on the wire, and its answer."""

    started: float
    """In seconds, by the machine's monotonic clock, as is `ended`."""
    ended: float | None
    """None when the client left before it had the whole answer, or was still waiting for it."""
    operation: Operation | None
    """None for an unknown path, and for a wrong verb."""
    method: str
    path: str
    """As sent: percent-encoded, without the query."""
    query: str
    """As sent, without the question mark."""
    headers: Mapping[str, str]
    """By name in lower case."""
    body: bytes
    status: int
    """0 where no answer was sent."""
    answer_headers: Mapping[str, str]
    """By name in lower case."""
    answer_body: bytes
    fault: str | None = None
    """The armed fault that shaped the answer."""
    path_arguments: Mapping[str, str] = field(default_factory=dict)
    """The parameters in the path, decoded."""

    def answer(self) -> Json:
        """Give the parsed body of the answer; None where it isn't JSON."""
        try:
            return orjson.loads(self.answer_body)
        except orjson.JSONDecodeError:
            return None


@dataclass(frozen=True, slots=True)
class Failure:
    """What a client raised instead of returning."""

    exception: str
    """The full name of its type."""
    message: str
    frame: str = ""
    """The client's own line, as `package/module.py:12 in function`."""
    declared: bool = False
    """Whether it is one of the client's own exceptions, with which it reports an error to its caller."""
    details: Json = None
    """What else its caller can read of it: its public attributes."""


@dataclass(frozen=True, slots=True)
class ClientCall:
    """One call that was made on a driven client: what was asked for, what it sent, and what it gave back."""

    operation: Operation
    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, Json] = field(default_factory=dict)
    body: Json = None
    exchanges: Sequence[WireExchange] = ()
    """What went over the wire for it, in order."""
    returned: Json = None
    """What the client gave its caller, as JSON."""
    failure: Failure | None = None


WebhookKind = Literal["well-formed", "unknown-type", "private", "rotated", "forged", "unsigned", "stale"]


@dataclass(frozen=True, slots=True)
class WebhookDelivery:
    """One event that was sent to a client's own endpoint, and what it answered."""

    kind: WebhookKind
    """`forged` bears a signature of another secret, `unsigned` none, `stale` an old time; the others are good.

    `rotated` bears two signatures, the second of which is the endpoint's.
    """
    event_type: str
    headers: Mapping[str, str]
    body: bytes
    status: int | None
    """None when there was no answer in time."""

    @property
    def accepted(self) -> bool:
        """Whether the vendor would take it for delivered: any 2xx (behaviour.md#webhook-retries)."""
        return self.status is not None and 200 <= self.status < 300


@dataclass(frozen=True)
class Conversation:
    """Everything that was said in one run. Of a client that is only watched, `calls` are not known."""

    document: Document
    exchanges: Sequence[WireExchange]
    calls: Sequence[ClientCall] = ()
    deliveries: Sequence[WebhookDelivery] = ()
    crashes: Sequence[PrintedCrash] = ()
    """What a command has printed of its own errors, in order."""

    def last_answered(self, moment: float) -> WireExchange | None:
        """Give the last exchange that had begun by then, of those that were answered."""
        answered = (each for each in reversed(self.exchanges) if each.status != 0 and each.started <= moment)
        return next(answered, None)

    @cached_property
    def by_operation(self) -> Mapping[str, Sequence[WireExchange]]:
        """The exchanges of each operation that was called, by operationId, in order."""
        found: dict[str, list[WireExchange]] = {}
        for exchange in self.exchanges:
            if exchange.operation is not None:
                found.setdefault(exchange.operation.id, []).append(exchange)
        return found
