"""Reads the first page of a list that has more.

Why: A list comes in pages of 25 unless more are asked for. Whoever counts, exports or searches the first page
takes a part for the whole. It is a note: the newest page may be all that is wanted.

Evidence: behaviour.md#paging-cursor, behaviour.md#bug-paging: a public client reports the length of the first
page as the total.

Fix: Go on while there is a `pagination_meta.after`, or take the number from `total_record_count`. Ask for a
`page_size` below 25 where only the newest are wanted.
"""

from collections.abc import Iterator

from ..wire.conversation import Conversation
from ..wire.queries import next_of, page_size_of, query_of, rows_of, walks
from ..wire.rule import Breach, Rule

_DEFAULT_PAGE = 25


def _judge(conversation: Conversation) -> Iterator[Breach]:
    for exchanges in conversation.by_operation.values():
        if any("after" in dict(query_of(each)) for each in exchanges):
            continue
        for walk in walks(exchanges):
            first = walk[0]
            count = len(rows_of(first))
            is_full = count >= max(_DEFAULT_PAGE, page_size_of(first))  # if not, see `paging-stops-early`
            if next_of(first) is not None and is_full and first.fault is None:
                yield Breach(f"{count} rows were read of a list that goes on", first, pointer="after")


RULE = Rule(("watch", "drive"), "note", "silent-loss", _judge)
