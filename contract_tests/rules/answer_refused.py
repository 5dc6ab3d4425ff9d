"""A good answer ends in an exception.

Why: The request was carried out, and the answer keeps to the contract. A caller who gets an exception doesn't know
that, and does it once more, or gives up.

Evidence: BEHAVIOUR.md §0: additions, absent optional properties and new values are announced as compatible; §11,
classes 11 and 12.

Fix: Decode leniently: take what is there, keep unknown values, and require only what the client can't do without.
"""

from collections.abc import Iterator

from ..calls import breach_by, succeeded
from ..conversation import Conversation
from . import Breach, Rule
from .create_expects_201 import is_for_its_status


def _judge(conversation: Conversation) -> Iterator[Breach]:
    for call, answer in succeeded(conversation):
        failure = call.failure
        if failure is not None and call.operation.method != "DELETE" and not is_for_its_status(call, answer):
            yield breach_by(failure, f"an answer of {answer.status}", answer)


RULE = Rule(("drive",), "error", "leaked-exception", _judge)
