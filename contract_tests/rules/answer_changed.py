"""What the caller gets isn't what the API answered.

Why: A value that is lost, cut or replaced on the way through a client is wrong everywhere after it, and no error says
so.

Evidence: BEHAVIOUR.md §0: absent properties are absent, required lists are there even when empty, times have up to nine
decimals; §11, classes 12 and 13.

Fix: Keep what the answer has: absent apart from empty, numbers and times with all their digits, unknown properties and
values too.
"""

from collections.abc import Iterator

from ..calls import succeeded
from ..conversation import Conversation
from ..sameness import differences
from . import Breach, Rule


def _judge(conversation: Conversation) -> Iterator[Breach]:
    for call, answer in succeeded(conversation):
        served = answer.answer()
        if call.failure is not None or (call.returned is None and call.operation.method == "POST"):
            continue  # told by other rules
        for pointer, expected, found in differences(served, call.returned):
            yield Breach(
                f"it was served {expected!r:.60}, and gave back {found!r:.60}", answer, pointer=pointer
            )


RULE = Rule(("drive",), "error", "silent-loss", _judge)
