"""The exchanges of a double's journal as rules look at them."""

from collections.abc import Iterable

from ..mock_server import exchange
from ..openapi import Document
from .conversation import Conversation, Exchange


def conversation(document: Document, exchanges: Iterable[exchange.Exchange]) -> Conversation:
    """What was said in exchanges with a double of that document."""
    return Conversation(document, [_exchange(each) for each in exchanges])


def _exchange(told: exchange.Exchange) -> Exchange:
    request, reply = told.request, told.reply
    headers = {name.lower(): value for name, value in request.headers.items()}
    if request.authorization is not None:
        headers.setdefault("authorization", request.authorization)
    return Exchange(
        started=told.started,
        ended=reply.ended,
        operation=told.operation,
        method=request.method,
        path=request.path,
        query=request.query,
        headers=headers,
        body=request.body or b"",
        status=reply.status,
        answer_headers={name.lower(): value for name, value in reply.headers},
        answer_body=reply.body,
        fault=reply.fault,
        path_arguments=told.path_arguments,
    )
