"""The shell around the pipeline: sockets in, replies out."""

from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from .delivering import deliver
from .exchange import CONTROL, Request
from .pipeline import Double
from .request_body import RequestBody

REPLY = "incident_double.reply"
"""Under this name the scope holds the Reply, for an application around this one."""


def create_app(double: Double) -> ASGIApp:
    """An ASGI application that serves the double, and says at `/_double/health` that it is ready."""
    return _App(double)


class _App:
    """A bare ASGI application: Starlette's own routes, request and response would cost more than the answer."""

    def __init__(self, double: Double) -> None:
        self._double = double
        routes = [Route(f"{CONTROL}health", self._health)]
        self._control = Router(routes, redirect_slashes=False, default=Response(status_code=404))

    async def _health(self, _: HttpRequest) -> Response:
        return JSONResponse({"status": "ok", "incidents": len(self._double.store.incidents.index)})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(CONTROL):
            await self._control(scope, receive, send)
            return
        headers: Mapping[bytes, bytes] = dict(scope["headers"])
        body: bytes | None = b""
        if _may_have_body(scope, headers):
            try:
                body = await _body(receive)
            except ClientDisconnect:
                return
        authorization = headers.get(b"authorization")
        reply = self._double.answer(
            Request(
                method=scope["method"],
                path=(scope.get("raw_path") or scope["path"].encode()).decode("ascii", "replace"),
                query=scope["query_string"].decode("ascii", "replace"),
                authorization=None if authorization is None else authorization.decode("latin-1"),
                body=body,
                base_url=_base_url(scope, headers),
                headers=Headers(raw=scope["headers"]),
            )
        )
        fields = [(name.encode(), value.encode()) for name, value in reply.headers]
        fields.append((b"content-length", b"%d" % len(reply.body)))
        scope[REPLY] = reply
        start = {"type": "http.response.start", "status": reply.status, "headers": fields}
        if reply.delivery is not None:
            await deliver(reply, start, reply.delivery, scope, receive, send)
            return
        await send(start)
        await send({"type": "http.response.body", "body": reply.body})


def _may_have_body(scope: Scope, headers: Mapping[bytes, bytes]) -> bool:
    # HTTP/1 announces a body in the headers, later versions needn't.
    return b"content-length" in headers or b"transfer-encoding" in headers or scope["http_version"] > "1.1"


async def _body(receive: Receive) -> bytes | None:
    """The body, or None when it is too large; read to its end all the same, so that the answer can be read.

    Raises ClientDisconnect when the client left before it had sent all of it.
    """
    body = RequestBody()
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
