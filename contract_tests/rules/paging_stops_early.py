"""Takes a page for the last one although there are more.

Why: A page may be shorter than was asked for: `page_size=500` is answered with 250 rows and an `after`. A
client that stops at a page that isn't full loses everything behind it.

Evidence: behaviour.md#paging-incidents-clamped, behaviour.md#paging-last-page-users, behaviour.md#bug-paging:
`page_size` over 250 is cut down, seen live; the last page is the one without `after`.

Fix: Go on as long as `pagination_meta.after` is there; never compare the number of rows with what was asked
for.
"""

from collections.abc import Iterator

from ..wire.conversation import Conversation
from ..wire.queries import next_of, page_size_of, rows_of, walks
from ..wire.rule import Breach, Rule


def _judge(conversation: Conversation) -> Iterator[Breach]:
    for exchanges in conversation.by_operation.values():
        for walk in walks(exchanges):
            last = walk[-1]
            asked = page_size_of(last)
            if asked and next_of(last) is not None and len(rows_of(last)) < asked:
                message = f"{asked} rows were asked for, {len(rows_of(last))} came with an `after`, and nobody read on"
                yield Breach(message, last, pointer="after")


RULE = Rule(("watch", "drive"), "warning", "silent-loss", _judge)
