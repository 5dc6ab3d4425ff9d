"""How a reply looks from the client's end without a socket: its waits, its head, its body, and where it breaks off.

Each manner of transmission is a generator of steps. It raises what httpx raises over a socket.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import httpx

from ..request.messages import Reply
from .delivering import DRIP, MISSING, WITHOUT_LENGTH, bits

_RESET = "the connection was reset, as an armed fault has it"
_NO_ANSWER = "the server disconnected without an answer, as an armed fault has it"
_INCOMPLETE = "the server disconnected before the whole body was sent, as an armed fault has it"
_GARBLED = "what was sent is no HTTP, as an armed fault has it"
_TIMEOUT = "an armed fault took longer than the client waits"
_NO_TIMEOUT = "an armed fault never answers, and this client would wait for ever: it has no read timeout"


@dataclass(frozen=True, slots=True)
class Head:
    """Status and headers, those of the framing among them."""

    status: int
    headers: list[tuple[str, str]]


Step = float | Head | bytes
"""Seconds to wait; then the head, once; then parts of the body, or more seconds."""


@dataclass(frozen=True, slots=True)
class Sending:
    """A reply on its way to a client that waits so many seconds for a part of it; None for without end."""

    reply: Reply
    patience: float | None

    @property
    def seconds(self) -> float:
        """How long the transmission takes."""
        return 0 if self.reply.transmission is None else self.reply.transmission.seconds

    def head(self, *framing: tuple[str, str]) -> Head:
        """Give status and headers, with another framing than the body's length, if given."""
        length = (
            () if self.reply.status in WITHOUT_LENGTH else (("content-length", str(len(self.reply.body))),)
        )
        framed = framing or length
        return Head(self.reply.status, [*self.reply.headers, *framed])

    def wait(self, seconds: float) -> Iterator[float]:
        """Wait so long, or as long as the client does. Raises ReadTimeout once it waits no longer."""
        if self.patience is None or seconds <= self.patience:
            yield seconds
        else:
            yield self.patience
            raise httpx.ReadTimeout(_TIMEOUT)

    def end(self) -> None:
        """Note that all of it was sent."""
        self.reply.ended = time.monotonic()


def steps(sending: Sending) -> Iterator[Step]:
    """Give the steps in which the client gets the reply."""
    transmission = sending.reply.transmission
    if transmission is None:
        return _whole(sending)
    if transmission.manner in PATIENT:
        return PATIENT[transmission.manner](sending)
    sending.end()  # it is the double that breaks off, whether or not the client stays
    return BREAKING[transmission.manner](sending)


def _whole(sending: Sending) -> Iterator[Step]:
    yield sending.head()
    yield sending.reply.body


def _never(sending: Sending) -> Iterator[Step]:
    if sending.patience is None:
        raise httpx.ReadTimeout(_NO_TIMEOUT)
    yield from sending.wait(float("inf"))


def _delay(sending: Sending) -> Iterator[Step]:
    yield from sending.wait(sending.seconds)
    yield sending.head()
    yield sending.reply.body
    sending.end()


def _drip(sending: Sending) -> Iterator[Step]:
    yield sending.head()
    first, *others = bits(sending.reply.body, sending.seconds)
    yield first
    for bit in others:
        yield from sending.wait(DRIP)
        yield bit
    sending.end()


def _reset(_: Sending) -> Iterator[Step]:
    yield from ()
    raise httpx.ReadError(_RESET)


def _half(sending: Sending, *framing: tuple[str, str]) -> Iterator[Step]:
    if sending.reply.body:
        yield sending.head(*framing)
        yield sending.reply.half


def _reset_during(sending: Sending) -> Iterator[Step]:
    yield from _half(sending)
    raise httpx.ReadError(_RESET)


def _cut(sending: Sending) -> Iterator[Step]:
    yield from _half(sending)
    raise httpx.RemoteProtocolError(_INCOMPLETE if sending.reply.body else _NO_ANSWER)


def _short_body(sending: Sending) -> Iterator[Step]:
    if not sending.reply.body:
        raise httpx.RemoteProtocolError(_NO_ANSWER)
    yield sending.head(("content-length", str(len(sending.reply.body) + MISSING)))
    yield sending.reply.body
    raise httpx.RemoteProtocolError(_INCOMPLETE)


def _long_body(sending: Sending) -> Iterator[Step]:
    half = sending.reply.half
    yield sending.head(("content-length", str(len(half))), ("connection", "close"))
    yield half


def _garbled_status(_: Sending) -> Iterator[Step]:
    yield from ()
    raise httpx.RemoteProtocolError(_GARBLED)


def _garbled_chunk(sending: Sending) -> Iterator[Step]:
    yield from _half(sending, ("transfer-encoding", "chunked"))
    raise httpx.RemoteProtocolError(_GARBLED)


_Manner = Callable[[Sending], Iterator[Step]]
PATIENT: Mapping[str, _Manner] = {"never": _never, "delay": _delay, "drip": _drip}
"""Manners in which it is the client that may end an exchange."""
BREAKING: Mapping[str, _Manner] = {
    "reset": _reset,
    "reset-during": _reset_during,
    "reset-after": _whole,
    "cut": _cut,
    "short-body": _short_body,
    "long-body": _long_body,
    "garbled-status": _garbled_status,
    "garbled-chunk": _garbled_chunk,
}
"""Manners in which the double ends it."""


def reset_error() -> httpx.ReadError:
    """Make what a client gets on a connection that an earlier fault resets."""
    return httpx.ReadError(_RESET)
