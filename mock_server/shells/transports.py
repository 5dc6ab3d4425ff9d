"""A double without a socket: transports for httpx, and so for every client that is built on it.

A client sees what it would see over a socket: the same answers, and the same exceptions for an armed fault. A
transport stands for one connection that is kept alive. The asynchronous one waits by asyncio.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator

import httpx

from ..accounts import Accounts
from ..pipeline import Double
from ..request.messages import Reply, Request, is_own
from ..request.request_body import RequestBody
from .transmitting import Head, Sending, Step, reset_error, steps

Control = Callable[[Request], Reply]
"""Answers what is asked of the double's own paths."""


class DoubleTransport(httpx.BaseTransport):
    """Hands the requests of a client to a double. `control` answers those for the double's own paths, if given."""

    def __init__(self, double: Double | Accounts, *, control: Control | None = None) -> None:
        self._line = _Line(double, control)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Give the double's answer. Raises what httpx raises over a socket."""
        body = RequestBody()
        for part in request.stream:  # type: ignore[union-attr]  # that of a synchronous client is iterable
            body.add(part)
        arriving = self._line.answer(request, body)
        for seconds in arriving.before():
            time.sleep(seconds)
        return arriving.response(_Stream(arriving.rest()))


class AsyncDoubleTransport(httpx.AsyncBaseTransport):
    """Hands the requests of an asynchronous client to a double, as `DoubleTransport` does."""

    def __init__(self, double: Double | Accounts, *, control: Control | None = None) -> None:
        self._line = _Line(double, control)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Give the double's answer. Raises what httpx raises over a socket."""
        body = RequestBody()
        async for part in request.stream:  # type: ignore[union-attr]  # that of an asynchronous client is
            body.add(part)
        arriving = self._line.answer(request, body)
        for seconds in arriving.before():
            await asyncio.sleep(seconds)
        return arriving.response(_AsyncStream(arriving.rest()))


class _Stream(httpx.SyncByteStream):
    def __init__(self, parts: Iterator[float | bytes]) -> None:
        self._parts = parts

    def __iter__(self) -> Iterator[bytes]:
        for part in self._parts:
            if isinstance(part, bytes):
                yield part
            else:
                time.sleep(part)


class _AsyncStream(httpx.AsyncByteStream):
    def __init__(self, parts: Iterator[float | bytes]) -> None:
        self._parts = parts

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for part in self._parts:
            if isinstance(part, bytes):
                yield part
            else:
                await asyncio.sleep(part)


class _Line:
    """What stands for the connection."""

    def __init__(self, double: Double | Accounts, control: Control | None) -> None:
        self._double = double
        self._control = control
        self._resets_next = False

    def answer(self, request: httpx.Request, body: RequestBody) -> "_Arriving":
        """Have the request answered.

        Raises ReadError where the fault of an earlier one resets the connection, ConnectError by a closed double.
        """
        if self._resets_next:
            self._resets_next = False
            raise reset_error()
        if isinstance(self._double, Accounts) and self._double.is_closed:
            raise httpx.ConnectError("this double is closed")
        asked = _asked(request, body.content())
        if not is_own(request.url.path):
            reply = self._double.answer(asked)
        else:
            reply = Reply(404) if self._control is None else self._control(asked)
        self._resets_next = reply.transmission is not None and reply.transmission.manner == "reset-after"
        return _Arriving(steps(Sending(reply, request.extensions.get("timeout", {}).get("read"))))


class _Arriving:
    """A reply as it comes in: its waits and its head, then the rest."""

    def __init__(self, arriving: Iterator[Step]) -> None:
        self._steps = arriving
        self._head = Head(0, [])

    def before(self) -> Iterator[float]:
        """Give the seconds to wait until status and headers are there. Raises where they never are."""
        for step in self._steps:
            if isinstance(step, Head):
                self._head = step
                return
            if not isinstance(step, bytes):
                yield step

    def rest(self) -> Iterator[float | bytes]:
        """Give the parts of the body, and the seconds between them. Raises where it breaks off."""
        for step in self._steps:
            if not isinstance(step, Head):
                yield step

    def response(self, stream: httpx.SyncByteStream | httpx.AsyncByteStream) -> httpx.Response:
        """Make a response of status and headers, whose body is yet to come."""
        return httpx.Response(
            self._head.status,
            headers=self._head.headers,
            stream=stream,
            extensions={"http_version": b"HTTP/1.1"},
        )


def _asked(request: httpx.Request, body: bytes | None) -> Request:
    path, _, query = request.url.raw_path.partition(b"?")
    host = request.headers.get("host") or request.url.netloc.decode("ascii")
    return Request(
        method=request.method,
        path=path.decode("ascii", "replace"),
        query=query.decode("ascii", "replace"),
        authorization=request.headers.get("authorization"),
        body=body,
        base_url=f"{request.url.scheme}://{host}",
        headers=request.headers,
    )
