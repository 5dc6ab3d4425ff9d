"""Sends both bounds of a date filter, `gte` and `lte`, in one request.

Why: Each alone is fine, both together are a 422: an incremental sync works as long as it has no end and fails
on its first window.

Evidence: behaviour.md#date-filter-both-bounds, behaviour.md#bug-date-window: a list with `updated_at[gte]` and
`[lte]` is a 422, seen live on all five lists that have the filter.

Fix: Use one `date_range`, which includes both days: `created_at[date_range]=2026-05-01~2026-05-31`.
"""

from collections.abc import Iterator

from ...mock_server.behaviour.date_operators import require_one_bound
from ...mock_server.request.problem import Problem
from ..wire.conversation import Conversation
from ..wire.queries import filter_values, filters_of, is_the_vendors
from ..wire.rule import Breach, Rule


def _judge(conversation: Conversation) -> Iterator[Breach]:
    if not is_the_vendors(conversation.document):
        return
    for id_, exchanges in conversation.by_operation.items():
        for name in {"created_at", "updated_at"} & filters_of(conversation.document.operations[id_]):
            for exchange in exchanges:
                try:
                    require_one_bound(name, [operator for _, operator, _ in filter_values(exchange, (name,))])
                except Problem as problem:
                    yield Breach(problem.errors[0].message, exchange, pointer=name)


RULE = Rule(("watch", "drive"), "error", "wrong-request", _judge)
