"""Takes the 200 of a create for a failure.

Why: Creating an incident is answered with 200. A client that waits for 201 reports a failure although the
incident is there, or creates it again.

Evidence: behaviour.md#create-is-200, behaviour.md#post-201, behaviour.md#bug-create-status: 200 on
`POST /v2/incidents`, 201 for settings, actions and follow-ups; two clients' own tests expect 201.

Fix: Take any 2xx for success.
"""

from collections.abc import Iterator

from ..wire.calls import breach_by, is_for_its_status, succeeded
from ..wire.conversation import ClientCall, Conversation, WireExchange
from ..wire.queries import FEW, body_of, in_a_row
from ..wire.rule import Breach, Rule


def _judge(conversation: Conversation) -> Iterator[Breach]:
    for repeated in in_a_row(conversation.exchanges):
        first = repeated[0]
        body = body_of(first) if first.method == "POST" and first.operation else None
        worked = [each for each in repeated if 200 <= each.status < 300 and each.fault is None]
        if isinstance(body, dict) and "idempotency_key" in body and len(worked) >= FEW:
            message = (
                f"the same create was sent {len(worked)} times, although each was answered {first.status}"
            )
            yield Breach(message, first)
    for call, answer in succeeded(conversation):
        if call.failure is not None and is_for_its_status(call, answer):
            yield breach_by(call.failure, f"a create that was answered {answer.status}", answer)
        elif call.operation.method == "POST" and call.failure is None and _came_to_nothing(call, answer):
            yield Breach(f"a create that was answered {answer.status} came back as nothing", answer)


def _came_to_nothing(call: ClientCall, answer: WireExchange) -> bool:
    return call.returned is None and bool(answer.answer_body)


RULE = Rule(("watch", "drive"), "error", "ignored-signal", _judge)
