"""Names and addresses as sockets are given them."""

from __future__ import annotations

import socket
from typing import Any

_SERVICES = {"https": 443, "http": 80}
_OF_THIS_MACHINE = ("", "localhost", "0.0.0.0", "::", "::1")  # noqa: S104 - to connect to, not to listen on


def name_of(host: Any) -> str:
    """Give a host as it was given, in lower case, without the dot of the root and the zone of an address."""
    if isinstance(host, (bytes, bytearray)):
        host = bytes(host).decode("latin-1")
    if not isinstance(host, str):
        return ""
    return host.lower().rstrip(".").partition("%")[0]


def port_of(port: Any) -> int | None:
    """Give a port as it was given, by number or by name; None where it can't be known."""
    if isinstance(port, (bytes, bytearray)):
        port = bytes(port).decode("latin-1")
    if isinstance(port, str):
        return int(port) if port.isdigit() else _SERVICES.get(port)
    return port if isinstance(port, int) else None


def is_address(name: str) -> bool:
    """Say whether it is an IP address."""
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            socket.inet_pton(family, name)
        except (OSError, ValueError):
            continue
        return True
    return False


def unmapped(name: str) -> str:
    """Give an IPv4 address that is written as an IPv6 one, as itself."""
    prefix = "::ffff:"
    return name[len(prefix) :] if name.startswith(prefix) and "." in name else name


def is_loopback(name: str) -> bool:
    """Say whether it means this machine and nothing beyond, by the looks of it."""
    name = unmapped(name)
    return (
        name in _OF_THIS_MACHINE
        or name.endswith(".localhost")
        or (name.startswith("127.") and is_address(name))
    )
