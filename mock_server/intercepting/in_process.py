"""Bringing what this very process sends to some hosts to a double, whichever library sends it."""

import os
import socket
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from urllib.request import getproxies_environment

from starlette.types import ASGIApp

from ..shells.serving import Server, served
from .authority import Authority, server_context
from .hosts import API_HOST, HTTP, HTTPS, host_name
from .only_hosts import OnlyHosts
from .preloads.incident_double_redirection import Redirection, begin, end
from .preloads.incident_double_redirection.names import is_address, is_loopback

_UNPROXIED = ("NO_PROXY", "no_proxy")


class Interceptor:
    """Stands in for hosts in this process, with an application behind. Listens once it is first asked to.

    Its authority is its own, and known to nobody else. To be closed after use.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._opened = ExitStack()
        self._listeners: dict[tuple[str, ...], _Listener] = {}

    @contextmanager
    def intercepting(self, hosts: Iterable[str], *, block_network: bool) -> Iterator[None]:
        """Stand in for the hosts, the vendor's API where none is named, until the block ends.

        With `block_network`, whatever else would leave this machine is refused: the error is a
        ConnectionRefusedError, or what a library makes of one. Raises ValueError, in one line, for what is no host.
        """
        names = tuple(sorted(set(map(host_name, hosts)) or {API_HOST}))
        listener = self._listeners.get(names) or self._listen(names)
        redirection = Redirection(
            names, listener.ports, listener.authorities, _refused_beyond if block_network else _permitted
        )
        with _unproxied(names):
            begin(redirection)
            try:
                yield
            finally:
                end(redirection)
                listener.drop_connections()

    def close(self) -> None:
        """Listen no longer."""
        self._listeners.clear()
        self._opened.close()

    def _listen(self, hosts: tuple[str, ...]) -> "_Listener":
        authorities = {host: Authority.made(host) for host in hosts}
        app = OnlyHosts(self._app, hosts)
        tls = self._opened.enter_context(served(app, tls=server_context(authorities)))
        plain = self._opened.enter_context(served(app))
        pem = "".join(authority.pem for authority in authorities.values())
        self._listeners[hosts] = listener = _Listener(tls, plain, pem)
        return listener


class _Listener:
    """Where some hosts are answered for."""

    def __init__(self, tls: Server, plain: Server, authorities: str) -> None:
        self._servers = {HTTPS: tls, HTTP: plain}
        self.ports = {port: (server.host, server.port) for port, server in self._servers.items()}
        self.authorities = authorities

    def drop_connections(self) -> None:
        for server in self._servers.values():
            server.drop_connections()


def _permitted(_: str, __: int | None) -> str | None:
    return None


def _refused_beyond(host: str, port: int | None) -> str | None:
    """Why a connection is refused where the network is blocked; None for one that stays on this machine."""
    if is_loopback(host) or host == socket.gethostname().lower() or _is_own(host):
        return None
    shown = host if port is None else f"{host}:{port}"
    return f"refused {shown}, which is beyond this machine (block_network=True)"


def _is_own(address: str) -> bool:
    """Whether it is an address of this machine's, so that one could listen on it."""
    if not is_address(address):
        return False
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((address, 0))
        except OSError:
            return False
    return True


@contextmanager
def _unproxied(hosts: Iterable[str]) -> Iterator[None]:
    """Have the proxies that the environment names not asked for the hosts: they would be asked for the real ones."""
    if not getproxies_environment():
        yield
        return
    before = {name: os.environ.get(name) for name in _UNPROXIED}
    known = before["no_proxy"] or before["NO_PROXY"]
    os.environ.update(dict.fromkeys(_UNPROXIED, ",".join([*([known] if known else []), *hosts])))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
