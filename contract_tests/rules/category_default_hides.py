"""Reads a whole list of incidents without saying which status categories it wants.

Why: Unless it is asked for them by category or status, the list leaves out incidents that were declined,
canceled or merged. An export, a count or a mirror that reads "all incidents" lacks these, and sees incidents
disappear when they are canceled. It is a note: the default may be just what is wanted.

Evidence: behaviour.md#default-categories, behaviour.md#bug-categories-missing: 9 rows by default against 12
with all eight categories, seen live and not documented.

Fix: Say what is wanted: `status_category[one_of]` with each of triage, live, learning, paused, closed,
declined, canceled and merged for all of them, or with those that matter.
"""

from collections.abc import Iterator

from ..wire.conversation import Conversation
from ..wire.queries import base_of, filters_of, query_of, whole_reads
from ..wire.rule import Breach, Rule

_CHOOSING = {"status_category", "status"}


def _judge(conversation: Conversation) -> Iterator[Breach]:
    for id_, exchanges in conversation.by_operation.items():
        if "status_category" not in filters_of(conversation.document.operations[id_]):
            continue
        if any(base_of(name) in _CHOOSING for each in exchanges for name, _ in query_of(each)):
            continue  # this client knows how to choose
        for first in whole_reads(exchanges):
            message = "the whole list was read, but declined, canceled and merged incidents are not in it"
            yield Breach(message, first, pointer="status_category")


RULE = Rule(("watch", "drive"), "note", "silent-loss", _judge)
