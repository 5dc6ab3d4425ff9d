"""What a client and a double say to each other, from the double's journal, as rules look at it."""

from collections.abc import Iterable, Sequence

from ...mock_server.pipeline import Double
from ...mock_server.request import messages
from ...openapi import Document
from .conversation import Conversation, WireExchange


class Recorder:
    """Remembers every exchange with a double, however often that is reset. The control plane's are none."""

    def __init__(self, double: Double) -> None:
        self._document = double.document
        self._recorded = double.journal.record()

    def __len__(self) -> int:
        """How many exchanges have begun."""
        return len(self._recorded)

    @property
    def exchanges(self) -> Sequence[WireExchange]:
        """What was said so far, in the order in which the requests came; those that go on have no end yet."""
        return self.exchanges_since(0)

    def exchanges_since(self, first: int) -> Sequence[WireExchange]:
        """Give those of a number on, counted from 0."""
        return [_exchange(each) for each in self._recorded[first:]]

    def conversation(self) -> Conversation:
        """Give what was said so far."""
        return Conversation(self._document, self.exchanges)


def conversation(document: Document, exchanges: Iterable[messages.Exchange]) -> Conversation:
    """Give what was said in exchanges with a double of that document."""
    return Conversation(document, [_exchange(each) for each in exchanges])


def _exchange(kept: messages.Exchange) -> WireExchange:
    request, reply = kept.request, kept.reply
    status, body = reply.sent
    return WireExchange(
        started=kept.started,
        ended=reply.ended,
        operation=kept.operation,
        method=request.method,
        path=request.path,
        query=request.query,
        headers=request.sent_headers,
        body=request.body or b"",
        status=status,
        answer_headers={name.lower(): value for name, value in reply.headers} if status else {},
        answer_body=body,
        fault=reply.fault,
        path_arguments=kept.path_arguments,
    )
