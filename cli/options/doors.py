"""The options of `serve` that open other ways in: a proxy for programs that run, and TLS as the API's host itself."""

import functools
import shlex
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..running.listening import listen, reachable
from .interception import Interception, require_extra

if TYPE_CHECKING:
    from starlette.types import ASGIApp

_AUTHORITY_FILE = "incident-double-ca.pem"
_PORT = click.IntRange(0, 65535)


class Doors:
    """The options of `door_options`. Raises click's error where the extra is missing that they need."""

    def __init__(
        self, *, intercept: bool, proxy_port: int, tls: bool, tls_port: int, authority_file: Path
    ) -> None:
        if intercept:
            require_extra("--intercept")
        if tls:
            require_extra("--tls")
        self._intercept = intercept
        self._proxy_port = proxy_port
        self._tls_port = tls_port if tls else None
        self._authority_file = authority_file
        self._listener: socket.socket | None = None

    def listen(self, host: str) -> None:
        """Listen for TLS, where that is asked for. Raises click's error where it can't."""
        if self._tls_port is not None:
            self._listener = listen(host, self._tls_port)

    @contextmanager
    def opened(self, app: "ASGIApp", interception: Interception) -> Iterator[list[str]]:
        """Open them until the block ends. Yields what is announced of them, line by line. Raises OSError."""
        lines: list[str] = []
        with ExitStack() as stack:
            if self._listener is not None:
                lines += stack.enter_context(self._answering(app, interception, self._listener))
            if self._intercept:
                lines += stack.enter_context(self._intercepting(app, interception))
            yield lines

    @contextmanager
    def _answering(
        self, app: "ASGIApp", interception: Interception, listener: socket.socket
    ) -> Iterator[list[str]]:
        from ...mock_server.intercepting.gateway import answering_as  # noqa: PLC0415 - needs the extra

        file = self._authority_file.absolute()
        with answering_as(interception.hosts, app, listener, file):
            yield [f"TLS       {', '.join(interception.hosts)} at {reachable(listener)}, trusting {file}"]

    @contextmanager
    def _intercepting(self, app: "ASGIApp", interception: Interception) -> Iterator[list[str]]:
        with interception.variables(app, proxy_port=self._proxy_port) as variables:
            exports = [f"export {name}={shlex.quote(value)}" for name, value in variables.items()]
            yield [f"proxy     {variables['HTTPS_PROXY']}, for programs with these variables:", *exports]


_OPTIONS = (
    click.option(
        "--intercept",
        is_flag=True,
        help="Offer a proxy that brings clients of https://api.incident.io here, and print the variables for them.",
    ),
    click.option(
        "--proxy-port",
        type=_PORT,
        default=0,
        show_default=True,
        help="Offer the proxy on this port of 127.0.0.1; 0 picks a free one.",
    ),
    click.option(
        "--tls", is_flag=True, help="Answer as https://api.incident.io itself too, on another port."
    ),
    click.option(
        "--tls-port", type=_PORT, default=443, show_default=True, help="Listen for TLS on this port."
    ),
    click.option(
        "--ca-file",
        "authority_file",
        type=click.Path(path_type=Path, dir_okay=False),
        default=_AUTHORITY_FILE,
        show_default=True,
        help="Write there what clients are to trust for --tls.",
    ),
)


def door_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that open other ways in, as `doors`."""

    @functools.wraps(command)
    def opening(
        intercept: bool,
        proxy_port: int,
        tls: bool,
        tls_port: int,
        authority_file: Path,
        **others: Any,
    ) -> Any:
        doors = Doors(
            intercept=intercept,
            proxy_port=proxy_port,
            tls=tls,
            tls_port=tls_port,
            authority_file=authority_file,
        )
        return command(doors=doors, **others)

    for option in reversed(_OPTIONS):
        opening = option(opening)
    return opening
