"""The head of a request to a proxy: where it wants to go, and how it is passed on. Nothing unclear is passed on."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from .hosts import HTTP, HTTPS, host_name, is_address

_REQUEST_LINE = re.compile(rb"([A-Z][A-Z-]*) ([\x21-\x7e]+) HTTP/1\.[01]")
_FIELD = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\x00\r\n]*?)[ \t]*")
_AUTHORITY = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^\[\]:/?#@\s]+):([0-9]{1,5})")
_OF_THE_HOP = {
    b"host",
    b"connection",
    b"keep-alive",
    b"proxy-connection",
    b"proxy-authorization",
    b"te",
    b"upgrade",
}
"""Headers that are meant for the proxy, or that it sets."""


@dataclass(frozen=True, slots=True)
class ProxiedRequest:
    """Where a request wants to go, with the head that is sent there; none for a tunnel."""

    host: str
    port: int
    head: bytes | None
    is_secure: bool = False
    """Whether the proxy is asked to speak TLS itself, by a client that knows of no tunnels."""


def parse_head(head: bytes) -> ProxiedRequest:
    """Give the request that a proxy was sent, from its head with the empty line. Raises ValueError, in one line."""
    first, *lines = head.removesuffix(b"\r\n\r\n").split(b"\r\n")
    asked = _REQUEST_LINE.fullmatch(first)
    if asked is None:
        raise ValueError("not the first line of a request")
    method, target = asked[1], asked[2].decode("ascii")
    fields = [_field(line) for line in lines]
    if method == b"CONNECT":
        return ProxiedRequest(*_authority(target), None)
    is_secure = target.lower().startswith("https://")
    default = HTTPS if is_secure else HTTP
    host, port, path = _absolute(target, default)
    shown = host if port == default else f"{host}:{port}"
    kept = [line for line, (name, _) in zip(lines, fields, strict=True) if name not in _OF_THE_HOP]
    # One request for each connection: what follows it can't be meant for another host.
    passed_on = [
        method + b" " + path.encode() + b" HTTP/1.1",
        b"Host: " + shown.encode(),
        b"Connection: close",
    ]
    return ProxiedRequest(host, port, b"\r\n".join([*passed_on, *kept]) + b"\r\n\r\n", is_secure)


def _field(line: bytes) -> tuple[bytes, bytes]:
    matched = _FIELD.fullmatch(line)
    if matched is None:
        raise ValueError("not a header")
    return matched[1].lower(), matched[2]


def _authority(text: str) -> tuple[str, int]:
    matched = _AUTHORITY.fullmatch(text)
    if matched is None or not 0 < int(matched[2]) < 65536:
        raise ValueError("not HOST:PORT")
    return _host(matched[1]), int(matched[2])


def _absolute(target: str, default: int) -> tuple[str, int, str]:
    scheme, separator, rest = target.partition("://")
    if not separator or scheme.lower() not in ("http", "https") or "#" in rest:
        raise ValueError("this is a proxy: it wants CONNECT, or the whole of a URL")
    parts = urlsplit(f"http://{rest}")
    if "@" in parts.netloc:
        raise ValueError("a URL with a user in it")
    has_port = re.search(r":[0-9]+$", parts.netloc)
    host, port = _authority(parts.netloc if has_port else f"{parts.netloc}:{default}")
    query = f"?{parts.query}" if parts.query else ""
    return host, port, (parts.path or "/") + query


def _host(text: str) -> str:
    bare = text.strip("[]")
    return bare.lower() if is_address(bare) else host_name(text)
