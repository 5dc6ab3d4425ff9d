"""The client's process ends in the middle of a call.

Why: A process that ends takes everything with it that it was doing.

Evidence: BEHAVIOUR.md §2 and §11: every answer that leads here is one that the API, or what stands before it, sends.

Fix: Catch what a call may raise where it is made, and tell the caller of it.
"""

from collections.abc import Iterator

from ..calls import DEATH
from ..conversation import Conversation
from . import Breach, Rule


def _judge(conversation: Conversation) -> Iterator[Breach]:
    for call in conversation.calls:
        if call.failure is not None and call.failure.exception == DEATH:
            last = call.exchanges[-1] if call.exchanges else None
            yield Breach(call.failure.message, last, operation=call.operation.id)


RULE = Rule(("drive",), "error", "death", _judge)
