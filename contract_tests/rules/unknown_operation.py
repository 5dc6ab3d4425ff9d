"""Asks for what the API doesn't have: a path that is not in the contract, or a verb that the path hasn't.

Why: The answer is an empty 404, whatever is asked for: no envelope says that the path is wrong. A client that
takes a 404 for "there is none" reports nothing where there is something, for ever, and no test of its own shows it.

Evidence: behaviour.md#routing-before-auth: an unknown path and a wrong verb are an empty 404, before the key is
looked at; invented paths were seen in public clients.

Fix: Ask for the operation that the contract has; the finding names the nearest. Treat a 404 without a body as a
fault of the client's own.
"""

from collections.abc import Iterator

from ...mock_server.request.unserved import shape_of, unserved
from ..wire.conversation import Conversation, WireExchange
from ..wire.rule import Breach, Rule


def _judge(conversation: Conversation) -> Iterator[Breach]:
    for exchange in conversation.exchanges:
        if exchange.operation is None and not _is_preflight(exchange):
            why = unserved(conversation.document, exchange.method, exchange.path)
            asked = f"{exchange.method} {shape_of(exchange.path)}"
            yield Breach(f"{asked} is not served: {why}", exchange, pointer=asked)


def _is_preflight(exchange: WireExchange) -> bool:
    """Whether a browser asks on its own whether the client may ask."""
    return exchange.method == "OPTIONS" and "access-control-request-method" in exchange.headers


RULE = Rule(("watch", "drive"), "error", "wrong-request", _judge)
