"""The shell around the pipeline: sockets in, replies out."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import partial
from threading import Thread

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.routing import Router
from starlette.types import ASGIApp, Receive, Scope, Send

from ..accounts import Accounts
from ..assumptions import BODY_LIMIT
from ..console import Console
from ..control import ControlPlane
from ..control.plane import SETTLE, body_limit
from ..pipeline import Double
from ..request.messages import Reply, Request, is_own, size_of_head
from ..request.request_body import RequestBody
from .cross_origin import open_to, parse_origin
from .delivering import CONNECTION, WITHOUT_LENGTH, deliver


def create_app(
    double: Double | Accounts,
    *,
    control_token: str | None = None,
    control: ControlPlane | None = None,
    origins: Iterable[str] = (),
) -> ASGIApp:
    """Give an ASGI application that serves the double, or several accounts, and the control plane under `/_double/`.

    The control plane is for this machine alone, or, where a control token is given, for whoever knows it. `control`
    is one that others use too. Pages of the `origins` may read and write both, those of any for `*`. Raises ValueError
    for an empty token, and, in one line, for what is no origin.
    """
    allowed = frozenset(map(parse_origin, origins))
    plane = control or ControlPlane(double, token=control_token, origins=allowed)
    app = _App(plane.accounts, Console(plane), is_wrapped=bool(allowed))
    return open_to(allowed, app) if allowed else app


class _App:
    """A bare ASGI application: Starlette's own routes, request and response would cost more than the answer."""

    def __init__(self, accounts: Accounts, console: Console, *, is_wrapped: bool) -> None:
        self._accounts = accounts
        self._is_wrapped = is_wrapped
        """Whether somebody else has to see what is sent."""
        self._console = console
        self._others = Router()
        """For what is no request, such as a server's beginning and end."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._others(scope, receive, send)
            return
        headers: Mapping[bytes, bytes] = dict(scope["headers"])
        request = _request(scope, headers)
        try:
            if is_own(scope["path"]):
                reply = await self._own(request, scope, receive)
            else:
                if _may_have_body(scope, headers):
                    request.body = await _body(receive, BODY_LIMIT)
                reply = self._greeting(request) or self._accounts.answer(request)
        except ClientDisconnect:
            return
        await self._deliver(reply, scope, receive, send)

    def answer_at_once(self, scope: Scope) -> Reply | ASGIApp | None:
        """Give the reply to a read of the API without a task of its own, or what delivers one that comes later.

        None for every other request: then the application is to be called.
        """
        if self._is_wrapped or scope["method"] != "GET" or is_own(scope["path"]):
            return None
        headers: Mapping[bytes, bytes] = dict(scope["headers"])
        if _may_have_body(scope, headers):
            return None
        request = _request(scope, headers)
        reply = self._greeting(request) or self._accounts.answer(request)
        return reply if reply.transmission is None else partial(self._deliver, reply)

    async def _deliver(self, reply: Reply, scope: Scope, receive: Receive, send: Send) -> None:
        connection = None if self._is_wrapped else scope.get("extensions", {}).get(CONNECTION)
        if connection is not None and reply.transmission is None and scope["method"] != "HEAD":
            await connection.answer(reply)
            return
        fields = [(name.encode(), value.encode()) for name, value in reply.headers]
        if reply.status not in WITHOUT_LENGTH:
            fields.append((b"content-length", b"%d" % len(reply.body)))
        start = {"type": "http.response.start", "status": reply.status, "headers": fields}
        if reply.transmission is not None:
            await deliver(reply, start, reply.transmission, scope, receive, send)
            return
        await send(start)
        await send({"type": "http.response.body", "body": reply.body})

    def _greeting(self, request: Request) -> Reply | None:
        """Where a person's browser is sent from the root, unless the document has something there."""
        if request.path != "/" or self._accounts.first.pipeline.router.match("GET", "/"):
            return None
        return self._console.greeting(request)

    async def _own(self, request: Request, scope: Scope, receive: Receive) -> Reply:
        """The reply of the control plane or the console, in a thread: some of it takes long."""
        refusal = self._console.refusal(request)
        if refusal is not None:
            return refusal
        if _may_have_body(scope, dict(scope["headers"])):
            request.body = await _body(receive, body_limit(request.method, request.path))
        if request.path == SETTLE:
            return await _in_thread_of_its_own(self._console.answer, request)
        return await asyncio.to_thread(self._console.answer, request)


async def _in_thread_of_its_own(answer: Callable[[Request], Reply], request: Request) -> Reply:
    """For what waits: those that only work share a few threads, and would have to wait for it; so would an exit."""
    loop = asyncio.get_running_loop()
    answered: asyncio.Future[Reply] = loop.create_future()

    def hand_over(reply: Reply) -> None:
        if not answered.done():
            answered.set_result(reply)

    def run() -> None:
        reply = answer(request)
        with suppress(RuntimeError):  # the server has ended meanwhile
            loop.call_soon_threadsafe(hand_over, reply)

    Thread(target=run, daemon=True).start()
    return await answered


def _request(scope: Scope, headers: Mapping[bytes, bytes]) -> Request:
    authorization, client = headers.get(b"authorization"), scope.get("client")
    return Request(
        method=scope["method"],
        path=(scope.get("raw_path") or scope["path"].encode()).decode("ascii", "replace"),
        query=scope["query_string"].decode("ascii", "replace"),
        authorization=None if authorization is None else authorization.decode("latin-1"),
        base_url=_base_url(scope, headers),
        headers=Headers(raw=scope["headers"]),
        client=client[0] if client else "",
        head_size=size_of_head(scope["headers"]),
    )


def _may_have_body(scope: Scope, headers: Mapping[bytes, bytes]) -> bool:
    # HTTP/1 announces a body in the headers, later versions needn't.
    return b"content-length" in headers or b"transfer-encoding" in headers or scope["http_version"] > "1.1"


async def _body(receive: Receive, limit: int) -> bytes | None:
    """The body, or None when it is over the limit in bytes; read to its end all the same, or no answer could be sent.

    Raises ClientDisconnect when the client left before it had sent all of it.
    """
    body = RequestBody(limit)
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        body.add(message.get("body", b""))
        if not message.get("more_body", False):
            return body.content()


def _base_url(scope: Scope, headers: Mapping[bytes, bytes]) -> str:
    host = headers.get(b"host", b"").decode("latin-1")
    if not host:
        address = scope.get("server") or ("127.0.0.1", None)
        host = address[0] if address[1] is None else f"{address[0]}:{address[1]}"
    return f"{scope['scheme']}://{host}"
