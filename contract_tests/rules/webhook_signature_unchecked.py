"""Accepts an event that nobody has signed, or that is old.

Why: The endpoint is open to the world. Without the signature anybody can declare and close incidents in the
receiving system; without the timestamp anybody who has seen one event can send it again for ever.

Evidence: behaviour.md#webhook-signature, behaviour.md#webhook-headers, behaviour.md#bug-webhook-envelope:
HMAC-SHA256 over `id.timestamp.body` in `webhook-signature`, the time in `webhook-timestamp`.

Fix: Verify with a Standard Webhooks or Svix library, on the raw body, and refuse what is older than five
minutes.
"""

from collections.abc import Iterator

from ..wire.conversation import Conversation
from ..wire.rule import Breach, Rule

_WHAT = {
    "forged": ("with a forged signature", "webhook-signature"),
    "unsigned": ("without a signature", "webhook-signature"),
    "stale": ("that is an hour old", "webhook-timestamp"),
}


def _judge(conversation: Conversation) -> Iterator[Breach]:
    for each in conversation.deliveries:
        if each.kind in _WHAT and each.accepted:
            what, header = _WHAT[each.kind]
            yield Breach(f"an event {what} was accepted ({each.status})", delivery=each, pointer=header)


RULE = Rule(("webhook",), "error", "silent-acceptance", _judge)
