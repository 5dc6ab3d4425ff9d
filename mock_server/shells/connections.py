"""Connections of HTTP/1 that are handed over: ASGI itself has no way to reset one, nor to answer in pieces."""

import asyncio
import socket
import struct
import sys
from array import array
from typing import Any

import httptools
from httptools import HttpRequestParser
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from ..request.messages import Reply
from .delivering import CONNECTION, WITHOUT_LENGTH

if sys.platform == "linux":
    import fcntl

SECONDS_KEPT_ALIVE = 75
"""How long a connection may be idle: a busy client that takes longer finds it closed under its next request."""
_SECONDS_FOR_A_HEAD = 30.0
"""Until a request's headers have come in, from its first byte on; a connection that sends no byte has as long as one
that is idle."""
_SECONDS_FOR_MORE = 60.0
"""Until more of a body comes in."""
_MOST_BYTES_OF_A_HEAD = 2 * 1024 * 1024
"""And of what else comes without any of a body: trailers, and what a chunk says of itself."""
_SECONDS_BETWEEN_LOOKS = 0.001
_A_MOMENT = 0.001
"""Seconds that make no difference to a deadline, and that a loop's clock may not show."""
_SIOCOUTQNSD = 0x894B
"""Linux's request for the number of bytes that are in a socket and not sent."""


class Connection:
    """What an armed fault does to a connection. What ends it returns when it has ended."""

    def __init__(self, protocol: "Protocol", transport: asyncio.Transport) -> None:
        self._protocol = protocol
        self._transport = transport
        self._lost = asyncio.Event()
        self.finished = asyncio.Event()
        """Set once the client will send no more: it has left, or waits for the rest of its answers."""

    async def answer(self, reply: Reply) -> None:
        """Answer the request whole, as the server would, in one piece with its head: a page isn't copied for that."""
        cycle = self._protocol.answering
        if cycle is None:
            return
        if cycle.flow.write_paused and not cycle.disconnected:
            await cycle.flow.drain()
        if not cycle.disconnected:
            self.answer_at_once(cycle, reply)

    def answer_at_once(self, cycle: RequestResponseCycle, reply: Reply) -> None:
        """Give the same without waiting until the client takes more."""
        cycle.response_started, cycle.waiting_for_100_continue = True, False
        self._transport.writelines([_head(cycle, reply), *reply.parts])
        cycle.response_complete = True
        cycle.message_event.set()
        if not cycle.keep_alive:
            self._transport.close()
        cycle.on_response()

    def write(self, content: bytes) -> None:
        """Send bytes as they are, after what was sent before."""
        self._transport.write(content)

    async def close(self) -> None:
        """Close it once everything is sent."""
        self._transport.close()
        await self._lost.wait()

    async def reset(self) -> None:
        """Close it with a TCP reset instead of an end, once everything is sent."""
        while not self._transport.is_closing() and (
            self._transport.get_write_buffer_size() or _unsent(self._transport)
        ):
            await asyncio.sleep(_SECONDS_BETWEEN_LOOKS)
        self.reset_now()
        await self._lost.wait()

    def reset_at_next(self) -> None:
        """Keep it, and reset it once the client has sent another request on it."""
        self._protocol.parser = HttpRequestParser(_Reset(self))

    def reset_now(self) -> None:
        """Close it with a TCP reset, whatever is still to be sent."""
        if not self._transport.is_closing():
            connection = self._transport.get_extra_info("socket")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self._transport.abort()

    def end(self) -> None:
        """Note that it has ended."""
        self.finished.set()
        self._lost.set()


def _head(cycle: RequestResponseCycle, reply: Reply) -> bytes:
    """Status and headers as the server writes them."""
    lines = [STATUS_LINE[reply.status]]
    for name, value in cycle.default_headers:
        lines += (name, b": ", value, b"\r\n")
    lines.append("".join([f"{name}: {value}\r\n" for name, value in reply.headers]).encode("latin-1"))
    if reply.status not in WITHOUT_LENGTH:
        lines.append(b"content-length: %d\r\n" % reply.size)
    if not cycle.keep_alive:
        lines.append(b"connection: close\r\n")
    lines.append(b"\r\n")
    return b"".join(lines)


class _Reset:
    """Listens to a parser, and resets the connection under a request: sooner, a client might not notice why."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def on_message_complete(self) -> None:
        self._connection.reset_now()


def _unsent(transport: asyncio.Transport) -> int:
    """How many bytes a reset would drop because the client's side couldn't take them yet, where that is known."""
    if sys.platform != "linux":
        return 0
    descriptor = transport.get_extra_info("socket").fileno()
    (count,) = struct.unpack("i", fcntl.ioctl(descriptor, _SIOCOUTQNSD, struct.pack("i", 0)))
    return int(count)


class _Parser(HttpRequestParser):
    """A parser that goes on with the protocol's next one where a request asks for an upgrade, which is ignored."""

    def __init__(self, protocol: "Protocol") -> None:
        super().__init__(protocol)
        # As uvicorn has its own: what comes after a request that closes the connection is no error.
        self.set_dangerous_leniencies(lenient_data_after_close=True)
        self._protocol = protocol

    def feed_data(self, data: "bytes | bytearray | memoryview[int] | array[int]") -> None:
        """Read some more. Raises HttpParserError."""
        try:
            super().feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            self._go_on(memoryview(data)[upgrade.args[0] :])

    def _go_on(self, rest: "memoryview[int]") -> None:
        while (head := self._protocol.head_without_upgrade()) is not None:
            parser = self._protocol.parser = _Parser(self._protocol)
            try:
                HttpRequestParser.feed_data(parser, head)
                if rest:
                    HttpRequestParser.feed_data(parser, rest)
                return
            except httptools.HttpParserUpgrade as upgrade:  # another one, in what came with the first
                rest = rest[upgrade.args[0] :]


class Protocol(HttpToolsProtocol):
    """HTTP that hands over its connection, with one timer for whatever it waits for."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request."""
        super().connection_made(transport)
        self._connection = Connection(self, transport)
        self._extensions: dict[str, Any] = {CONNECTION: self._connection}
        self.answering: RequestResponseCycle | None = None
        self._overhead = 0
        self.parser = _Parser(self)
        self._is_in_head = self._is_in_body = self._has_body = self._is_timed = False
        self._is_at_once = self._asks_for_upgrade = False
        self._deadline: float | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._wait(SECONDS_KEPT_ALIVE)

    def data_received(self, data: bytes) -> None:
        """Take what has come in; a client that leaves a request unfinished too long, or its head, is left in turn."""
        self._has_body = False
        super().data_received(data)
        self._overhead = 0 if self._has_body else self._overhead + len(data)
        if (self._is_in_head or self._is_in_body) and self._overhead > _MOST_BYTES_OF_A_HEAD:
            if not self.transport.is_closing():
                self.send_400_response("The head of the request is too long")
        elif self._is_in_body:
            self._wait(_SECONDS_FOR_MORE)
        elif not self._is_in_head:
            self._wait(None if self._is_answering else SECONDS_KEPT_ALIVE)
        elif not self._is_timed:
            self._is_timed = True
            self._wait(_SECONDS_FOR_A_HEAD)

    @property
    def _is_answering(self) -> bool:
        return self.answering is not None and not self.answering.response_complete

    def eof_received(self) -> bool:  # type: ignore[override]
        """Keep the connection of a client that will send no more until it has all its answers."""
        self._connection.finished.set()
        is_complete = not self._is_in_head and not self._is_in_body
        return self._is_answering and is_complete and self.scheme == "http"

    def on_response_complete(self) -> None:
        """Answer what was sent meanwhile; close the connection once that is all its client was to send."""
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        if self._is_in_head or (self._is_in_body and self.cycle is not self.answering):
            self._wait(_SECONDS_FOR_MORE)  # a client may have waited for this answer before it sends the rest
        self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
        elif not self._is_in_head and not self._is_in_body:
            self._wait(SECONDS_KEPT_ALIVE)
        if self._connection.finished.is_set() and not self._is_answering and not self.transport.is_closing():
            self.transport.close()

    def _unset_keepalive_if_required(self) -> None:
        """Leave it to `_wait`: a timer for each request would cost more than most answers."""

    def _wait(self, seconds: float | None) -> None:
        """Close the connection unless more comes in so many seconds; None for waiting no longer."""
        if seconds is None:
            self._deadline = None
            return
        self._deadline = self.loop.time() + seconds
        if self._timer is not None:
            if self._timer.when() <= self._deadline:
                return  # it will look again
            self._timer.cancel()
        self._timer = self.loop.call_at(self._deadline, self._look)

    def _look(self) -> None:
        """Close the connection if it has waited long enough; else look again when it will have."""
        self._timer = None
        if self._deadline is None:
            return
        if self._is_answering and (self._is_in_head or self.cycle is not self.answering):
            # What is waited for is of a later request.
            self._wait(_SECONDS_FOR_MORE)
        elif self._deadline - self.loop.time() > _A_MOMENT:
            self._timer = self.loop.call_at(self._deadline, self._look)
        elif not self.transport.is_closing():
            self.transport.close()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        """Have the application answer: at once where it can, since a task for each request costs more than most."""
        if self.transport.is_closing():
            return
        self.answering = cycle
        if cycle is self.cycle and self._is_in_body:
            self._note_that_it_closes(cycle)
        answer_at_once = getattr(app, "answer_at_once", None)
        # Answers to what was sent after a slow request come out of each other: those are tasks.
        if answer_at_once is None or self._is_at_once or self.flow.write_paused:
            super()._start_asgi_task(cycle, app)
            return
        self._is_at_once = True
        try:
            reply = answer_at_once(cycle.scope)
            if isinstance(reply, Reply):
                self._connection.answer_at_once(cycle, reply)
            else:
                super()._start_asgi_task(cycle, reply or app)
        finally:
            self._is_at_once = False

    def head_without_upgrade(self) -> bytes | None:
        """Give the head that was read, which asks for an upgrade, without that; None for a CONNECT.

        The parser takes all that follows such a head for another protocol, a body as well, and can't be asked not to.
        """
        if not self._asks_for_upgrade:
            return None
        self._asks_for_upgrade = False
        method, version = self.parser.get_method(), self.parser.get_http_version().encode()
        lines = [b"%s %s HTTP/%s" % (method, self.url, version)]
        for name, value in self.headers:
            options = [each for each in value.split(b",") if each.strip().lower() != b"upgrade"]
            lines.append(b"%s: %s" % (name, b",".join(options) if name == b"connection" else value))
        return b"\r\n".join([*lines, b"", b""])

    def _note_that_it_closes(self, cycle: RequestResponseCycle) -> None:
        """Let the last answer be one after which the client wants no more: uvicorn sees that itself from 0.53 on."""
        cycle.keep_alive = cycle.keep_alive and self.parser.should_keep_alive()

    def connection_lost(self, exc: Exception | None) -> None:
        """End what waits for it."""
        for cycle in [self.answering, *(cycle for cycle, _ in self.pipeline)]:
            if cycle is not None and not cycle.response_complete:
                cycle.disconnected = True  # the server itself knows this of the last one only
        self.pipeline.clear()
        super().connection_lost(exc)
        if self._timer is not None:
            self._timer.cancel()  # or it would hold on to the connection
        self._connection.end()

    def on_message_begin(self) -> None:
        """Begin to read a head."""
        super().on_message_begin()
        self._is_in_head, self._is_timed, self._overhead = True, False, 0
        self.scope["extensions"] = self._extensions

    def on_body(self, body: bytes) -> None:
        """Take some of the body."""
        self._has_body = True
        super().on_body(body)

    def on_headers_complete(self) -> None:
        """Begin to read a body."""
        self._asks_for_upgrade = self.parser.should_upgrade() and self.parser.get_method() != b"CONNECT"
        if self._asks_for_upgrade:
            return  # it is read once more
        self._is_in_head, self._is_in_body = False, True
        super().on_headers_complete()
        if self.cycle is not None and not self.cycle.response_complete:
            self._note_that_it_closes(self.cycle)
        self.headers = []  # what comes after a body is a trailer, and says nothing of the request

    def on_message_complete(self) -> None:
        """Note that the request is whole."""
        if self._asks_for_upgrade:
            return
        self._is_in_body = False
        super().on_message_complete()
