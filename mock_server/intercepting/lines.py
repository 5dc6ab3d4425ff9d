"""Connections as a proxy has them: taken in a thread of its own, and made one of two, ends and resets included."""

import asyncio
import socket
import ssl
import struct
import threading
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager

Address = tuple[str, int]
_MOST_BYTES = 64 * 1024


class Line:
    """One end of a connection: what comes in, and what goes out."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    @classmethod
    async def opened(cls, host: str, port: int, *, tls: ssl.SSLContext | None = None) -> "Line":
        """Give a new connection to there. Raises OSError."""
        return cls(*await asyncio.open_connection(host, port, ssl=tls))

    def reset(self) -> None:
        """Close it with a TCP reset, as the other end was."""
        connection = self.writer.get_extra_info("socket")
        if connection is not None and not self.writer.transport.is_closing():
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


async def splice(one: Line, other: Line) -> None:
    """Pass on what both say, until both have ended or either breaks."""
    try:
        await asyncio.gather(_pass(one, other), _pass(other, one))
    except OSError:
        one.reset()
        other.reset()
    finally:
        one.writer.close()
        other.writer.close()


async def _pass(source: Line, target: Line) -> None:
    while content := await source.reader.read(_MOST_BYTES):
        target.writer.write(content)
        await target.writer.drain()
    if target.writer.can_write_eof():
        target.writer.write_eof()
    else:
        target.writer.close()  # TLS has no half of a connection that stays open


@contextmanager
def listening(
    handle: Callable[[Line], Awaitable[None]], *, port: int = 0, tls: ssl.SSLContext | None = None
) -> Iterator[Address]:
    """Handle each connection to a port of the loopback, in a thread, until the block ends; port 0 picks a free one.

    An OSError of a handler, such as that of a client which left, ends that connection and nothing else. Yields the
    address. Raises OSError where it can't listen.
    """
    with socket.create_server(("127.0.0.1", port)) as listener:
        loop = asyncio.new_event_loop()
        ended = asyncio.Event()
        thread = threading.Thread(target=_run, args=(loop, _serve(handle, listener, tls, ended)), daemon=True)
        thread.start()
        try:
            yield listener.getsockname()[:2]
        finally:
            loop.call_soon_threadsafe(ended.set)
            thread.join()


def _run(loop: asyncio.AbstractEventLoop, serve: Coroutine[None, None, None]) -> None:
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        runner.run(serve)


async def _serve(
    handle: Callable[[Line], Awaitable[None]],
    listener: socket.socket,
    tls: ssl.SSLContext | None,
    ended: asyncio.Event,
) -> None:
    async def serve_one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await handle(Line(reader, writer))
        except OSError:
            pass  # the client left, or said nothing, or whom it asks for is gone
        finally:
            writer.close()

    server = await asyncio.start_server(serve_one, sock=listener, ssl=tls, limit=_MOST_BYTES)
    await ended.wait()
    server.close()  # what still goes on is cancelled, when the loop ends
