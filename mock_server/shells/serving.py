"""A server on a socket: in a thread of this process, or as the command runs it."""

import asyncio
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import uvicorn

from .connections import Protocol

_SECONDS_TO_START = 30


def configured(app: Any, *, log_level: str = "critical", seconds_to_finish: int = 1) -> uvicorn.Config:
    """Say how an application is served; in `seconds_to_finish` what still goes on is cut off at the end."""
    return uvicorn.Config(
        app,
        http=Protocol,
        log_level=log_level,
        access_log=False,
        server_header=False,
        lifespan="off",
        ws="none",
        proxy_headers=False,  # or FORWARDED_ALLOW_IPS would let everyone say that they are this machine
        timeout_graceful_shutdown=seconds_to_finish,
    )


_SECONDS_OF_A_TICK = 0.1
_TICKS = 864_000
"""As uvicorn counts them, for what it does every second."""


class Server(uvicorn.Server):
    """A server in a thread of its own, at `port` of `host`."""

    def __init__(self, config: uvicorn.Config, listener: socket.socket) -> None:
        super().__init__(config)
        self.host, self.port = listener.getsockname()[:2]
        self.ready = threading.Event()
        self._ending = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer, and say so."""
        self._loop = asyncio.get_running_loop()
        await super().startup(sockets)
        self.ready.set()

    def end(self) -> None:
        """Have it end, at once where no request is being answered. From any thread."""
        self.should_exit = True
        if self._loop is not None:
            with suppress(RuntimeError):  # it has ended
                self._loop.call_soon_threadsafe(self._ending.set)

    async def main_loop(self) -> None:
        """Go on until the end is asked for: uvicorn looks for that ten times a second, and `end` has it look now."""
        ticks = 0
        while not await self.on_tick(ticks):
            ticks = (ticks + 1) % _TICKS
            with suppress(TimeoutError):
                await asyncio.wait_for(self._ending.wait(), _SECONDS_OF_A_TICK)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close what is idle at once; requests that are being answered are waited for as uvicorn does."""
        if not self.server_state.tasks:
            for server in self.servers:
                server.close()
            for listener in sockets or []:
                listener.close()
            for connection in list(self.server_state.connections):
                connection.shutdown()
            await asyncio.sleep(0)  # in which they are closed
        if self.server_state.tasks or self.server_state.connections:
            await super().shutdown(sockets)

    def drop_connections(self) -> None:
        """Break off every connection, whatever goes on there. Returns when that is done."""
        if self._loop is not None:
            asyncio.run_coroutine_threadsafe(self._drop_connections(), self._loop).result(_SECONDS_TO_START)

    async def _drop_connections(self) -> None:
        for connection in list(self.server_state.connections):
            connection.transport.abort()


@contextmanager
def served(
    app: Any, *, listener: socket.socket | None = None, tls: ssl.SSLContext | None = None
) -> Iterator[Server]:
    """Serve an ASGI application in a thread until the block ends, by TLS where a context is given.

    Without a socket that listens already, a free port of the loopback is taken. The server answers when it is yielded.
    Raises OSError where it can't listen.
    """
    config = configured(app)
    config.load()
    config.ssl = tls
    with listener or socket.create_server(("127.0.0.1", 0)) as listening:
        server = Server(config, listening)
        thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
        thread.start()
        try:
            if not server.ready.wait(_SECONDS_TO_START):
                raise TimeoutError("the double did not start")
            yield server
        finally:
            if tls is not None:
                server.drop_connections()  # or each would wait for its client to say that it ends, too
            server.end()
            thread.join()


@contextmanager
def serving(app: Any, *, host: str = "127.0.0.1", port: int = 0) -> Iterator[str]:
    """Serve an ASGI application in a thread until the block ends; port 0 picks a free one.

    Yields its base URL, once it answers. Raises OSError where it can't listen.
    """
    with served(app, listener=socket.create_server((host, port))) as server:
        yield f"http://{host}:{server.port}"
