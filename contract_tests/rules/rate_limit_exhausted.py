"""Runs into the rate limit over and over instead of keeping below it.

Why: The list of incidents has 60 requests a minute for the key, far fewer than the 1,200 of everything else,
and every other program with the same key shares them. A poller that lives on refusals starves the others.

Evidence: behaviour.md#rate-limit-incidents-list, behaviour.md#rate-limit-headers,
behaviour.md#bug-list-exhausted: 60 a minute for `GET /v2/incidents`, seen live; every answer says in
`X-RateLimit-Remaining` what is left.

Fix: Slow down when `X-RateLimit-Remaining` nears 0; ask for large pages; poll once a minute, not once a
second, or listen to webhooks.
"""

from collections.abc import Iterator

from ..wire.conversation import Conversation
from ..wire.queries import FEW
from ..wire.rule import Breach, Rule


def _judge(conversation: Conversation) -> Iterator[Breach]:
    for exchanges in conversation.by_operation.values():
        refused = [each for each in exchanges if each.status == 429 and each.fault is None]
        if len(refused) >= FEW:
            message = f"{len(refused)} of {len(exchanges)} requests were over the rate limit"
            yield Breach(message, refused[0])


RULE = Rule(("watch", "drive"), "warning", "ignored-signal", _judge)
