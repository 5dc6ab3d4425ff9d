"""Carrying out a transmission over ASGI. It ends when the client leaves.

What a server wouldn't send is written to its connection, which it hands over as the extension `CONNECTION`.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, MutableMapping
from typing import Any, Protocol

from ..request.messages import Reply, Transmission

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

CONNECTION = "incident_double.connection"
"""The extension by which a server hands over a `Connection`, that of the request."""
_SECONDS_FOR_A_LISTENER = 2.0
"""How much longer a late answer is kept for a client that sends no more: only sending would show whether it listens."""
WITHOUT_LENGTH = (204, 304)
"""Statuses whose answers have no body, and so no length of one (RFC 9110, section 8.6)."""
DRIP = 0.5
"""Seconds between two bits."""
MISSING = 100
"""How many bytes a `short-body` is shorter than its content-length says."""
_PAUSE = 0.05
"""Seconds between half an answer and a reset: some clients take both at once for an ordinary end."""
_NO_STATUS = b"HTTP/one point one 200 OK\r\n\r\n"
_NO_CHUNK = b"no size\r\n"
_HALF_A_HEAD = b"HTTP/1.1 "
"""What comes of half an answer that has no body."""


class Connection(Protocol):
    """What a fault does to a connection; what ends it returns when it has ended."""

    finished: asyncio.Event
    """Set once the client will send no more."""

    def write(self, content: bytes) -> None:
        """Send bytes as they are."""

    async def close(self) -> None:
        """Close it once everything is sent."""

    async def reset(self) -> None:
        """Reset it once everything is sent."""

    def reset_at_next(self) -> None:
        """Keep it, and reset it once the client has sent another request on it."""


async def deliver(
    reply: Reply, start: Message, transmission: Transmission, scope: Scope, receive: Receive, send: Send
) -> None:
    """Send a reply, which begins with the message `start`, as its transmission has it.

    Raises ConnectionResetError where a connection should break and the server doesn't hand it over.
    """

    async def send_noted(message: Message) -> None:
        if not message.get("more_body", message["type"] == "http.response.start"):
            # Before the client can have it, so that no wait seems shorter than it was.
            reply.ended = time.monotonic()
        await send(message)

    sending = _Sending(reply, start, transmission.seconds, send_noted)
    if transmission.manner in PATIENT:
        client = _Client(receive, scope.get("extensions", {}).get(CONNECTION))
        try:
            await PATIENT[transmission.manner](sending, client)
        finally:
            client.forget()
    else:
        connection = _connection(scope)
        reply.ended = time.monotonic()  # it is the double that breaks off, whether or not the client stays
        await BREAKING[transmission.manner](sending, connection)


class _Client:
    """Whether it is still there."""

    def __init__(self, receive: Receive, connection: Connection | None) -> None:
        self._leaving = asyncio.ensure_future(_left(receive))
        self._connection = connection
        self._finishing = asyncio.ensure_future(
            (connection.finished if connection else asyncio.Event()).wait()
        )

    async def left_within(self, seconds: float) -> bool:
        """Wait so long. One that sends no more may only listen, or have left: it is waited for a little longer."""
        began = time.monotonic()
        await self._wait(seconds)
        left = began + seconds - time.monotonic()
        if not self._leaving.done() and self._finishing.done() and left > 0:
            await asyncio.wait({self._leaving}, timeout=min(left, _SECONDS_FOR_A_LISTENER))
            return self._leaving.done() or left > _SECONDS_FOR_A_LISTENER
        return self._leaving.done()

    async def finished(self) -> None:
        """Wait until it sends no more."""
        await self._wait(None)

    async def _wait(self, seconds: float | None) -> None:
        both = {self._leaving, self._finishing}
        await asyncio.wait(both, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)

    async def close(self) -> None:
        """Close its connection, unless it has its answer."""
        if self._connection is not None and (self._leaving.done() or self._finishing.done()):
            await self._connection.close()

    def forget(self) -> None:
        """Wait for it no longer."""
        self._leaving.cancel()
        self._finishing.cancel()


async def _left(receive: Receive) -> Any:
    while (await receive())["type"] != "http.disconnect":
        pass


def _connection(scope: Scope) -> Connection:
    try:
        connection: Connection = scope["extensions"][CONNECTION]
    except KeyError:
        raise ConnectionResetError("an armed fault breaks the connection") from None
    return connection


class _Sending:
    """A reply on its way."""

    def __init__(self, reply: Reply, start: Message, seconds: float, send: Send) -> None:
        self.body = reply.body
        self.half = reply.half
        self.seconds = seconds
        self._start = start
        self._send = send

    async def head(self, *framing: tuple[bytes, bytes]) -> None:
        """Send status and headers, with others in place of the content-length, if given."""
        if framing:
            headers = [each for each in self._start["headers"] if each[0] != b"content-length"]
            self._start["headers"] = [*headers, *framing]
        await self._send(self._start)

    async def part(self, body: bytes, *, more: bool = True) -> None:
        """Send a part of the body."""
        await self._send({"type": "http.response.body", "body": body, "more_body": more})

    async def all(self) -> None:
        """Send the whole."""
        await self.head()
        await self.part(self.body, more=False)


async def _never(_: _Sending, client: _Client) -> None:
    await client.finished()
    await client.close()


async def _delay(sending: _Sending, client: _Client) -> None:
    if await client.left_within(sending.seconds):
        await client.close()
    else:
        await sending.all()


async def _drip(sending: _Sending, client: _Client) -> None:
    await sending.head()
    *first, last = bits(sending.body, sending.seconds)
    for bit in first:
        await sending.part(bit)
        if await client.left_within(DRIP):
            await client.close()
            return
    await sending.part(last, more=False)


async def _reset(_: _Sending, connection: Connection) -> None:
    await connection.reset()


async def _half(sending: _Sending, connection: Connection) -> None:
    if sending.body:
        await sending.head()
        await sending.part(sending.half)
    else:
        connection.write(_HALF_A_HEAD)


async def _reset_during(sending: _Sending, connection: Connection) -> None:
    await _half(sending, connection)
    await asyncio.sleep(_PAUSE)
    await connection.reset()


async def _reset_after(sending: _Sending, connection: Connection) -> None:
    connection.reset_at_next()  # a reset at once would hit the next request or miss it, as the client's luck has it
    await sending.all()


async def _cut(sending: _Sending, connection: Connection) -> None:
    await _half(sending, connection)
    await connection.close()


async def _short_body(sending: _Sending, connection: Connection) -> None:
    if sending.body:
        await sending.head((b"content-length", b"%d" % (len(sending.body) + MISSING)))
        await sending.part(sending.body)
    else:
        connection.write(_HALF_A_HEAD)
    await connection.close()


async def _long_body(sending: _Sending, connection: Connection) -> None:
    # The client is asked not to use the connection again, or else the rest might be taken for its next answer.
    await sending.head((b"content-length", b"%d" % len(sending.half)), (b"connection", b"close"))
    await sending.part(sending.half)
    connection.write(sending.body[len(sending.half) :] or b"{}")
    await connection.close()


async def _garbled_status(_: _Sending, connection: Connection) -> None:
    connection.write(_NO_STATUS)
    await connection.close()


async def _garbled_chunk(sending: _Sending, connection: Connection) -> None:
    if sending.body:
        await sending.head((b"transfer-encoding", b"chunked"))
        await sending.part(sending.half)
        connection.write(_NO_CHUNK)
    else:
        connection.write(_NO_STATUS)
    await connection.close()


PATIENT: Mapping[str, Callable[[_Sending, _Client], Awaitable[None]]] = {
    "never": _never,
    "delay": _delay,
    "drip": _drip,
}
"""Manners in which it is the client that may end an exchange."""
BREAKING: Mapping[str, Callable[[_Sending, Connection], Awaitable[None]]] = {
    "reset": _reset,
    "reset-during": _reset_during,
    "reset-after": _reset_after,
    "cut": _cut,
    "short-body": _short_body,
    "long-body": _long_body,
    "garbled-status": _garbled_status,
    "garbled-chunk": _garbled_chunk,
}
"""Manners in which the double ends it, on the connection itself."""


def bits(body: bytes, seconds: float) -> Iterator[bytes]:
    """Yield the body in as many pieces as its time has intervals, and one more."""
    count = round(seconds / DRIP) + 1
    size = -(-len(body) // count)
    for number in range(count):
        yield body[number * size : (number + 1) * size]
