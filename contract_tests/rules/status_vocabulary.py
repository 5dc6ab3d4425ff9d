"""Mixes up the words for status categories.

Why: The list's categories are triage, live, learning, paused, closed, declined, canceled and merged.
Elsewhere the same things are called `active` and `post-incident`; the filter may know these as aliases, but
nobody promises it. A category in place of a status id finds nothing at all.

Evidence: behaviour.md#filter-category-alias, behaviour.md#filter-status, behaviour.md#bug-category-words: the
parameter's own example says `active`, and an alias probably exists; `status` takes ids.

Fix: Use `live` for active and `learning` for post-incident, `status_category` for categories, and `status`
for ids from the list of statuses.
"""

from collections.abc import Iterator

from ...mock_server.assumptions import CATEGORY_ALIASES
from ...openapi import Document
from ..wire.conversation import Conversation
from ..wire.queries import filter_values, status_categories
from ..wire.rule import Breach, Rule


def _judge(conversation: Conversation) -> Iterator[Breach]:
    for exchange in conversation.exchanges:
        for name, _, value in filter_values(exchange, ("status_category", "status")):
            if name == "status_category" and value in CATEGORY_ALIASES:
                message = f"{value} is not one of the categories: they call it {CATEGORY_ALIASES[value]}"
                yield Breach(message, exchange, pointer=name)
            if is_word_for_category(name, value, conversation.document):
                message = f"{value} is a category: status takes ids of statuses"
                yield Breach(message, exchange, pointer=name)


def is_word_for_category(name: str, value: str, document: Document) -> bool:
    """Say whether a category, in whoever's words, is the value of the filter that takes ids of statuses."""
    return name == "status" and value in {*status_categories(document), *CATEGORY_ALIASES}


RULE = Rule(("watch", "drive"), "warning", "wrong-request", _judge)
