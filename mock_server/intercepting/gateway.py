"""The ways into a double for clients that ask for its hosts: by TLS as the host itself, in the clear, by a proxy."""

import socket
import ssl
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from starlette.types import ASGIApp

from ..shells.serving import Server, served
from .authority import Authority, replace_file, server_context
from .hosts import API_HOST, HTTP, HTTPS, AllowedHosts, Listening, listening_at
from .lines import Address, Line, listening, splice
from .only_hosts import OnlyHosts
from .proxy import Routes, proxying, report_once


@dataclass(frozen=True)
class Gateway:
    """Where a double is reached as its hosts."""

    hosts: tuple[str, ...]
    tls: Address
    """Speaks TLS as whichever of the hosts is asked for."""
    plain: Address
    """Speaks HTTP without TLS."""
    authorities: str
    """The certificates that clients are to trust, as PEM."""
    allowed: AllowedHosts
    proxy: Address
    """A proxy that leads to both."""


@contextmanager
def gateway_to(
    app_or_url: ASGIApp | str,
    *,
    hosts: Iterable[str] = (API_HOST,),
    allowed: AllowedHosts | None = None,
    proxy_port: int = 0,
) -> Iterator[Gateway]:
    """Open the ways to an application, or to a double that runs at a URL, until the block ends.

    Raises OSError where it can't listen, and ValueError for a URL that isn't a double's.
    """
    authorities = {host: Authority.kept(host) for host in hosts}
    with ExitStack() as opened:
        context = server_context(authorities)
        if isinstance(app_or_url, str):
            target = listening_at(app_or_url)
            tls = opened.enter_context(relaying(target, context))
            plain = tls if target.is_secure else (target.host, target.port)
        else:
            app = OnlyHosts(app_or_url, authorities)
            tls = _address(opened.enter_context(served(app, tls=context)))
            plain = _address(opened.enter_context(served(app)))
        allowed = allowed or AllowedHosts()
        doubles = {(host, port): at for host in authorities for port, at in ((HTTPS, tls), (HTTP, plain))}
        proxy = opened.enter_context(proxying(Routes(doubles, allowed, report_once()), port=proxy_port))
        pem = "".join(authority.pem for authority in authorities.values())
        yield Gateway(tuple(authorities), tls, plain, pem, allowed, proxy)


@contextmanager
def answering_as(
    hosts: Iterable[str], app: ASGIApp, listener: socket.socket, authority_file: Path
) -> Iterator[None]:
    """Serve an application as the hosts themselves, by TLS, until the block ends.

    The authorities that clients are to trust are in the file then, as PEM. Raises OSError where it can't be written.
    """
    authorities = {host: Authority.kept(host) for host in hosts}
    replace_file(authority_file, "".join(each.pem for each in authorities.values()).encode(), mode=0o644)
    with served(OnlyHosts(app, authorities), listener=listener, tls=server_context(authorities)):
        yield


@contextmanager
def relaying(target: Listening, tls: ssl.SSLContext) -> Iterator[Address]:
    """End TLS for a double that speaks HTTP, and pass on everything, until the block ends. Yields the address."""

    context = ssl.create_default_context() if target.is_secure else None

    async def relay(client: Line) -> None:
        await splice(client, await Line.opened(target.host, target.port, tls=context))

    with listening(relay, tls=tls) as address:
        yield address


def _address(server: Server) -> Address:
    return server.host, server.port
