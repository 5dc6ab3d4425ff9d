"""Reads the same page again where it means to read the next one.

Why: Without `after`, or with the cursor under another name, every page is the first: rows come twice, the rest
never, and a loop that waits for an empty page doesn't end.

Evidence: behaviour.md#paging-cursor, behaviour.md#bug-paging: the next page is asked for with
`after=<pagination_meta.after>`; a public client reads the cursor and doesn't send it.

Fix: Send `pagination_meta.after` of each page as `after` of the next request, and everything else as before.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from ..wire.conversation import Conversation, WireExchange
from ..wire.queries import declared_by, ids_of, is_unreadable, is_write, next_of, query_of
from ..wire.rule import Breach, Rule

_SECONDS_OF_A_POLL = 1.0
"""Whoever asks for the newest page again after so long may only want to know what is new."""


def _judge(conversation: Conversation) -> Iterator[Breach]:
    written = [each.started for each in conversation.exchanges if is_write(each)]
    for exchanges in conversation.by_operation.values():
        if any("after" in dict(query_of(each)) for each in exchanges):
            continue  # this client knows how to go on
        for first, second in pairwise(exchanges):
            if _is_same_page(first, second) and not _is_between(written, first, second):
                message = (
                    "the same page was read again, although the first answer had a cursor for the next one"
                )
                yield Breach(message, second, pointer="after")


def _is_same_page(first: WireExchange, second: WireExchange) -> bool:
    if first.ended is None or not first.status == second.status == 200 or is_unreadable(first):
        return False
    is_at_once = 0 <= second.started - first.ended < _SECONDS_OF_A_POLL
    is_offered = next_of(first) is not None and first.fault is None
    return is_at_once and is_offered and _asked(first) == _asked(second) and ids_of(first) == ids_of(second)


def _asked(exchange: WireExchange) -> Sequence[tuple[str, str]]:
    """What the query says to the API: parameters that it doesn't have say nothing."""
    known = declared_by(exchange.operation) if exchange.operation else frozenset()
    return [each for each in query_of(exchange) if each[0].partition("[")[0] in known]


def _is_between(times: Sequence[float], first: WireExchange, second: WireExchange) -> bool:
    return any(first.started <= time <= second.started for time in times)


RULE = Rule(("watch", "drive"), "error", "silent-loss", _judge)
