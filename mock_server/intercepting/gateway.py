"""The ways into a double for clients that ask for its hosts: by TLS as the host itself, in the clear, by a proxy."""

import ssl
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send

from ..shells.serving import Server, served
from .authority import Authority, server_context
from .hosts import API_HOST, AllowedHosts
from .lines import Address, Line, listening, splice
from .proxy import Routes, proxying, report_once

HTTPS = 443
HTTP = 80


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
    proxy: Address | None = None


@contextmanager
def gateway_to(
    app_or_url: ASGIApp | str,
    *,
    hosts: Iterable[str] = (API_HOST,),
    allowed: AllowedHosts | None = None,
    proxy_port: int = 0,
) -> Iterator[Gateway]:
    """Open the ways to an application, or to a double that runs at a URL, until the block ends.

    Raises OSError where it can't listen, and ValueError for a URL that is none.
    """
    authorities = {host: Authority.kept(host) for host in hosts}
    with ExitStack() as opened:
        context = server_context(authorities)
        if isinstance(app_or_url, str):
            target = _target(app_or_url)
            tls = opened.enter_context(relaying(target, context))
            plain = tls if target.tls else target.address
        else:
            app = OnlyHosts(app_or_url, authorities)
            tls = _address(opened.enter_context(served(app, tls=context)))
            plain = _address(opened.enter_context(served(app)))
        allowed = allowed or AllowedHosts()
        doubles = {(host, port): at for host in authorities for port, at in ((HTTPS, tls), (HTTP, plain))}
        proxy = opened.enter_context(proxying(Routes(doubles, allowed, report_once()), port=proxy_port))
        pem = "".join(authority.pem for authority in authorities.values())
        yield Gateway(tuple(authorities), tls, plain, pem, allowed, proxy)


class OnlyHosts:
    """An application for requests to some hosts; those for others are misdirected (421)."""

    def __init__(self, app: ASGIApp, hosts: Iterable[str]) -> None:
        self._app = app
        self._hosts = frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not self._is_for_us(scope["headers"]):
            body = b"incident-double: another host is asked for than it answers for here\n"
            fields = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", b"%d" % len(body))]
            await send({"type": "http.response.start", "status": 421, "headers": fields})
            await send({"type": "http.response.body", "body": body})
            return
        await self._app(scope, receive, send)

    def _is_for_us(self, headers: Iterable[tuple[bytes, bytes]]) -> bool:
        named = [value.decode("latin-1") for name, value in headers if name == b"host"]
        return len(named) == 1 and named[0].lower().partition(":")[0].removesuffix(".") in self._hosts


@dataclass(frozen=True)
class _Target:
    address: Address
    tls: ssl.SSLContext | None


def _target(url: str) -> _Target:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/"):
        raise ValueError(f"not the base URL of a double, such as http://127.0.0.1:8080: {url}")
    is_secure = parts.scheme == "https"
    address = (parts.hostname, parts.port or (HTTPS if is_secure else HTTP))
    return _Target(address, ssl.create_default_context() if is_secure else None)


@contextmanager
def relaying(target: _Target, tls: ssl.SSLContext) -> Iterator[Address]:
    """End TLS for a double that speaks HTTP, and pass on everything, until the block ends. Yields the address."""

    async def relay(client: Line) -> None:
        host, port = target.address
        await splice(client, await Line.opened(host, port, tls=target.tls))

    with listening(relay, tls=tls) as address:
        yield address


def _address(server: Server) -> Address:
    return server.host, server.port
