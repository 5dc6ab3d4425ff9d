"""Uses an incident's number or reference where only its id will do, or misreads what an unknown id gives.

Why: Lists disagree about an id that doesn't exist. Follow-ups and actions of `INC-12` are an empty list with
200, so the client shows "no follow-ups"; updates and attachments are a 404. Only one incident by itself can
be had by its bare number.

Evidence: behaviour.md#filter-wants-ulid, behaviour.md#show-not-by-reference,
behaviour.md#follow-ups-of-unknown-incident, behaviour.md#updates-of-unknown-incident,
behaviour.md#bug-unknown-incident: `incident_id` filters want the ULID, `INC-123` isn't promised in a path, and
a non-ULID `incident_id` is 200 and empty on follow-ups, 404 on updates and attachments.

Fix: Look the incident up first (`GET /v2/incidents/12`, without the prefix) and use the `id` that comes back.
Report a 404 to the caller as an error, and give an empty list as an empty list.
"""

import re
from collections.abc import Iterator

from ..wire.calls import answered, breach_by, confuses_404_with_empty
from ..wire.conversation import Conversation
from ..wire.queries import is_the_vendors, query_of
from ..wire.rule import Breach, Rule

_REFERENCE = re.compile(r"[A-Za-z]+-\d+")
_NUMBER_OR_REFERENCE = re.compile(r"(?:[A-Za-z]+-)?\d{1,9}")


def _judge(conversation: Conversation) -> Iterator[Breach]:
    if not is_the_vendors(conversation.document):
        return
    for exchange in conversation.exchanges:
        if exchange.operation is None:
            continue
        for name, value in query_of(exchange):
            if name == "incident_id" and _NUMBER_OR_REFERENCE.fullmatch(value):
                yield Breach(f"incident_id takes an incident's id, not {value}", exchange, pointer=name)
        if exchange.operation.path.startswith("/v2/incidents/{"):
            for name, value in exchange.path_arguments.items():
                if _REFERENCE.fullmatch(value):
                    message = f"a path takes an incident's id or its bare number, not {value}"
                    yield Breach(message, exchange, pointer=name)
    yield from _misread_calls(conversation)


def _misread_calls(conversation: Conversation) -> Iterator[Breach]:
    for call, answer in answered(conversation):
        if not confuses_404_with_empty(call, answer):
            continue
        if call.failure is None:
            yield Breach(
                "an unknown incident (404) came back as an empty list", answer, pointer="incident_id"
            )
        else:
            yield breach_by(call.failure, "an empty list", answer, pointer="incident_id")


RULE = Rule(("watch", "drive"), "error", "wrong-request", _judge)
