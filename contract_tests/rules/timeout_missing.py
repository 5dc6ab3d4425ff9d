"""Waits for an answer that drips in, however long it takes.

Why: Most HTTP libraries limit the time between two bytes, not the time of the whole. An answer that comes a
few bytes at a time, from a broken proxy or a stalled service, holds the client for hours, and with it
whatever waits for it.

Evidence: behaviour.md#webhook-schedule: the vendor itself gives a webhook's receiver 15 seconds in all, then
hangs up. It is seen only with `--fault OPERATION:drip=SECONDS`, where the seconds should be more than the
client is meant to wait.

Fix: Set a deadline for the whole exchange (`asyncio.timeout`, `AbortSignal.timeout`, `http.Client.Timeout`).
"""

from collections.abc import Iterator

from ..wire.conversation import Conversation
from ..wire.rule import Breach, Rule


def _judge(conversation: Conversation) -> Iterator[Breach]:
    for exchange in conversation.exchanges:
        if ":drip=" in (exchange.fault or "") and exchange.ended is not None:
            seconds = exchange.ended - exchange.started
            yield Breach(
                f"an answer that dripped in was waited for to its end: {seconds:.0f} seconds", exchange
            )


RULE = Rule(("watch", "drive"), "warning", "hang", _judge)
