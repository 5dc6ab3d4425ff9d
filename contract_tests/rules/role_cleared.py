"""Takes a role away where it means to give it to somebody.

Why: An assignment without an assignee clears the role. A property that the API doesn't know, such as `user_id`
beside `incident_role_id`, is ignored, so nobody is assigned and whoever had the role loses it, with 200.

Evidence: behaviour.md#edit-unassigns-role, behaviour.md#role-assignment-user-id, behaviour.md#assignee-forms:
the assignee is `{id}`, `{email}` or `{slack_user_id}` under `assignee`; seen in a public client.

Fix: Send `{"incident_role_id": "…", "assignee": {"id": "…"}}`, and compare the incident that comes back.
"""

from collections.abc import Iterator

from ..wire.bodies import is_edit, unclear_assignments
from ..wire.conversation import Conversation
from ..wire.queries import body_of
from ..wire.rule import Breach, Rule


def _judge(conversation: Conversation) -> Iterator[Breach]:
    for exchange in conversation.exchanges:
        operation = exchange.operation
        if operation is None or operation.request_schema is None or not is_edit(operation):
            continue
        if 200 <= exchange.status < 300:
            schema = operation.request_schema
            for pointer, unknown in unclear_assignments(conversation.document, schema, body_of(exchange)):
                message = f"the role is taken away: there is no assignee, and {', '.join(unknown)} is ignored"
                yield Breach(message, exchange, pointer=pointer)


RULE = Rule(("watch", "drive"), "warning", "wrong-request", _judge)
