"""Answers that are no longer what the document promises, though they come over whole and sound."""

from collections.abc import Iterator
from dataclasses import replace

import orjson

from ...fixtures.schema.canonical import canonical
from ...fixtures.schema.kinds import Array, Node, Object
from ...fixtures.schema.places import Path, kind_at, replaced
from ...openapi import Document, Json, Operation
from ..request.messages import Reply

_OTHER_TYPES: tuple[Json, ...] = (0, "text", True, [], {})


def without_json(reply: Reply, *_: Document | Operation) -> Reply:
    """Give the reply with a body that isn't JSON, whatever it was. One without a body stays as it is, as below."""
    return replace(reply, body=b"{" + reply.body) if reply.body else reply


def as_plain_text(reply: Reply, *_: Document | Operation) -> Reply:
    """Give the reply with a content type that says it is plain text."""
    if not reply.body:
        return reply
    rest = tuple(each for each in reply.headers if each[0] != "content-type")
    return replace(reply, headers=(("content-type", "text/plain; charset=utf-8"), *rest))


def of_wrong_type(reply: Reply, document: Document, operation: Operation) -> Reply:
    """Give the reply with one required property of another type: that of an inner object rather than what wraps it.

    What no schema describes stays as it is.
    """
    schema = operation.responses.get(reply.status)
    if not reply.body or schema is None or schema.get("format") == "binary":
        return reply
    value = orjson.loads(reply.body)
    is_valid = document.validator(schema).is_valid
    paths = list(_required(canonical(document, schema), value, ()))
    for path, held in sorted(paths, key=lambda each: isinstance(each[1], dict | list)):
        for other in _OTHER_TYPES:
            if type(other) is not type(held) and not is_valid(changed := replaced(value, path, other)):
                return replace(reply, body=orjson.dumps(changed))
    return reply


def _required(node: Node, value: Json, path: Path) -> Iterator[tuple[Path, Json]]:
    """The required properties in a value, of each list those in its first item."""
    kind = kind_at(node, value)
    if isinstance(kind, Array) and value:
        yield from _required(kind.node(0), value[0], (*path, 0))
    if not isinstance(kind, Object):
        return
    for name in sorted(kind.required & value.keys()):
        yield (*path, name), value[name]
    for name, held in value.items():
        inner = kind.node(name)
        if inner is not None:
            yield from _required(inner, held, (*path, name))
