"""Edits a property that can't be edited.

Why: The API ignores what it doesn't know, answers 200, and nothing has changed: the user believes that the
incident is private now, or of another type.

Evidence: behaviour.md#edit-unknown-properties, behaviour.md#bug-edit-without-effect: `mode`, `visibility` and
`incident_type_id` are not in the edit's schema; two integrations send them and expect an effect.

Fix: Set these at creation, or in the app. Send only properties of the edit's own schema, and compare the
incident that comes back with what was asked for.
"""

from collections.abc import Iterator

from ..wire.bodies import is_edit, unclear_assignments, unknown_properties, wrapper_of
from ..wire.conversation import Conversation
from ..wire.queries import body_of
from ..wire.rule import Breach, Rule


def _judge(conversation: Conversation) -> Iterator[Breach]:
    for exchange in conversation.exchanges:
        operation = exchange.operation
        if operation is None or operation.request_schema is None or not is_edit(operation):
            continue
        schema = operation.request_schema
        body = body_of(exchange)
        cleared = [place for place, _ in unclear_assignments(conversation.document, schema, body)]
        for pointer in unknown_properties(conversation.document, schema, body):
            if any(pointer.startswith(f"{place}/") for place in cleared):
                continue  # `role-cleared` says what comes of it
            wrapper = wrapper_of(conversation.document, schema, pointer[1:])
            why = "can't be edited" if wrapper is None else f"is read inside `{wrapper}` only"
            yield Breach(f"{pointer} {why}: it is ignored", exchange, pointer=pointer)


RULE = Rule(("watch", "drive"), "error", "wrong-request", _judge)
