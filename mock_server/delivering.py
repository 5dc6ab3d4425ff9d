"""Carrying out a delivery over ASGI: late, bit by bit, cut short, reset, or never. It ends when the client leaves."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from typing import Any

from .exchange import Delivery, Reply

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

CONNECTION = "incident_double.connection"
"""The extension by which a server hands over the connection of a request: what has `close` and `reset`."""
_DRIP = 0.5
"""Seconds between two bits."""


async def deliver(
    reply: Reply, start: Message, delivery: Delivery, scope: Scope, receive: Receive, send: Send
) -> None:
    """Send a reply, which begins with the message `start`, as the delivery has it."""
    client = _Client(receive)
    try:
        match delivery.manner:
            case "never":
                await client.left_within(None)
            case "reset":
                _connection(scope).reset()
            case "cut":
                await send(start)
                await send(_body(reply.body[: len(reply.body) // 2], more=True))
                _connection(scope).close()
            case "late":
                if not await client.left_within(delivery.seconds):
                    await send(start)
                    await send(_body(reply.body))
            case "drip":
                await send(start)
                *bits, last = _bits(reply.body, delivery.seconds)
                for bit in bits:
                    await send(_body(bit, more=True))
                    if await client.left_within(_DRIP):
                        return
                await send(_body(last))
    finally:
        client.close()


class _Client:
    """Whether it is still there."""

    def __init__(self, receive: Receive) -> None:
        self._leaving = asyncio.ensure_future(_left(receive))

    async def left_within(self, seconds: float | None) -> bool:
        done, _ = await asyncio.wait({self._leaving}, timeout=seconds)
        return bool(done)

    def close(self) -> None:
        self._leaving.cancel()


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _connection(scope: Scope) -> Any:
    """Raises ConnectionResetError where there is no real connection to close."""
    try:
        return scope["extensions"][CONNECTION]
    except KeyError:
        raise ConnectionResetError("an armed fault resets the connection") from None


def _bits(body: bytes, seconds: float) -> Iterator[bytes]:
    """The body in as many pieces as its time has intervals, and one more."""
    count = round(seconds / _DRIP) + 1
    size = -(-len(body) // count)
    for number in range(count):
        yield body[number * size : (number + 1) * size]


def _body(body: bytes, *, more: bool = False) -> Message:
    return {"type": "http.response.body", "body": body, "more_body": more}
