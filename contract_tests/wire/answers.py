"""What became of good answers on the way through a driven client: what it refused, and what it changed."""

from collections.abc import Iterator
from typing import Literal

from ...fixtures.schema.canonical import canonical
from ...fixtures.schema.kinds import Constants, Node, Object
from ...fixtures.schema.places import Path, places
from ...openapi import Document, Json
from ...openapi.json_pointer import pointer
from .calls import (
    breach_by,
    confuses_404_with_empty,
    is_for_its_status,
    last_answer,
    own_exchanges,
    succeeded,
)
from .conversation import ClientCall, Conversation, Failure, WireExchange
from .differences import differences
from .rule import Breach, Judge

Quoted = Literal["enum value", "absent property", "unknown property", "nothing"]
"""What an exception's own words may quote of the answer that it refuses."""


def changed(*ways: str) -> Judge:
    """Make the judge of what the client gave back otherwise than served, in one of these ways (ValueDifference)."""

    def judge(conversation: Conversation) -> Iterator[Breach]:
        for call, answer in succeeded(conversation):
            if call.failure is None and call.operation.method != "DELETE":
                yield from _changes(conversation.document, call, answer, ways)

    return judge


def _changes(
    document: Document, call: ClientCall, answer: WireExchange, ways: tuple[str, ...]
) -> Iterator[Breach]:
    node, served = _node(document, call.operation.id, answer.status), answer.answer()
    if node is None or (call.returned is None and call.operation.method == "POST"):
        return  # nothing to be changed; nothing came back of a create, which another rule finds
    for each in differences(node, served, call.returned):
        if each.how in ways:
            message = f"it was served {each.sent}, and gave back {each.returned}"
            yield Breach(message, answer, pointer=pointer(each.path))


def refused(quoting: Quoted) -> Judge:
    """Make the judge of good answers that ended in an exception which quotes this of them first."""

    def judge(conversation: Conversation) -> Iterator[Breach]:
        for call, answer in succeeded(conversation):
            failure = call.failure
            if failure is None or call.operation.method == "DELETE":
                continue
            if is_for_its_status(call, answer) or confuses_404_with_empty(call, answer):
                continue
            node = _node(conversation.document, call.operation.id, answer.status)
            quoted, path = _quoted(node, answer.answer(), failure)
            if quoted == quoting:
                what = f"an answer of {answer.status}"
                yield breach_by(failure, what, answer, pointer=None if path is None else pointer(path))

    return judge


def _quoted(node: Node | None, served: Json, failure: Failure) -> tuple[Quoted, Path | None]:
    """What an exception quotes first of an answer, and where that stands."""
    for place in places(node, served) if node is not None else ():
        if isinstance(place.kind, Constants) and _quotes(failure, place.value):
            return "enum value", place.path
        if isinstance(place.kind, Object):
            for name in place.kind.optional:
                if name not in place.value and _quotes(failure, name):
                    return "absent property", (*place.path, name)
            for name in place.value:
                if place.kind.node(name) is None and _quotes(failure, name):
                    return "unknown property", (*place.path, name)
    return "nothing", None


def _quotes(failure: Failure, value: Json) -> bool:
    return isinstance(value, str) and any(f"{mark}{value}{mark}" in failure.message for mark in "'\"`")


def _node(document: Document, operation_id: str, status: int) -> Node | None:
    schema = document.operations[operation_id].responses.get(status)
    return None if schema is None else canonical(document, schema)


def lost(how: str) -> Judge:
    """Make the judge of calls that never came back, in one of the two ways, DEATH and HANG."""

    def judge(conversation: Conversation) -> Iterator[Breach]:
        for call in conversation.calls:
            if call.failure is not None and call.failure.exception == how:
                last = last_answer(call) or next(iter(own_exchanges(call)), None)
                yield Breach(call.failure.message, last, operation=call.operation.id)

    return judge
