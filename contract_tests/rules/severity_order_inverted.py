"""Seems to take a lower rank for a worse severity.

Why: `severity[gte]` compares ranks, and a higher rank is worse. A client that has it the other way round
asks for `lte` of the worst severity and gets every incident that has one: the page that should show the
critical ones shows all. It is a note: somebody may have chosen a bound that leaves nothing out.

Evidence: behaviour.md#filter-severity, behaviour.md#default-severities, behaviour.md#rank-lower-is-milder,
behaviour.md#bug-rank-inverted: `gte` and `lte` compare rank, and Minor, Major, Critical have 0, 1, 2; two
clients have it inverted.

Fix: "At least as bad as" is `severity[gte]=ID`, and the worst severity is the one with the highest `rank`.
"""

from collections.abc import Iterator

from ..wire.conversation import Conversation
from ..wire.queries import filter_values
from ..wire.rule import Breach, Rule


def _judge(conversation: Conversation) -> Iterator[Breach]:
    ranks = _ranks(conversation)
    if len(set(ranks.values())) < 2:
        return
    worst = max(ranks.values())
    for exchange in conversation.exchanges:
        for name, operator, value in filter_values(exchange, ("severity",)):
            if operator == "lte" and ranks.get(value) == worst:
                message = "severity[lte] of the worst severity leaves nothing out: a higher rank is worse"
                yield Breach(message, exchange, pointer=name)


def _ranks(conversation: Conversation) -> dict[str, int]:
    """The rank of each severity, as far as the client has read them."""
    found: dict[str, int] = {}
    for exchange in conversation.by_operation.get("Severities V1#List", ()):
        answer = exchange.answer()
        if isinstance(answer, dict):
            found |= {row["id"]: row["rank"] for row in answer.get("severities", ())}
    return found


RULE = Rule(("watch", "drive"), "note", "wrong-request", _judge)
