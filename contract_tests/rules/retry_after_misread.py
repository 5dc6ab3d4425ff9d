"""Doesn't wait as long as `Retry-After` says, or waits absurdly longer.

Why: `Retry-After` is a number of seconds. A client that reads it as a date, or as milliseconds, comes back at
once and is refused again, or sleeps for minutes when a second would have done.

Evidence: behaviour.md#retry-after-seconds, behaviour.md#retry-after-once-a-date,
behaviour.md#bug-retry-after-date: seconds; two of the vendor's own tools parse a date and fall back to their
own backoff.

Fix: `sleep(float(headers["Retry-After"]))`, with a little jitter on top if many clients share a key.
"""

from collections.abc import Iterator

from ..wire.conversation import Conversation, WireExchange
from ..wire.queries import repetitions, waits
from ..wire.rule import Breach, Rule

_TOLERANCE = 0.1
"""Seconds: timers end a little early."""
_ABSURD = 60.0
"""Seconds that jitter and backoff may add, beside ten times what was asked for."""


def _judge(conversation: Conversation) -> Iterator[Breach]:
    for repeated in repetitions(conversation.exchanges):
        for refused, waited in waits(repeated):
            asked = _seconds(refused)
            if asked is None:
                continue
            message = f"Retry-After said {asked} seconds, and the same request came back after {waited:.1f}"
            if waited < asked - _TOLERANCE or waited > 10 * asked + _ABSURD:
                yield Breach(message, refused, pointer="retry-after")


def _seconds(exchange: WireExchange) -> int | None:
    text = exchange.answer_headers.get("retry-after", "")
    return int(text) if exchange.status in (429, 503) and text.isdecimal() else None


RULE = Rule(("watch", "drive"), "warning", "ignored-signal", _judge)
