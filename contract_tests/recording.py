"""Recording what a client and a double say to each other: an ASGI application around the double's own."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ..mock_server import Double, Reply
from ..mock_server.app import REPLY, create_app
from ..mock_server.delivering import Message, Receive, Scope, Send
from ..mock_server.exchange import CONTROL
from ..mock_server.routing import Router
from .conversation import Conversation, Exchange


@dataclass(slots=True)
class _Entry:
    """An exchange while it goes on."""

    started: float
    scope: Scope
    ended: float | None = None
    left: bool = False
    body: list[bytes] = field(default_factory=list)
    status: int = 0
    answer_headers: Any = ()
    answer_body: list[bytes] = field(default_factory=list)


class Recorder:
    """An ASGI application that serves the double and records each exchange. The control plane isn't recorded."""

    def __init__(self, double: Double) -> None:
        self._double = double
        self._app = create_app(double)
        self._router = Router(double.document.operations.values())
        self._began = time.monotonic()
        self._entries: list[_Entry] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, and record it."""
        if scope["type"] != "http" or scope["path"].startswith(CONTROL):
            await self._app(scope, receive, send)
            return
        entry = _Entry(self._now(), scope)
        self._entries.append(entry)

        async def receive_recorded() -> Message:
            message = await receive()
            if message["type"] == "http.disconnect":
                entry.left = True
            else:
                entry.body.append(message.get("body", b""))
            return message

        async def send_recorded(message: Message) -> None:
            if message["type"] == "http.response.start":
                entry.status, entry.answer_headers = message["status"], message["headers"]
            else:
                entry.answer_body.append(message.get("body", b""))
                if not message.get("more_body", False):
                    entry.ended = (
                        self._now()
                    )  # before the client can have it, so no wait seems shorter than it was
            await send(message)

        await self._app(scope, receive_recorded, send_recorded)
        if entry.ended is None and not entry.left:
            entry.ended = self._now()  # the double itself broke it off

    def __len__(self) -> int:
        """How many exchanges have begun."""
        return len(self._entries)

    @property
    def exchanges(self) -> Sequence[Exchange]:
        """What was said so far, in the order in which the requests came; those that go on have no end yet."""
        return self.exchanges_since(0)

    def exchanges_since(self, first: int) -> Sequence[Exchange]:
        """Those of a number on, counted from 0."""
        return [self._exchange(entry) for entry in self._entries[first:]]

    def conversation(self) -> Conversation:
        """What was said so far."""
        return Conversation(self._double.document, self.exchanges)

    def _now(self) -> float:
        return time.monotonic() - self._began

    def _exchange(self, entry: _Entry) -> Exchange:
        scope = entry.scope
        method = scope["method"]
        path = (scope.get("raw_path") or scope["path"].encode()).decode("ascii", "replace")
        operation, arguments = self._router.match(method, path) or (None, {})
        reply: Reply | None = scope.get(REPLY)
        return Exchange(
            started=entry.started,
            ended=entry.ended,
            operation=operation,
            method=method,
            path=path,
            query=scope["query_string"].decode("ascii", "replace"),
            headers=_by_name(scope["headers"]),
            body=b"".join(entry.body),
            status=entry.status,
            answer_headers=_by_name(entry.answer_headers),
            answer_body=b"".join(entry.answer_body),
            fault=reply.fault if reply else None,
            path_arguments=arguments,
        )


def _by_name(headers: Any) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in headers}
