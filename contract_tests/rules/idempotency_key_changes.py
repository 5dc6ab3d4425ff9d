"""Repeats a create under another idempotency key when it doesn't know whether the first one worked.

Why: The answer was lost, the incident is there. The key exists so that the second request finds it; with a
key made from the time, or drawn anew for each try, there are two incidents, two channels and two pages in the
night.

Evidence: behaviour.md#idempotency-replay, behaviour.md#incident-quota, behaviour.md#bug-unstable-key: a repeat
with the same key gives one incident only; the vendor says to reuse the key.

Fix: Make the key once for each thing to create, outside the loop that retries, and best from what it is about
(the alert's id, say).
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from ..findings import Severity
from ..wire.conversation import Conversation, WireExchange
from ..wire.queries import body_of, is_unreadable
from ..wire.rule import Breach, Rule

_KEY = "idempotency_key"
_SECONDS_APART = 60.0
"""After which the same again may well be something new."""
NOTE: Severity = "note"


def _judge(conversation: Conversation) -> Iterator[Breach]:
    for exchanges in conversation.by_operation.values():
        alike: dict[str, list[tuple[WireExchange, Any]]] = {}
        for exchange in exchanges:
            body = body_of(exchange)
            if isinstance(body, dict) and _KEY in body:
                key = body.pop(_KEY)
                alike.setdefault(repr(sorted(body.items())), []).append((exchange, key))
        for tries in alike.values():
            for (first, key), (second, other) in pairwise(tries):
                if key == other or second.started - first.started > _SECONDS_APART:
                    continue
                if _is_in_doubt(first):
                    why, severity = "though the first try may have worked", None
                elif 200 <= first.status < 300 and not conversation.calls:
                    why, severity = "so there are two of it now", NOTE
                else:
                    continue
                message = f"the same was created again with another key, {why}"
                yield Breach(message, second, pointer=f"/{_KEY}", severity=severity)


def _is_in_doubt(exchange: WireExchange) -> bool:
    """Whether the client can't know what became of it."""
    is_unknown = exchange.ended is None or exchange.status == 0 or exchange.status >= 500
    return is_unknown or is_unreadable(exchange)


RULE = Rule(("watch", "drive"), "warning", "ignored-signal", _judge)
