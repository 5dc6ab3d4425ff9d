"""A double without a socket: transports for httpx, and so for every client that is built on it.

A client sees what it would see over a socket: the same answers, and the same exceptions for an armed fault. A
transport stands for one connection that is kept alive. The asynchronous one waits by asyncio.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator

import httpx

from ..pipeline import Double
from ..request.messages import Reply, Request, is_own
from ..request.request_body import RequestBody
from .delivering import DRIP, MISSING, WITHOUT_LENGTH, bits

Control = Callable[[Request], Reply]
"""Answers what is asked of the double's own paths."""
Step = float | bytes
"""Seconds to wait, or a part of the body."""

_PATIENT = ("late", "drip", "never")
"""Manners in which it is the client that may end an exchange."""
_RESET = "the connection was reset, as an armed fault has it"
_NO_ANSWER = "the server disconnected without an answer, as an armed fault has it"
_INCOMPLETE = "the server disconnected before the whole body was sent, as an armed fault has it"
_GARBLED = "what was sent is no HTTP, as an armed fault has it"
_TIMEOUT = "an armed fault took longer than the client waits"
_NO_TIMEOUT = "an armed fault never answers, and this client would wait for ever: it has no read timeout"


class DoubleTransport(httpx.BaseTransport):
    """Hands the requests of a client to a double. `control` answers those for the double's own paths, if given."""

    def __init__(self, double: Double, *, control: Control | None = None) -> None:
        self._line = _Line(double, control)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The double's answer. Raises what httpx raises over a socket."""
        body = RequestBody()
        for part in request.stream:  # type: ignore[union-attr]  # that of a synchronous client is iterable
            body.add(part)
        answering = self._line.answering(request, body)
        for seconds in answering.before():
            time.sleep(seconds)
        return answering.response(_Stream(answering.body()))


class AsyncDoubleTransport(httpx.AsyncBaseTransport):
    """Hands the requests of an asynchronous client to a double, as `DoubleTransport` does."""

    def __init__(self, double: Double, *, control: Control | None = None) -> None:
        self._line = _Line(double, control)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The double's answer. Raises what httpx raises over a socket."""
        body = RequestBody()
        async for part in request.stream:  # type: ignore[union-attr]  # that of an asynchronous client is
            body.add(part)
        answering = self._line.answering(request, body)
        for seconds in answering.before():
            await asyncio.sleep(seconds)
        return answering.response(_AsyncStream(answering.body()))


class _Stream(httpx.SyncByteStream):
    def __init__(self, steps: Iterator[Step]) -> None:
        self._steps = steps

    def __iter__(self) -> Iterator[bytes]:
        for step in self._steps:
            if isinstance(step, bytes):
                yield step
            else:
                time.sleep(step)


class _AsyncStream(httpx.AsyncByteStream):
    def __init__(self, steps: Iterator[Step]) -> None:
        self._steps = steps

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for step in self._steps:
            if isinstance(step, bytes):
                yield step
            else:
                await asyncio.sleep(step)


class _Line:
    """What stands for the connection."""

    def __init__(self, double: Double, control: Control | None) -> None:
        self._double = double
        self._control = control
        self._is_doomed = False

    def answering(self, request: httpx.Request, body: RequestBody) -> "_Answering":
        """Have the request answered. Raises ReadError where the fault of an earlier one resets the connection."""
        if self._is_doomed:
            self._is_doomed = False
            raise httpx.ReadError(_RESET)
        asked = _asked(request, body.content())
        if not is_own(request.url.path):
            reply = self._double.answer(asked)
        else:
            reply = Reply(404) if self._control is None else self._control(asked)
        manner = None if reply.delivery is None else reply.delivery.manner
        self._is_doomed = manner == "reset-after"
        if manner is not None and manner not in _PATIENT:
            reply.ended = time.monotonic()
        return _Answering(reply, request.extensions.get("timeout", {}).get("read"))


class _Answering:
    """An answer, and how its delivery looks from the client's end, which waits so many seconds for a part of it."""

    def __init__(self, reply: Reply, patience: float | None) -> None:
        self._reply = reply
        self._patience = patience
        self._manner = None if reply.delivery is None else reply.delivery.manner
        self._seconds = 0 if reply.delivery is None else reply.delivery.seconds

    def before(self) -> Iterator[float]:
        """The seconds to wait until status and headers are there. Raises where they never are."""
        match self._manner:
            case "late":
                yield from self._waiting(self._seconds)
            case "never":
                if self._patience is None:
                    raise httpx.ReadTimeout(_NO_TIMEOUT)
                yield from self._waiting(float("inf"))
            case "reset":
                raise httpx.ReadError(_RESET)
            case "reset-during" if not self._reply.body:
                raise httpx.ReadError(_RESET)
            case "cut" | "short-body" if not self._reply.body:
                raise httpx.RemoteProtocolError(_NO_ANSWER)
            case "garbled-chunk" if not self._reply.body:
                raise httpx.RemoteProtocolError(_GARBLED)
            case "garbled-status":
                raise httpx.RemoteProtocolError(_GARBLED)

    def response(self, stream: httpx.SyncByteStream | httpx.AsyncByteStream) -> httpx.Response:
        """Status and headers, and a body that is yet to come."""
        length = len(self._reply.body)
        match self._manner:
            case "garbled-chunk":
                framing = [("transfer-encoding", "chunked")]
            case "short-body":
                framing = [("content-length", str(length + MISSING))]
            case "long-body":
                framing = [("content-length", str(len(self._reply.half))), ("connection", "close")]
            case _:
                has_length = self._reply.status not in WITHOUT_LENGTH
                framing = [("content-length", str(length))] if has_length else []
        return httpx.Response(
            self._reply.status,
            headers=[*self._reply.headers, *framing],
            stream=stream,
            extensions={"http_version": b"HTTP/1.1"},
        )

    def body(self) -> Iterator[Step]:
        """The body as it comes in. Raises where it breaks off."""
        match self._manner:
            case "late":
                yield self._reply.body
                self._reply.ended = time.monotonic()
            case "drip":
                first, *others = bits(self._reply.body, self._seconds)
                yield first
                for bit in others:
                    yield from self._waiting(DRIP)
                    yield bit
                self._reply.ended = time.monotonic()
            case "long-body":
                yield self._reply.half
            case "reset-during":
                yield self._reply.half
                raise httpx.ReadError(_RESET)
            case "cut":
                yield self._reply.half
                raise httpx.RemoteProtocolError(_INCOMPLETE)
            case "garbled-chunk":
                yield self._reply.half
                raise httpx.RemoteProtocolError(_GARBLED)
            case "short-body":
                yield self._reply.body
                raise httpx.RemoteProtocolError(_INCOMPLETE)
            case _:
                yield self._reply.body

    def _waiting(self, seconds: float) -> Iterator[float]:
        """So many seconds, or as many as the client waits. Raises ReadTimeout once it waits no longer."""
        if self._patience is None or seconds <= self._patience:
            yield seconds
        else:
            yield self._patience
            raise httpx.ReadTimeout(_TIMEOUT)


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
