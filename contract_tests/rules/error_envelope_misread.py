"""Can't read a refusal: crashes over it, or tries what can't succeed once more.

Why: A refusal is `{"type", "status", "request_id", "errors": [{"code", "message", …}]}`. A client that looks
for `{"error": …}`, takes `type` for the code, or counts on `source` being there, loses the reason, crashes
instead of telling its caller, or takes a refusal for an outage and repeats it.

Evidence: BEHAVIOUR.md §2: the envelope, with `source` and its parts sometimes missing; 401, 403 and 422 stay
what they are however often one asks; §11, class 7.

Fix: Branch on the HTTP status, then on `errors[].code`; take everything else in the envelope for a hint.
Repeat only 408, 429 and 5xx.
"""

from collections.abc import Iterator

from ..conversation import Conversation
from ..wire import FEW, in_a_row
from . import Breach, Rule

_FINAL = (400, 401, 403, 422)


def _judge(conversation: Conversation) -> Iterator[Breach]:
    for run in in_a_row(conversation.exchanges):
        if len(run) >= FEW and all(each.status in _FINAL for each in run):
            message = (
                f"a refusal ({run[0].status}) that stays what it is was asked for {len(run)} times in a row"
            )
            yield Breach(message, run[0])


RULE = Rule(("watch", "drive"), "error", "ignored-signal", _judge)
