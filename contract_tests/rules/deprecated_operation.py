"""Calls an operation that the vendor has deprecated.

Why: A deprecated operation lacks what its successor has, and goes away one day. The V1 incidents have six
statuses where an account may have any number, so a V1 client shows wrong ones.

Evidence: behaviour.md#v1-vocabulary, behaviour.md#actions-older: V1 has a legacy list of statuses; several V1
and V2 operations are marked deprecated in the document, one of them with the day of its end.

Fix: Move to the newest version of the operation, which the document names.
"""

from collections.abc import Iterator

from ..wire.conversation import Conversation
from ..wire.rule import Breach, Rule


def _judge(conversation: Conversation) -> Iterator[Breach]:
    for exchange in conversation.exchanges:
        if exchange.operation is not None and exchange.operation.deprecated:
            yield Breach(f"{exchange.operation.id} is deprecated", exchange)


RULE = Rule(("watch", "drive"), "warning", "wrong-request", _judge)
