"""Asks for the same page again and again.

Why: `after` may be given even when nothing comes behind it, and some clients keep asking with the last id
they have: on a list whose end they don't recognise they never stop, and use up the rate limit.

Evidence: behaviour.md#paging-full-last-page, behaviour.md#paging-after-on-short-page, behaviour.md#bug-paging:
a full last page has an `after` and an empty page behind it, on some endpoints a short one too.

Fix: Stop when there is no `pagination_meta.after`, when the page is empty, and when `after` is the one just
used.
"""

from collections.abc import Iterator

from ..wire.conversation import Conversation
from ..wire.queries import FEW, in_a_row, query_of
from ..wire.rule import Breach, Rule


def _judge(conversation: Conversation) -> Iterator[Breach]:
    for exchanges in conversation.by_operation.values():
        pages = [each for each in exchanges if each.status == 200 and each.ended is not None]
        for run in in_a_row(pages):
            if len(run) >= FEW and "after" in dict(query_of(run[0])):
                yield Breach(f"the same page was read {len(run)} times in a row", run[0], pointer="after")


RULE = Rule(("watch", "drive"), "warning", "hang", _judge)
