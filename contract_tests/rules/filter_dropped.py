"""Loses a filter on its way: what arrives doesn't bear the filter's name, or nothing arrives.

Why: The API ignores parameters that it doesn't know, so the caller who asked for a few incidents gets all of
them and can't know. A filter that is exploded to `one_of=x` has lost its name; `severity_id=x` never had the
right one. (Where the name is right and only the form is wrong, it is `filter-wrong-syntax`.)

Evidence: behaviour.md#unknown-parameter-ignored, behaviour.md#bug-filter-dropped: unknown query parameters are
silently ignored; a vendor's own SDK exploded filters to `one_of=x` and returned unfiltered lists.

Fix: Send the filter under the name that the document gives it, with its operator in brackets:
`severity[one_of]=ID`. Compare the number of rows with and without the filter in a test.
"""

from collections.abc import Iterator

from ..wire.calls import own_exchanges
from ..wire.conversation import ClientCall, Conversation, WireExchange
from ..wire.queries import base_of, lost_filters, query_of
from ..wire.rule import Breach, Rule

_NO_FILTERS = frozenset({"after", "filter_mode", "page_size", "sort_by"})


def _judge(conversation: Conversation) -> Iterator[Breach]:
    for exchange in conversation.exchanges:
        for name in lost_filters(exchange):
            yield Breach(f"{name} is no parameter: the filter it stands for is lost", exchange, pointer=name)
    for call in conversation.calls:
        for exchange in own_exchanges(call):
            yield from _not_sent(call, exchange)


def _not_sent(call: ClientCall, exchange: WireExchange) -> Iterator[Breach]:
    sent = {base_of(name) for name, _ in query_of(exchange)}
    for name, value in call.query.items():
        if name not in sent and name not in _NO_FILTERS and value not in (None, {}, []):
            message = f"the filter {name} was asked for, and nothing of it was sent"
            yield Breach(message, exchange, pointer=name)


RULE = Rule(("watch", "drive"), "error", "wrong-request", _judge)
