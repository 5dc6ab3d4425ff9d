"""Tries again and again without waiting in between.

Why: A service that is down is kept down by clients that knock as fast as they can, and the tries are over
before it can recover. One try at once is fine (a connection may just have gone stale); a series of them
isn't.

Evidence: behaviour.md#retry-policies: the well-behaved clients wait, from 5 seconds to 10 minutes, for 3 to 20
tries.

Fix: Back off exponentially from half a second or more, with jitter, for a limited number of tries.
"""

from collections.abc import Iterator

from ..wire.conversation import Conversation, WireExchange
from ..wire.queries import FEW, repetitions, waits
from ..wire.rule import Breach, Rule

_AT_ONCE = 0.1
"""Seconds that three waits together must last: even a backoff with full jitter from 0.1 seconds on does."""


def _judge(conversation: Conversation) -> Iterator[Breach]:
    for repeated in repetitions(conversation.exchanges):
        series = [(exchange, waited) for exchange, waited in waits(repeated) if _may_pass_later(exchange)]
        for start in range(len(series) - FEW + 1):
            if sum(waited for _, waited in series[start : start + FEW]) < _AT_ONCE:
                message = f"a request that failed was sent again {FEW} times without a wait"
                yield Breach(message, series[start][0])
                break


def _may_pass_later(exchange: WireExchange) -> bool:
    """Whether it failed for a reason that isn't the client's, and nobody said how long to wait."""
    failed = exchange.status in (0, 408, 429) or exchange.status >= 500
    return failed and "retry-after" not in exchange.answer_headers


RULE = Rule(("watch", "drive"), "warning", "ignored-signal", _judge)
