"""Connections to some hosts that this process keeps open: closed, so that pools open new ones."""

from __future__ import annotations

import gc
import os
import socket
import sys
from collections.abc import Iterable, Iterator
from typing import Any

from .names import name_of


def forget_connections(hosts: Iterable[str]) -> None:
    """Close every TLS connection to the hosts, and have resolvers forget their addresses.

    They end as if the server had closed them: a pool notices, and opens another.
    """
    known = frozenset(hosts)
    kinds = frozenset(_kinds())
    if not kinds:
        return
    for found in gc.get_objects():
        if type(found) in kinds:
            _forget(found, known)


def _kinds() -> Iterator[type]:
    """What holds a connection or an address, as far as it is loaded."""
    for module, name in (
        ("ssl", "SSLSocket"),
        ("asyncio.sslproto", "_SSLProtocolTransport"),
        ("uvloop.loop", "_SSLProtocolTransport"),
        ("anyio.streams.tls", "TLSStream"),
        ("trio", "SSLStream"),
        ("aiohttp.connector", "TCPConnector"),
    ):
        kind = getattr(sys.modules.get(module), name, None)
        if kind is not None:
            yield from _with_subclasses(kind)


def _with_subclasses(kind: Any) -> Iterator[type]:
    yield kind
    for each in kind.__subclasses__():
        yield from _with_subclasses(each)


def _forget(found: Any, hosts: frozenset[str]) -> None:
    try:
        if hasattr(found, "clear_dns_cache"):
            found.clear_dns_cache()
        elif isinstance(found, socket.socket):
            if name_of(getattr(found, "server_hostname", None)) in hosts:
                socket.socket.shutdown(found, socket.SHUT_RDWR)
        else:
            tls, connection = _parts(found)
            if name_of(tls.server_hostname) in hosts:
                _shut_down(connection.fileno())
    except (OSError, AttributeError, ValueError, LookupError):
        pass  # it is closed already


def _parts(found: Any) -> tuple[Any, Any]:
    """The TLS object and the socket of a connection that a loop reads from."""
    if hasattr(found, "get_extra_info"):
        return found.get_extra_info("ssl_object"), found.get_extra_info("socket")
    if hasattr(found, "extra"):
        attribute = sys.modules["anyio.abc"].SocketAttribute.raw_socket
        return found._ssl_object, found.extra(attribute)  # noqa: S610 - of anyio
    return found._ssl_object, found.transport_stream.socket


def _shut_down(descriptor: int) -> None:
    """End a connection under a loop that goes on reading from it, and will find that it has ended."""
    with socket.socket(fileno=os.dup(descriptor)) as connection:
        connection.shutdown(socket.SHUT_RDWR)
