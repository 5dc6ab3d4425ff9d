"""Sends a filter by its right name, but not in the form in which the API reads filters.

Why: What isn't written as `filter[operator]=value` is ignored without an error, and the whole list comes back
as if it had been filtered: a client that closes, pages or counts "the critical ones" then does so with all of
them. (Where not even the name is a filter's, it is `filter-dropped`.)

Evidence: behaviour.md#filter-wrong-syntax-ignored, behaviour.md#filter-form, behaviour.md#bug-filter-dropped:
bare `severity=x` returned an unfiltered list, and so does anything but the deep object form; seen in the field.

Fix: Write `severity[one_of]=ID`, repeated for several values; an id comes before the operator in
`custom_field[ID][one_of]=x` and `incident_role[ID][one_of]=x`. Generated clients need `style: deepObject`
handled by hand, since many generators don't.
"""

from collections.abc import Iterator

from ..wire.conversation import Conversation
from ..wire.queries import base_of, declared_by, filters_of, is_well_written, query_of
from ..wire.rule import Breach, Rule


def _judge(conversation: Conversation) -> Iterator[Breach]:
    for exchange in conversation.exchanges:
        operation = exchange.operation
        if operation is None:
            continue
        for name, value in query_of(exchange):
            filter_ = base_of(name)
            plain = name in declared_by(operation) - filters_of(operation)
            if plain or filter_ not in filters_of(operation):
                continue
            if not is_well_written(conversation.document, operation, name):
                sent = f"{name}={value}"
                yield Breach(
                    f"the filter {filter_} is ignored: it was sent as {sent}", exchange, pointer=filter_
                )


RULE = Rule(("watch", "drive"), "error", "wrong-request", _judge)
