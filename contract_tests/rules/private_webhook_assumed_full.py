"""Doesn't accept an event of a private incident, which carries only an id.

Why: `private_incident.*` events have nothing but the id, so that nothing leaks. A receiver that expects a
whole incident crashes on the first private one, and its endpoint is switched off for the public ones as well.

Evidence: behaviour.md#webhook-private, behaviour.md#bug-private-webhook: only `{"id"}`, and no `status_updated`
event.

Fix: Take the id and ask the API for the incident, with a key that may see private ones; be ready for a 404.
"""

from collections.abc import Iterator

from ..wire.conversation import Conversation
from ..wire.rule import Breach, Rule


def _judge(conversation: Conversation) -> Iterator[Breach]:
    for each in conversation.deliveries:
        if each.kind == "private" and not each.accepted:
            answered = "not answered" if each.status is None else f"answered {each.status}"
            message = f"{each.event_type}, with only an id, was {answered}"
            yield Breach(message, delivery=each)


RULE = Rule(("webhook",), "error", "ignored-signal", _judge)
