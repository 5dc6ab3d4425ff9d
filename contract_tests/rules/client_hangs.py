"""A call never comes back.

Why: A caller that waits without end can neither try again nor tell anybody.

Evidence: BEHAVIOUR.md §3: limits and outages are a matter of course; a client needs an end to its patience.

Fix: Set a time limit for the whole call, its retries and its reading included.
"""

from collections.abc import Iterator

from ..calls import HANG
from ..conversation import Conversation
from . import Breach, Rule


def _judge(conversation: Conversation) -> Iterator[Breach]:
    for call in conversation.calls:
        if call.failure is not None and call.failure.exception == HANG:
            last = call.exchanges[-1] if call.exchanges else None
            yield Breach(call.failure.message, last, operation=call.operation.id)


RULE = Rule(("drive",), "error", "hang", _judge)
