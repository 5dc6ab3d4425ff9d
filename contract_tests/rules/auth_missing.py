"""Calls the API without its key, or with a key that is not written as `Bearer KEY`.

Why: Without a readable key every request is a 401, and a client that takes its 401 for an empty answer shows
its users nothing, quietly.

Evidence: behaviour.md#auth-bearer, behaviour.md#auth-missing, behaviour.md#auth-invalid: one scheme only,
`Authorization: Bearer <token>`; anything else is `missing_authorization_material` or `access_token_invalid`.

Fix: Send `Authorization: Bearer KEY` with every request, on every code path: file downloads, retries and
pages that follow the first one included.
"""

from collections.abc import Iterator

from ...mock_server.request.credentials import token_reader
from ..wire.conversation import Conversation
from ..wire.queries import request_of
from ..wire.rule import Breach, Rule


def _judge(conversation: Conversation) -> Iterator[Breach]:
    read = token_reader(conversation.document)
    for exchange in conversation.exchanges:
        if exchange.operation is None or exchange.operation.public:
            continue
        token = read(request_of(exchange))
        if not token:
            yield Breach("no API key is sent", exchange, pointer="authorization")
        elif token.startswith(" "):
            yield Breach("the API key is sent without the word Bearer", exchange, pointer="authorization")


RULE = Rule(("watch", "drive"), "error", "wrong-request", _judge)
