"""Doesn't accept an event that is as it should be.

Why: What isn't answered with a 2xx is sent again for a day, and an endpoint that fails for five days is
switched off. The payload lies under a key that is the event's own name, `{"event_type": E, E: {…}}`; new
event types come without notice.

Evidence: behaviour.md#webhook-envelope, behaviour.md#webhook-retries, behaviour.md#bug-webhook-envelope: two
clients read `{"event": {"incident": …}}` or another header.

Fix: Read `event_type`, then the property of that name; answer 200 to types that mean nothing to you.
"""

from collections.abc import Iterator

from ..wire.conversation import Conversation
from ..wire.rule import Breach, Rule


def _judge(conversation: Conversation) -> Iterator[Breach]:
    for each in conversation.deliveries:
        if each.kind in ("well-formed", "unknown-type") and not each.accepted:
            answered = "not answered" if each.status is None else f"answered {each.status}"
            is_new = each.kind == "unknown-type"
            what = f"{each.event_type}, a type that may come one day," if is_new else each.event_type
            yield Breach(f"{what} was {answered}", delivery=each, pointer="event_type" if is_new else None)


RULE = Rule(("webhook",), "error", "ignored-signal", _judge)
