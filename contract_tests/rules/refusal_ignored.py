"""Sends what the API refuses, or sends it again unchanged.

Why: A 4xx says that the request itself is wrong, and why: nothing was done, and nothing will be done however
often it is repeated. A client that doesn't show the reason leaves its user without what was asked for, and
without a word. A refusal alone is a note, since it may be expected; the same request again is an error.

Evidence: behaviour.md#error-envelope, behaviour.md#bug-error-envelope: every refusal has its reason in
`errors[].message`; clients log the status, or nothing, and go on.

Fix: Show the reason, and stop. Repeat only 408, 409 and 429, which pass, and answers of 500 and above.
"""

from collections.abc import Iterator

from ..wire.conversation import Conversation, WireExchange
from ..wire.queries import is_write, same_request
from ..wire.rule import Breach, Rule

_PASSING = (401, 408, 409, 429)
"""What passes by itself, and what `auth-missing` is about."""


def _judge(conversation: Conversation) -> Iterator[Breach]:
    if conversation.calls:
        return  # a client that is driven is made to ask for what isn't there
    refused: set[tuple[str, ...]] = set()
    for exchange in conversation.exchanges:
        if is_write(exchange):
            refused.clear()  # what was wrong before may be right now
        if not _is_refused(exchange):
            continue
        again = same_request(exchange) in refused
        refused.add(same_request(exchange))
        what = f"answered {exchange.status}: {_reason(exchange)}"
        yield Breach(
            f"what was {what} was sent again unchanged" if again else what,
            exchange,
            severity="error" if again else None,
        )


def _is_refused(exchange: WireExchange) -> bool:
    is_looked_up = (
        exchange.method == "GET" and exchange.status == 404
    )  # that nothing is there is an answer too
    is_refusal = 400 <= exchange.status < 500 and exchange.status not in _PASSING and not is_looked_up
    return is_refusal and exchange.fault is None and exchange.operation is not None


def _reason(exchange: WireExchange) -> str:
    answer = exchange.answer()
    errors = answer.get("errors") if isinstance(answer, dict) else None
    messages = [str(each.get("message", "")) for each in errors or () if isinstance(each, dict)]
    return "; ".join(filter(None, messages)) or "no reason given"


RULE = Rule(("watch",), "note", "ignored-signal", _judge)
