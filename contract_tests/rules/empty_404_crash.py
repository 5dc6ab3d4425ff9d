"""Can't read a 404 without a body.

Why: An unknown path or a wrong verb is a 404 with no body at all. A client that parses the body before it looks
at the status crashes with a decoding error that says nothing; one that repeats an empty 404 will get it for
ever.

Evidence: behaviour.md#routing-before-auth, behaviour.md#error-404-route, behaviour.md#bug-error-envelope: the
empty 404, seen live.

Fix: Look at the status first, and be ready for a body that is empty.
"""

from collections.abc import Iterator

from ..wire.calls import breach_by, refused
from ..wire.conversation import Conversation
from ..wire.queries import FEW, in_a_row
from ..wire.rule import Breach, Rule


def _judge(conversation: Conversation) -> Iterator[Breach]:
    for run in in_a_row(conversation.exchanges):
        if len(run) >= FEW and all(each.status == 404 and not each.answer_body for each in run):
            message = f"what doesn't exist (an empty 404) was asked for {len(run)} times in a row"
            yield Breach(message, run[0])
    for call, answer in refused(conversation):
        failure = call.failure
        if answer.status == 404 and not answer.answer_body and failure and not failure.declared:
            yield breach_by(failure, "a 404 without a body", answer)


RULE = Rule(("watch", "drive"), "error", "leaked-exception", _judge)
