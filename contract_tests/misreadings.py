"""Driven calls that went wrong although, or because, of what was answered."""

from collections.abc import Iterator

from .conversation import Call, Conversation, Exchange, Failure


def failed_calls(conversation: Conversation) -> Iterator[tuple[Call, Exchange]]:
    """Calls that raised although the API did what was asked: each with the exchange that says so."""
    for call in conversation.calls:
        if call.failure is None or not call.exchanges:
            continue
        last = call.exchanges[-1]
        if 200 <= last.status < 300 and last.fault is None:
            yield call, last


def crashed_calls(conversation: Conversation) -> Iterator[tuple[Exchange, Failure]]:
    """Calls that raised something which isn't the client's own way to tell of an error."""
    for call in conversation.calls:
        if call.failure is not None and not call.failure.declared and call.exchanges:
            yield call.exchanges[-1], call.failure
