"""Can't read an error that isn't the vendor's envelope: an empty 404, a gateway's page.

Why: An unknown path or a wrong verb is a 404 with no body at all, and what stands in front of the API answers
502 with a page of HTML. A client that parses the body before it looks at the status crashes with a decoding
error that says nothing; one that repeats an empty 404 will get it for ever.

Evidence: BEHAVIOUR.md §1 and §2: the empty 404, seen live; §11, class 7.

Fix: Look at the status and the content type first, and be ready for a body that is empty or no JSON.
"""

from collections.abc import Iterator

from ..conversation import Conversation
from ..wire import FEW, in_a_row
from . import Breach, Rule


def _judge(conversation: Conversation) -> Iterator[Breach]:
    for run in in_a_row(conversation.exchanges):
        if len(run) >= FEW and all(each.status == 404 and not each.answer_body for each in run):
            message = f"what doesn't exist (an empty 404) was asked for {len(run)} times in a row"
            yield Breach(message, run[0])


RULE = Rule(("watch", "drive"), "error", "leaked-exception", _judge)
