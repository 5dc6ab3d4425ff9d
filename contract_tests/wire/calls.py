"""What a driven call says of its client, for the rules."""

import json
from collections.abc import Iterator, Sequence

from ...openapi import Json
from .conversation import ClientCall, Conversation, Failure, WireExchange
from .queries import rows_of
from .rule import Breach

DEATH = "death"
HANG = "hang"
"""The `exception` of a failure in which the client's process ended, or gave no answer in time."""


def own_exchanges(call: ClientCall) -> Sequence[WireExchange]:
    """Give the exchanges of the operation that was asked for, without what else the client sent."""
    return [each for each in call.exchanges if each.operation and each.operation.id == call.operation.id]


def last_answer(call: ClientCall) -> WireExchange | None:
    """Give the answer that decided the call: the last one, if the client had all of it."""
    own = own_exchanges(call) or call.exchanges
    return own[-1] if own and own[-1].ended is not None else None


def answered(conversation: Conversation) -> Iterator[tuple[ClientCall, WireExchange]]:
    """Yield every call of a client that lived through it, with the answer that decided it."""
    for call in conversation.calls:
        answer = last_answer(call)
        if answer is not None and not _is_lost(call):
            yield call, answer


def succeeded(conversation: Conversation) -> Iterator[tuple[ClientCall, WireExchange]]:
    """Yield those with an answer of the 2xx as the double meant it."""
    for call, answer in answered(conversation):
        if 200 <= answer.status < 300 and answer.fault is None:
            yield call, answer


def refused(conversation: Conversation) -> Iterator[tuple[ClientCall, WireExchange]]:
    """Yield those with an answer of 400 or above."""
    for call, answer in answered(conversation):
        if answer.status >= 400:
            yield call, answer


def _is_lost(call: ClientCall) -> bool:
    return call.failure is not None and call.failure.exception in (DEATH, HANG)


def breach_by(failure: Failure, what: str, answer: WireExchange, *, pointer: str | None = None) -> Breach:
    """Give the breach that lies in how a call failed. `what` says what was answered; a leaked exception is named."""
    message = f"{what} ends in {failure.exception}: {' '.join(failure.message.split())[:100]}"
    if failure.declared:
        return Breach(message, answer, pointer=pointer)
    return Breach(message, answer, pointer=pointer, exception=failure.exception, frame=failure.frame or None)


def is_for_its_status(call: ClientCall, answer: WireExchange) -> bool:
    """Say whether a POST that was carried out failed for the status of its answer, and not for its body."""
    failure = call.failure
    if failure is None or call.operation.method != "POST":
        return False
    return failure.declared or str(answer.status) in failure.message


def confuses_404_with_empty(call: ClientCall, answer: WireExchange) -> bool:
    """Say whether a list for one incident was refused, or was empty, and reached the caller as the other of the two."""
    if call.operation.method != "GET" or "incident_id" not in call.query or answer.fault is not None:
        return False
    if call.failure is None:
        return answer.status == 404 and _is_empty_list(call)
    return answer.status == 200 and not rows_of(answer) and call.failure.declared


def _is_empty_list(call: ClientCall) -> bool:
    """Whether the caller got a list, or an object around one, with nothing in it."""
    if isinstance(call.returned, dict):
        lists = [each for each in call.returned.values() if isinstance(each, list)]
        return bool(lists) and not any(lists)
    return isinstance(call.returned, list) and not call.returned


def shows_caller(call: ClientCall, text: str) -> bool:
    """Say whether the caller can read that text in what the client gave back or raised."""
    shown: list[Json] = [call.returned]
    if call.failure is not None:
        shown += [call.failure.message, call.failure.details]
    return any(text in each for each in _texts(shown))


def _texts(value: Json) -> Iterator[str]:
    if isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, str):
        yield value
        yield from _unquoted(value)


def _unquoted(text: str) -> Iterator[str]:
    """What the text says, if it is JSON itself: a body that is handed over as it came."""
    if text.lstrip().startswith(("{", "[")):
        try:
            yield from _texts(json.loads(text))
        except ValueError:
            return
