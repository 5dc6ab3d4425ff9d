"""Sends a query parameter that the operation doesn't have, or a value that it doesn't take.

Why: An unknown parameter is ignored in silence, so whatever it was meant to do doesn't happen; a bad value is
a 422. (Parameters that were meant as filters are found by `filter-dropped` and `filter-wrong-syntax`, dates by
the `date-filter` rules.)

Evidence: behaviour.md#unknown-parameter-ignored, behaviour.md#filter-bad-value, behaviour.md#paging-none:
unknown query parameters are silently ignored, a known filter with a bad value is a 422, and extra `page_size`
on lists without pages is ignored.

Fix: Send only what the document declares for the operation, within its limits and enums. An empty value
counts as none.
"""

from collections.abc import Iterator

from ...mock_server.request.problem import Problem
from ...mock_server.request.validation import QueryReader
from ...openapi import Operation
from ..findings import Severity
from ..wire.conversation import Conversation, WireExchange
from ..wire.queries import base_of, declared_by, filters_of, lost_filters, query_of
from ..wire.rule import Breach, Rule

_OF_PAGES = frozenset({"page_size", "after"})
"""Ignored by a list that comes whole, and harmless there: whoever reads pages reads one."""
_DATES = frozenset({"created_at", "updated_at"})


def _judge(conversation: Conversation) -> Iterator[Breach]:
    readers: dict[str, QueryReader] = {}
    for exchange in conversation.exchanges:
        if (operation := exchange.operation) is None:
            continue
        reader = readers.setdefault(operation.id, QueryReader(conversation.document, operation))
        try:
            reader.read(exchange.query, [])
        except Problem as problem:
            for error in problem.errors:
                yield Breach(error.message, exchange, pointer=error.field)
        lost = set(lost_filters(exchange))
        for name, _ in query_of(exchange):
            if name not in lost and not _is_declared(operation, name):
                severity: Severity | None = (
                    "note" if name in _OF_PAGES and operation.method == "GET" else None
                )
                message = f"{operation.id} has no parameter {name}"
                yield Breach(message, exchange, pointer=name, severity=severity)
        yield from _refused_filters(operation, exchange)


def _is_declared(operation: Operation, name: str) -> bool:
    return name in declared_by(operation) or base_of(name) in declared_by(operation)


def _refused_filters(operation: Operation, exchange: WireExchange) -> Iterator[Breach]:
    """What only the answer shows: an operator that the filter doesn't have, a word that is none of its values."""
    if exchange.status != 422 or exchange.fault is not None:
        return
    answer = exchange.answer()
    for error in answer.get("errors", ()) if isinstance(answer, dict) else ():
        field = error.get("source", {}).get("field", "")
        if base_of(field) in filters_of(operation) - _DATES:
            yield Breach(error["message"], exchange, pointer=field)


RULE = Rule(("watch", "drive"), "error", "wrong-request", _judge)
