"""Takes the 202 of a delete for a failure.

Why: Severities and statuses are deleted with a 202, everything else with a 204. A client that knows only one
of them reports a failure although the thing is gone, or deletes it again and stumbles over the 404.

Evidence: behaviour.md#delete-202, behaviour.md#delete-204, behaviour.md#bug-delete-status: 202 without a body
for severities, statuses and schedules, 204 for every other.

Fix: Take any 2xx for success, and the 404 of a repeated delete too.
"""

from collections.abc import Iterator

from ..wire.calls import breach_by, succeeded
from ..wire.conversation import Conversation
from ..wire.queries import FEW, in_a_row
from ..wire.rule import Breach, Rule


def _judge(conversation: Conversation) -> Iterator[Breach]:
    for run in in_a_row(conversation.exchanges):
        first = run[0]
        if first.method == "DELETE" and first.status in (202, 204) and len(run) >= FEW:
            yield Breach(
                f"the same was deleted {len(run)} times, although {first.status} says it is gone", first
            )
    for call, answer in succeeded(conversation):
        if call.operation.method == "DELETE" and call.failure is not None:
            yield breach_by(call.failure, f"a delete that was answered {answer.status}", answer)


RULE = Rule(("watch", "drive"), "error", "ignored-signal", _judge)
