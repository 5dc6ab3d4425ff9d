"""Sends a time where the incidents' date filters take a day.

Why: `created_at[gte]=2026-05-01T00:00:00Z` is a 422, whose message speaks of `date_range` whatever was sent.
A client that takes the 422 for an empty list syncs nothing.

Evidence: behaviour.md#date-filter-timestamp, behaviour.md#filter-dates, behaviour.md#filter-times-tasks,
behaviour.md#bug-date-window: dates only, `YYYY-MM-DD`, on incidents, seen live. Actions and follow-ups do take
times.

Fix: Send the day, `created_at[gte]=2026-05-01`, and leave out what came before the exact time on the client's
side.
"""

from collections.abc import Iterator

from ...mock_server.behaviour.date_operators import OPERATORS, ends
from ...openapi import rfc3339
from ..wire.conversation import Conversation
from ..wire.queries import filter_values
from ..wire.rule import Breach, Rule

_DAYS_ONLY = ("Incidents V2#List", "Escalations V2#List")


def _judge(conversation: Conversation) -> Iterator[Breach]:
    for id_ in _DAYS_ONLY:
        for exchange in conversation.by_operation.get(id_, ()):
            for name, operator, value in filter_values(exchange, ("created_at", "updated_at")):
                days = filter(None, ends(value)) if operator == "date_range" else [value]
                if operator in OPERATORS and not all(_is_day(each) for each in days):
                    yield Breach(f"{name} takes days such as 2026-05-01, not {value}", exchange, pointer=name)


def _is_day(text: str) -> bool:
    try:
        rfc3339.day(text)
    except ValueError:
        return False
    return True


RULE = Rule(("watch", "drive"), "error", "wrong-request", _judge)
