"""An application that answers for some hosts, and says so of all others."""

from collections.abc import Iterable

from starlette.types import ASGIApp, Receive, Scope, Send


class OnlyHosts:
    """An application for requests to some hosts; those for others are misdirected (421)."""

    def __init__(self, app: ASGIApp, hosts: Iterable[str]) -> None:
        self._app = app
        self._hosts = frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http" and not self._is_for_us(scope["headers"]):
            body = b"incident-double: another host is asked for than it answers for here\n"
            fields = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", b"%d" % len(body))]
            await send({"type": "http.response.start", "status": 421, "headers": fields})
            await send({"type": "http.response.body", "body": body})
            return
        await self._app(scope, receive, send)

    def _is_for_us(self, headers: Iterable[tuple[bytes, bytes]]) -> bool:
        named = [value.decode("latin-1") for name, value in headers if name == b"host"]
        return len(named) == 1 and named[0].lower().partition(":")[0].removesuffix(".") in self._hosts
