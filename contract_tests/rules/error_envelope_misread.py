"""Can't read a refusal: crashes over it, loses its reason, or tries what can't succeed once more.

Why: A refusal is `{"type", "status", "request_id", "errors": [{"code", "message", …}]}`. A client that looks
for `{"error": …}`, takes `type` for the code, or counts on `source` being there, loses the reason, crashes
instead of an error for its caller, or takes a refusal for an outage and repeats it. What stands in front of the API
answers with a page of HTML instead, under any status.

Evidence: behaviour.md#error-envelope, behaviour.md#error-source-incomplete, behaviour.md#bug-error-envelope:
the envelope, with `source` and its parts sometimes missing; 401, 403 and 422 stay what they are however often
one asks.

Fix: Branch on the HTTP status, then on `errors[].code`; take everything else in the envelope for a hint.
Repeat only 408, 429 and 5xx. Look at the status before the body, which may be no JSON.
"""

from collections.abc import Iterator, Mapping

from ...openapi import Json
from ..wire.calls import breach_by, confuses_404_with_empty, refused, shows_caller
from ..wire.conversation import ClientCall, Conversation, WireExchange
from ..wire.queries import FEW, in_a_row
from ..wire.rule import Breach, Rule

_FINAL = (400, 401, 403, 422)


def _judge(conversation: Conversation) -> Iterator[Breach]:
    for run in in_a_row(conversation.exchanges):
        if len(run) >= FEW and all(each.status in _FINAL for each in run):
            message = (
                f"a refusal ({run[0].status}) that stays what it is was asked for {len(run)} times in a row"
            )
            yield Breach(message, run[0])
    for call, answer in refused(conversation):
        has_own_rule = answer.status == 404 and not answer.answer_body
        if not has_own_rule and not confuses_404_with_empty(call, answer):
            yield from _misread(call, answer)


def _misread(call: ClientCall, answer: WireExchange) -> Iterator[Breach]:
    failure = call.failure
    if failure is not None and not failure.declared:
        yield breach_by(failure, _described(answer), answer)
    elif failure is not None or call.returned is not None:
        yield from _not_shown(call, answer)
    elif answer.status != 404:  # nothing may well stand for what isn't there
        yield Breach(f"{_described(answer)} came back as nothing", answer)


def _not_shown(call: ClientCall, answer: WireExchange) -> Iterator[Breach]:
    """What the envelope says and the caller can't read."""
    errors = _errors(answer)
    for name in ("code", "message"):
        values = [each[name] for each in errors if isinstance(each.get(name), str)]
        if values and not any(shows_caller(call, value) for value in values):
            message = f"the {name} {values[0]!r} doesn't reach the caller"
            yield Breach(message, answer, pointer=f"/errors/0/{name}")
    if not errors and call.failure is None:
        yield Breach(f"{_described(answer)} was returned as if it were an answer", answer)


def _errors(answer: WireExchange) -> list[Mapping[str, Json]]:
    body = answer.answer()
    errors = body.get("errors") if isinstance(body, dict) else None
    return [each for each in errors if isinstance(each, dict)] if isinstance(errors, list) else []


def _described(answer: WireExchange) -> str:
    if not answer.answer_body:
        return f"a {answer.status} without a body"
    return f"a {answer.status}" if _errors(answer) else f"a {answer.status} without the envelope"


RULE = Rule(("watch", "drive"), "error", "ignored-signal", _judge)
