"""The Starlette shell around the pipeline: sockets in, replies out."""

from collections.abc import Mapping

from starlette.requests import ClientDisconnect
from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, Router
from starlette.types import Receive, Scope, Send

from .assumptions import BODY_LIMIT
from .exchange import Request
from .pipeline import Double


def create_app(double: Double) -> Router:
    """An ASGI application that serves the double, and says at `/_double/health` that it is ready."""

    async def health(_: HttpRequest) -> Response:
        return JSONResponse({"status": "ok", "incidents": len(double.store.incidents.index)})

    # Whatever is no route is for the double, which knows its own paths; a mount would miss those with line breaks.
    return Router([Route("/_double/health", health)], redirect_slashes=False, default=_Api(double))


class _Api:
    """The API as a bare ASGI endpoint: Starlette's own request and response would cost more than the answer."""

    def __init__(self, double: Double) -> None:
        self._double = double

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        try:
            body = await _body(receive)
        except ClientDisconnect:
            return
        reply = self._double.answer(
            Request(
                method=scope["method"],
                path=(scope.get("raw_path") or scope["path"].encode()).decode("ascii", "replace"),
                query=scope["query_string"].decode("ascii", "replace"),
                authorization=headers.get("authorization"),
                body=body,
                base_url=_base_url(scope, headers),
                headers=headers,
            )
        )
        await send(
            {
                "type": "http.response.start",
                "status": reply.status,
                "headers": [
                    (b"content-length", b"%d" % len(reply.body)),
                    *((name.encode(), value.encode("latin-1")) for name, value in reply.headers),
                ],
            }
        )
        await send({"type": "http.response.body", "body": reply.body})


async def _body(receive: Receive) -> bytes | None:
    """The body, or None when it is too large; read to its end all the same, so that the answer can be read.

    Raises ClientDisconnect when the client left before it had sent all of it.
    """
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        part = message.get("body", b"")
        size += len(part)
        if size <= BODY_LIMIT:
            parts.append(part)
        if not message.get("more_body", False):
            return b"".join(parts) if size <= BODY_LIMIT else None


def _base_url(scope: Scope, headers: Mapping[str, str]) -> str:
    host = headers.get("host", "")
    if not host:
        address = scope.get("server") or ("127.0.0.1", None)
        host = address[0] if address[1] is None else f"{address[0]}:{address[1]}"
    return f"{scope['scheme']}://{host}"
