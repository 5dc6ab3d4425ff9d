"""A proxy for HTTPS and HTTP that leads to a double, for its hosts, and nowhere else unless it is let through.

It reads nothing of what it passes on but the first head: TLS is spoken by the client and whoever answers it.
"""

import asyncio
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from .hosts import HTTP, HTTPS, AllowedHosts, refusal
from .lines import Address, Line, listening, splice
from .proxied_request import ProxiedRequest, parse_head

_SECONDS_FOR_A_HEAD = 30
_SECONDS_TO_CONNECT = 30
_ESTABLISHED = b"HTTP/1.1 200 Connection established\r\n\r\n"


@dataclass(frozen=True)
class Routes:
    """Where a proxy leads: each host and port that a double answers for, with where that is; what is let through."""

    doubles: Mapping[Address, Address]
    allowed: AllowedHosts
    report: Callable[[str], None]
    """What is called with one line for each refusal."""

    def find(self, wanted: ProxiedRequest) -> Address:
        """Say where a request goes.

        Raises PermissionError, in one line, for what is not let through, and ValueError for what only a tunnel does.
        """
        address = (wanted.host, wanted.port)
        found = self.doubles.get(_door(wanted))
        if found is not None:
            return found
        if any(host == wanted.host for host, _ in self.doubles):
            raise PermissionError(f"refused {wanted.host}:{wanted.port}: the API has no such port")
        if wanted.host not in self.allowed:
            raise PermissionError(refusal(*address))
        if wanted.is_secure:
            raise ValueError(f"it wants CONNECT to reach https://{wanted.host}")
        return address


def _door(wanted: ProxiedRequest) -> Address:
    """The host and port of a double that a request would be answered at."""
    if wanted.head is None:
        return wanted.host, wanted.port
    # Who asks the proxy for an https:// URL speaks without TLS all the same: so does what answers.
    is_usual = wanted.port == (HTTPS if wanted.is_secure else HTTP)
    return wanted.host, HTTP if is_usual else 0


def report_once() -> Callable[[str], None]:
    """Give what writes each line that it is called with to standard error, the first time."""
    seen: set[str] = set()

    def report(line: str) -> None:
        if line not in seen:
            seen.add(line)
            sys.stderr.write(f"incident-double: {line}\n")
            sys.stderr.flush()

    return report


@contextmanager
def proxying(routes: Routes, *, port: int = 0) -> Iterator[Address]:
    """Run a proxy until the block ends, on this machine's loopback alone; port 0 picks a free one.

    Yields its address. Raises OSError where it can't listen.
    """
    with listening(lambda client: _handle(client, routes), port=port) as address:
        yield address


async def _handle(client: Line, routes: Routes) -> None:
    try:
        async with asyncio.timeout(_SECONDS_FOR_A_HEAD):
            head = await client.reader.readuntil(b"\r\n\r\n")
        wanted = parse_head(head)
        host, port = routes.find(wanted)
    except asyncio.IncompleteReadError:
        return
    except asyncio.LimitOverrunError:
        await _refuse(client, "431 Request Header Fields Too Large", "the head of the request is too long")
        return
    except ValueError as error:
        await _refuse(client, "400 Bad Request", str(error))
        return
    except PermissionError as error:
        routes.report(str(error))
        await _refuse(client, f"403 incident-double: {error}", str(error))
        return
    try:
        async with asyncio.timeout(_SECONDS_TO_CONNECT):
            target = await Line.opened(host, port)
    except OSError as error:  # TimeoutError is one
        await _refuse(client, "502 Bad Gateway", f"can't reach {host}:{port}: {error.strerror or error}")
        return
    if wanted.head is None:
        client.writer.write(_ESTABLISHED)
    else:
        target.writer.write(wanted.head)
    await splice(client, target)


async def _refuse(client: Line, status: str, reason: str) -> None:
    body = f"incident-double: {reason}\n".encode()
    fields = f"Content-Type: text/plain; charset=utf-8\r\nContent-Length: {len(body)}\r\nConnection: close"
    client.writer.write(f"HTTP/1.1 {status}\r\n{fields}\r\n\r\n".encode() + body)
    await client.writer.drain()
