"""A server on a free port, in a thread of this process."""

import asyncio
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from ..mock_server.delivering import CONNECTION

_SECONDS_TO_START = 30
_SECONDS_TO_FINISH = 1
_SECONDS_KEPT_ALIVE = 75


class _Connection:
    """What an armed fault does to a connection."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport

    def close(self) -> None:
        """Close it once everything is sent."""
        self._transport.close()

    def reset(self) -> None:
        """Close it at once, with a TCP reset instead of an end."""
        connection = self._transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._transport.abort()


class _Protocol(HttpToolsProtocol):
    """HTTP that hands over its connection: ASGI itself has no way to reset one."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        extensions: dict[str, Any] = {CONNECTION: _Connection(self.transport)}
        self.scope["extensions"] = extensions


@contextmanager
def serving(app: Any, *, host: str = "127.0.0.1") -> Iterator[str]:
    """Serve an ASGI application until the block ends. Yields its base URL, once it answers."""
    config = uvicorn.Config(
        app,
        http=_Protocol,
        log_level="critical",
        access_log=False,
        server_header=False,
        lifespan="off",
        ws="none",
        timeout_keep_alive=_SECONDS_KEPT_ALIVE,
        timeout_graceful_shutdown=_SECONDS_TO_FINISH,
    )
    server = _Server(config)
    with socket.create_server((host, 0)) as listener:
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        try:
            if not server.ready.wait(_SECONDS_TO_START):
                raise TimeoutError("the double did not start")
            yield f"http://{host}:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


class _Server(uvicorn.Server):
    """A server that says when it is ready."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()
