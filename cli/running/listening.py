"""The socket on which `serve` listens, and the server that announces itself there."""

import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import click
import uvicorn
from starlette.types import ASGIApp

from ...mock_server.shells.serving import configured
from .ending import Ending

_SECONDS_TO_FINISH = 2


def serve_announced(app: ASGIApp, listener: socket.socket, announcement: str, ending: Ending) -> None:
    """Serve an application until a signal ends it, and say so once it listens."""
    config = configured(app, log_level="warning", seconds_to_finish=_SECONDS_TO_FINISH)
    server = _Server(config, announcement)
    ending.call(server.end)
    server.run([listener])


def listen(host: str, port: int) -> socket.socket:
    """Give a socket that listens there; port 0 picks a free one. Raises click's error where it can't."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(address[:2], family=family)
    except UnicodeError:
        reason = "not a host name"
    except OSError as error:
        reason = str(error.strerror).partition(" (")[0]  # before it names the address once more
    raise click.ClickException(f"can't listen on {host}:{port}: {reason}")


def reachable(listener: socket.socket) -> str:
    """Give host and port by which this machine reaches a socket, as in a URL: every address stands for loopback."""
    host, port = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - nothing is bound
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


class _Server(uvicorn.Server):
    """A server that announces itself once it listens, and ends quietly on a signal."""

    def __init__(self, config: uvicorn.Config, announcement: str) -> None:
        super().__init__(config)
        self._announcement = announcement

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        click.echo(self._announcement)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)  # what is cut off now is no error
        await super().shutdown(sockets)

    def end(self, number: int) -> None:
        """End cleanly; at once, if Ctrl-C says so again."""
        self.handle_exit(number, None)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        # Whoever runs the server does, and goes on to do so while the state is saved.
        yield
