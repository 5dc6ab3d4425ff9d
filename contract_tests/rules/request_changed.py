"""What went over the wire isn't what the caller asked for.

Why: A wrong path, a value that was cut or re-encoded, or a property that got lost on the way changes what the API does,
and it answers as if that had been meant.

Evidence: behaviour.md#unknown-property-ignored, behaviour.md#unknown-parameter-ignored: unknown properties and
parameters are ignored in silence, so the API doesn't report it either.

Fix: Hand every argument on as it is: each value of a list as a parameter of its own, path arguments percent-encoded,
bodies with all their properties and no others.
"""

from collections.abc import Iterator
from urllib.parse import quote, unquote

from ...fixtures.schema.canonical import canonical
from ...mock_server.request.nesting import parsed
from ...openapi import Document, Json
from ...openapi.json_pointer import pointer
from ..wire.calls import DEATH, HANG, own_exchanges
from ..wire.conversation import ClientCall, Conversation, WireExchange
from ..wire.differences import differences
from ..wire.rule import Breach, Rule
from ..wire.sent_query import are_same_text, asked_pairs, sent_pairs, unasked


def _judge(conversation: Conversation) -> Iterator[Breach]:
    for call in conversation.calls:
        own = own_exchanges(call)
        if not own:
            yield from _not_sent(call)
        for exchange in own:
            yield from _path(call, exchange)
            yield from _query(call, exchange)
            yield from _body(conversation.document, call, exchange)


def _not_sent(call: ClientCall) -> Iterator[Breach]:
    if call.exchanges:
        sent = call.exchanges[-1]
        yield Breach(f"asked for {call.operation.id}, it sent {sent.method} {sent.path}", sent)
    elif call.failure is None:
        yield Breach(f"{call.operation.id} was asked for, and nothing was sent", operation=call.operation.id)
    elif call.failure.exception not in (DEATH, HANG):
        yield Breach(
            f"{call.operation.id} was asked for, and {call.failure.exception} came before anything was sent",
            operation=call.operation.id,
            exception=call.failure.exception,
            frame=call.failure.frame,
        )


def _path(call: ClientCall, exchange: WireExchange) -> Iterator[Breach]:
    expected = call.operation.path
    for name, value in call.path.items():
        expected = expected.replace(f"{{{name}}}", quote(value, safe=""))
    if unquote(expected) != unquote(exchange.path):
        yield Breach(f"asked for {expected}, it sent {exchange.path}", exchange)


def _query(call: ClientCall, exchange: WireExchange) -> Iterator[Breach]:
    sent = sent_pairs(exchange)
    for name, pairs in asked_pairs(call).items():
        if not any(each.partition("[")[0] == name for each in sent) or (name in sent and name not in pairs):
            continue  # dropped, or written wrongly: other rules say so
        for spelled, values in pairs.items():
            if not _are_same(values, sent.get(spelled, [])):
                yield Breach(
                    f"asked for {spelled} of {values}, it sent {sent.get(spelled)}", exchange, pointer=name
                )
    for name, value in unasked(call, sent):
        yield Breach(f"it sent {name}={value}, which nobody asked for", exchange, pointer=name)


def _are_same(asked: list[str], sent: list[str]) -> bool:
    return len(asked) == len(sent) and all(map(are_same_text, asked, sent))


def _body(document: Document, call: ClientCall, exchange: WireExchange) -> Iterator[Breach]:
    schema = call.operation.request_schema
    try:
        sent: Json = parsed(exchange.body or b"{}")
    except ValueError:
        return  # a body that isn't JSON is found by another rule
    if schema is not None:
        for each in differences(canonical(document, schema), call.body or {}, sent):
            yield Breach(
                f"asked for {each.sent}, it sent {each.returned}", exchange, pointer=pointer(each.path)
            )


RULE = Rule(("drive",), "error", "wrong-request", _judge)
