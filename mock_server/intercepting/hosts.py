"""The hosts that a double stands in for, and those that are let through beside them."""

import re
from collections.abc import Iterable
from ipaddress import ip_address
from typing import NamedTuple
from urllib.parse import urlsplit

API_HOST = "api.incident.io"
"""Where the vendor's API is."""
HTTPS = 443
HTTP = 80
EVERY_HOST = "*"
_LABEL = r"(?!-)[a-z0-9_-]{1,63}(?<!-)"
_NAME = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_MOST_CHARACTERS = 253


def host_name(text: str) -> str:
    """Read a host's name: in lower case, without the root's dot. Raises ValueError, in one line, for other text."""
    name = text.strip().lower().removesuffix(".")
    if len(name) > _MOST_CHARACTERS or not _NAME.fullmatch(name) or is_address(name):
        raise ValueError(f"not the name of a host: {text}")
    return name


def is_address(text: str) -> bool:
    """Say whether it is an IP address, in brackets or not."""
    try:
        ip_address(text.strip("[]"))
    except ValueError:
        return False
    return True


class AllowedHosts:
    """The hosts that are let through, `*` for all. Raises ValueError, in one line, for any other text."""

    def __init__(self, hosts: Iterable[str] = ()) -> None:
        listed = list(hosts)
        self.has_every = EVERY_HOST in listed
        self.names = frozenset(
            text.strip("[]").lower() if is_address(text) else host_name(text)
            for text in listed
            if text != EVERY_HOST
        )

    def __contains__(self, host: str) -> bool:
        return self.has_every or host in self.names


class Listening(NamedTuple):
    """Where a double runs."""

    host: str
    port: int
    is_secure: bool
    """Whether it speaks TLS."""


def listening_at(url: str) -> Listening:
    """Read the base URL of a double that runs, which has no more than a host and a port.

    Raises ValueError, in one line, for any other text.
    """
    refused = ValueError(f"not the base URL of a double, such as http://127.0.0.1:8080: {url}")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise refused from None
    has_more = parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc
    if parts.scheme not in ("http", "https") or not host or has_more:
        raise refused
    is_secure = parts.scheme == "https"
    return Listening(host, (HTTPS if is_secure else HTTP) if port is None else port, is_secure)


def refusal(host: str, port: int) -> str:
    """Give what is said of a host that is not let through, in one line."""
    return f"refused {host}:{port}, which is not the API (--allow-host {host} lets it through)"
