"""Judging a conversation: every rule looks at it, and what they find is grouped by cause."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain

from ..openapi import Document, Json
from .findings import Finding, in_order, without_indices
from .rules import Described, rules
from .wire.conversation import Conversation
from .wire.counterexamples import delivery_as_json, exchange_as_json
from .wire.rule import Breach


@dataclass(slots=True)
class _Group:
    """The breaches of one cause."""

    described: Described
    breaches: list[Breach] = field(default_factory=list)


def judge(*conversations: Conversation) -> list[Finding]:
    """Give what every rule with a judge finds, one finding for each rule, operation and place; the worst first.

    Several conversations of one client, such as one with each account, are judged each by itself.
    """
    return in_order(
        _finding(group, conversations[0].document) for group in _groups(conversations, rules().values())
    )


def _groups(conversations: Sequence[Conversation], judging: Iterable[Described]) -> Iterable[_Group]:
    groups: dict[tuple[str | None, ...], _Group] = {}
    for described in judging:
        if described.rule.judge is None:
            continue
        for breach in chain.from_iterable(map(described.rule.judge, conversations)):
            pointer = without_indices(breach.pointer)
            frame = re.sub(r":\d+", "", breach.frame or "")
            cause = described.id, _operation(breach), pointer, breach.exception, frame, breach.severity
            groups.setdefault(cause, _Group(described)).breaches.append(breach)
    return groups.values()


def _operation(breach: Breach) -> str | None:
    if breach.exchange is None or breach.exchange.operation is None:
        return breach.operation
    return breach.exchange.operation.id


def _finding(group: _Group, document: Document) -> Finding:
    shown = min(group.breaches, key=_size)
    rule = group.described.rule
    return Finding(
        rule=group.described.id,
        outcome=rule.outcome if shown.exception is None else "leaked-exception",
        severity=shown.severity or rule.severity,
        message=shown.message,
        count=len(group.breaches),
        tier=shown.exchange.fault if shown.exchange else None,
        operation=_operation(shown),
        pointer=shown.pointer,
        exception=shown.exception,
        frame=shown.frame,
        across_places=rule.across_places,
        counterexample=_counterexample(shown, document),
    )


def _size(breach: Breach) -> int:
    if breach.delivery is not None:
        return len(breach.delivery.body)
    return len(breach.exchange.query) + len(breach.exchange.body) if breach.exchange else 0


def _counterexample(breach: Breach, document: Document) -> Json:
    if breach.delivery is not None:
        return delivery_as_json(breach.delivery)
    return None if breach.exchange is None else exchange_as_json(breach.exchange, document)
