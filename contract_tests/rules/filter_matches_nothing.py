"""Filters by an id that nothing has, such as a name in place of an id.

Why: Filters take ids. A name, a slug or the id of another account is no error: the answer is a 200 with an
empty list, or, with `not_in`, with all of it, so the client shows "no critical incidents" in the middle of one.

Evidence: behaviour.md#filter-severity, behaviour.md#unknown-reference-refused: filters compare ids, and
public clients carry the ids of one account in their code.

Fix: Look the id up by its name first (`GET /v1/severities`, `GET /v1/incident_statuses`), at run time.
"""

import re
from collections.abc import Iterator

from ...mock_server.request.messages import NOTE_HEADER
from ..wire.conversation import Conversation
from ..wire.rule import Breach, Rule
from .status_vocabulary import is_word_for_category

_UNKNOWN = re.compile(r"([\w\[\]]+): (nothing has the id [^;]+|no such (?:role|custom field))")
"""How the double says of a filter that it names nothing."""


def _judge(conversation: Conversation) -> Iterator[Breach]:
    for exchange in conversation.exchanges:
        if exchange.status == 200 and exchange.method == "GET":
            for name, what in _UNKNOWN.findall(exchange.answer_headers.get(NOTE_HEADER, "")):
                # That a category stands for a status is a finding of its own.
                if not is_word_for_category(name, what.rpartition(" ")[2], conversation.document):
                    yield Breach(f"the filter {name} matches nothing: {what}", exchange, pointer=name)


RULE = Rule(("watch", "drive"), "warning", "wrong-request", _judge)
