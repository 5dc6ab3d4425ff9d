"""Sends a body that the document doesn't permit: not JSON, something missing, of a wrong type, or unknown.

Why: What the document forbids is refused with a 422, and an unknown property is ignored in silence, so what
it was meant to set stays unset. (Unknown properties of an edit are found by `edit-unknown-property`. `null`
counts as absent, as the API reads it.)

Evidence: behaviour.md#bad-body-is-422, behaviour.md#unknown-property-ignored, behaviour.md#null-in-edit:
missing, mistyped and out-of-range values are `validation_error`s, unknown properties are ignored, and `null`
can't be distinguished from absent.

Fix: Build bodies from the document's schema: its names, required properties, enums and limits. Leave out what
has no value.
"""

from collections.abc import Iterator

from ...mock_server.request.problem import Problem
from ...mock_server.request.validation import read_body
from ..wire.bodies import is_edit, unknown_properties
from ..wire.conversation import Conversation
from ..wire.queries import body_of
from ..wire.rule import Breach, Rule


def _judge(conversation: Conversation) -> Iterator[Breach]:
    document = conversation.document
    for exchange in conversation.exchanges:
        operation = exchange.operation
        if operation is None or operation.request_schema is None:
            continue
        try:
            read_body(document, operation, exchange.body)
        except Problem as problem:
            for error in problem.errors:
                pointer = "/" + (error.field or "").replace(".", "/")
                yield Breach(error.message, exchange, pointer=pointer)
        if not is_edit(operation):
            for pointer in unknown_properties(document, operation.request_schema, body_of(exchange)):
                yield Breach(f"{pointer} is no property of this body", exchange, pointer=pointer)


RULE = Rule(("watch", "drive"), "error", "wrong-request", _judge)
