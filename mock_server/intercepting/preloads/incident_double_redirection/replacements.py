"""What takes the place of other modules' functions: they ask where a host leads, and go there."""

from __future__ import annotations

import functools
import socket
from collections.abc import Callable
from typing import Any

from .leading import find, note_resolved, require_permitted, standing_in, target
from .names import port_of
from .patching import Patch
from .tls import tls_patches

_INTERNET = (socket.AF_INET, socket.AF_INET6)


def _getaddrinfo(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def getaddrinfo(
        host: Any,
        port: Any,
        family: int = 0,
        type: int = 0,
        proto: int = 0,
        flags: int = 0,
    ) -> Any:
        if find(host) is not None:
            address = standing_in(host)
            shown = f"::ffff:{address}" if family == socket.AF_INET6 else address
            return original(shown, port, family, type, proto, flags)
        require_permitted(host, port_of(port))
        found = original(host, port, family, type, proto, flags)
        if host:
            note_resolved(host, [str(each[4][0]) for each in found if each[0] in _INTERNET])
        return found

    return getaddrinfo


def _gethostbyname(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def gethostbyname(host: Any) -> Any:
        if find(host) is not None:
            return original(standing_in(host))
        require_permitted(host, None)
        return original(host)

    return gethostbyname


def _connect(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def connect(self: socket.socket, address: Any) -> Any:
        return original(self, led(self.family, address))

    return connect


def led(family: int, address: Any) -> Any:
    """Say where a socket of that family is to connect to instead. Raises ConnectionRefusedError for what is refused."""
    if family not in _INTERNET or not isinstance(address, tuple) or len(address) < 2:
        return address
    host, port = address[0], port_of(address[1])
    found = target(host, port)
    if found is None:
        require_permitted(host, port)
        return address
    return (f"::ffff:{found[0]}", found[1], 0, 0) if family == socket.AF_INET6 else found


def _sendto(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def sendto(self: socket.socket, data: Any, *arguments: Any) -> Any:
        if arguments:
            led(self.family, arguments[-1])
        return original(self, data, *arguments)

    return sendto


def _sockets(module: Any) -> list[Patch]:
    return [
        Patch(module, "getaddrinfo", _getaddrinfo),
        Patch(module, "gethostbyname", _gethostbyname),
        Patch(module, "gethostbyname_ex", _gethostbyname),
        Patch(module.socket, "connect", _connect),
        Patch(module.socket, "connect_ex", _connect),
        Patch(module.socket, "sendto", _sendto),
    ]


def _loop_getaddrinfo(_: Callable[..., Any]) -> Callable[..., Any]:
    async def getaddrinfo(
        self: Any,
        host: Any,
        port: Any,
        *,
        family: int = 0,
        type: int = 0,
        proto: int = 0,
        flags: int = 0,
    ) -> Any:
        ask = functools.partial(socket.getaddrinfo, host, port, family, type, proto, flags)
        return await self.run_in_executor(None, ask)

    return getaddrinfo


def _create_connection(original: Callable[..., Any]) -> Callable[..., Any]:
    async def create_connection(
        self: Any, protocol_factory: Any, host: Any = None, port: Any = None, **options: Any
    ) -> Any:
        if host is not None:
            found = target(host, port_of(port))
            if found is None:
                require_permitted(host, port_of(port))
            else:
                if options.get("ssl") and options.get("server_hostname") is None:
                    options["server_hostname"] = host
                host, port = found
        return await original(self, protocol_factory, host, port, **options)

    return create_connection


def _create_datagram_endpoint(original: Callable[..., Any]) -> Callable[..., Any]:
    async def create_datagram_endpoint(
        self: Any, protocol_factory: Any, local_addr: Any = None, remote_addr: Any = None, **options: Any
    ) -> Any:
        if remote_addr is not None:
            require_permitted(remote_addr[0], port_of(remote_addr[1]))
        return await original(self, protocol_factory, local_addr, remote_addr, **options)

    return create_datagram_endpoint


def _uvloop(module: Any) -> list[Patch]:
    """Its loops resolve and connect in C."""
    return [
        Patch(module.Loop, "getaddrinfo", _loop_getaddrinfo),
        Patch(module.Loop, "create_connection", _create_connection),
        Patch(module.Loop, "create_datagram_endpoint", _create_datagram_endpoint),
    ]


def _resolve(original: Callable[..., Any]) -> Callable[..., Any]:
    async def resolve(self: Any, host: Any, port: Any = 0, family: int = socket.AF_INET) -> Any:
        if find(host) is None:
            require_permitted(host, port_of(port))
            found = await original(self, host, port, family)
            note_resolved(host, [str(each["host"]) for each in found])
            return found
        flags = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
        found = {"hostname": host, "host": standing_in(host), "port": port, "family": socket.AF_INET}
        return [{**found, "proto": 0, "flags": flags}]

    return resolve


def _aiohttp(module: Any) -> list[Patch]:
    """Where aiodns is installed, it asks for names in C."""
    return [Patch(module.AsyncResolver, "resolve", _resolve)]


REPLACEMENTS = {"socket": _sockets, "ssl": tls_patches, "uvloop": _uvloop, "aiohttp.resolver": _aiohttp}
"""By the name of the module, what patches it."""
