"""Reads only the first of several signatures.

Why: While a secret is being rotated, every event bears a signature of each secret, with a space between. A
receiver that looks at the first one only refuses all events until the rotation is over.

Evidence: behaviour.md#webhook-signature: `webhook-signature` is a list, `v1,<base64>` each, of which one must fit.

Fix: Verify with a Standard Webhooks or Svix library, which tries every signature.
"""

from collections.abc import Iterator

from ..wire.conversation import Conversation
from ..wire.rule import Breach, Rule


def _judge(conversation: Conversation) -> Iterator[Breach]:
    takes_single = any(each.kind == "well-formed" and each.accepted for each in conversation.deliveries)
    for each in conversation.deliveries:
        if each.kind == "rotated" and not each.accepted and takes_single:
            answered = "not answered" if each.status is None else f"answered {each.status}"
            message = f"an event whose second signature fits was {answered}"
            yield Breach(message, delivery=each, pointer="webhook-signature")


RULE = Rule(("webhook",), "warning", "ignored-signal", _judge)
