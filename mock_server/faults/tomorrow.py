"""Answers that are right, but not those that a client has always got: short pages, and what the vendor may add."""

from dataclasses import replace
from typing import Any

import orjson

from ...fixtures.domain.names import NEW_VALUE
from ...fixtures.schema.canonical import canonical
from ...fixtures.schema.kinds import Array, Constants, Node, Object
from ...fixtures.schema.places import kind_at
from ...openapi import Document, Json, Operation
from ..request.messages import Reply


def as_short_page(reply: Reply, *_: Document | Operation) -> Reply:
    """Give the reply with half of the rows of its page, and a cursor for the rest. What is no page stays as it is."""
    value: Json = orjson.loads(reply.body) if reply.status == 200 and reply.body else None
    if not isinstance(value, dict) or not isinstance(value.get("pagination_meta"), dict):
        return reply
    lists = [name for name, held in value.items() if isinstance(held, list) and len(held) > 1]
    if len(lists) != 1:
        return reply
    rows = value[lists[0]]
    kept = rows[: (len(rows) + 1) // 2]
    page = {**value, lists[0]: kept, "pagination_meta": {**value["pagination_meta"], "after": kept[-1]["id"]}}
    return replace(reply, body=orjson.dumps(page))


def as_evolved(reply: Reply, document: Document, operation: Operation) -> Reply:
    """Give the reply a property more in each object, another value in each enum, and another order of properties.

    The vendor counts all of these as compatible (behaviour.md#additive-is-wide). What no schema describes stays as it
    is, as do refusals.
    """
    schema = operation.responses.get(reply.status)
    if not reply.body or reply.status >= 400 or schema is None or schema.get("format") == "binary":
        return reply
    return replace(reply, body=orjson.dumps(_evolved(canonical(document, schema), orjson.loads(reply.body))))


def _evolved(node: Node | None, value: Json) -> Json:
    kind = None if node is None else kind_at(node, value)
    if isinstance(kind, Constants) and isinstance(value, str):
        return NEW_VALUE
    if isinstance(kind, Array):
        return [_evolved(kind.node(number), each) for number, each in enumerate(value)]
    if isinstance(kind, Object):
        changed: dict[str, Any] = {name: _evolved(kind.node(name), value[name]) for name in reversed(value)}
        return changed if kind.node("new_property") is not None else {**changed, "new_property": "new"}
    return value
