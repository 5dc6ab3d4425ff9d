"""Whether what came back says the same as what was sent.

Equal spellings of one time or one number are the same fact, and `null` is absence. What the schema doesn't name may be
lost: the vendor may add properties, and a typed client has no place for them.
"""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

import orjson

from ...fixtures.schema.canonical import canonical
from ...fixtures.schema.kinds import Array, Node, Object, Text
from ...fixtures.schema.places import Path, kind_at
from ...openapi import Document, Json, bundled, rfc3339
from ...openapi.json_pointer import pointer

_ABSENT: Any = object()
_MILLISECOND = 1_000_000
"""In nanoseconds; the API itself writes nothing finer (behaviour.md#timestamps-utc)."""


class ValueDifference(NamedTuple):
    """One fact that changed on the way through a client."""

    path: Path
    how: str
    """`lost`, `invented`, `changed`, or `rounded`: of a time no more than what is finer than a millisecond."""
    sent: str
    """What it was, shortened; `nothing` where it was absent."""
    returned: str
    is_unnamed: bool = False
    """Whether the schema doesn't name the place."""


def differences(node: Node, sent: Json, returned: Json, *, may_add: bool = False) -> list[ValueDifference]:
    """Give every fact that differs, in document order; with `may_add`, not what is new and the schema doesn't name."""
    if _identical(sent, returned):
        return []
    return [each for each in _differences(node, sent, returned, ()) if not (may_add and each.is_unnamed)]


def _differences(node: Node | None, sent: Any, returned: Any, path: Path) -> Iterator[ValueDifference]:
    sent, returned = (_ABSENT if value is None else value for value in (sent, returned))
    if isinstance(sent, dict) and isinstance(returned, dict):
        kind = kind_at(node, sent) if node else None
        for name in {**sent, **returned}:
            inner = kind.node(name) if isinstance(kind, Object) else None
            if inner is None and name in sent:
                continue  # nothing is said of it
            before, after = sent.get(name), returned.get(name)
            if not _identical(before, after):
                yield from _differences(inner, before, after, (*path, name))
    elif isinstance(sent, list) and isinstance(returned, list) and len(sent) == len(returned):
        kind = kind_at(node, sent) if node else None
        for index, (before, after) in enumerate(zip(sent, returned, strict=True)):
            if not _identical(before, after):
                inner = kind.node(index) if isinstance(kind, Array) else None
                yield from _differences(inner, before, after, (*path, index))
    elif how := _how(node, sent, returned):
        yield ValueDifference(
            path, how, _shown(sent), _shown(returned), is_unnamed=node is None and how == "invented"
        )


def _identical(sent: Any, returned: Any) -> bool:
    try:
        return orjson.dumps(sent, option=orjson.OPT_SORT_KEYS) == orjson.dumps(
            returned, option=orjson.OPT_SORT_KEYS
        )
    except (TypeError, ValueError):
        return False  # integers beyond 64 bits and the like are compared one by one


def _how(node: Node | None, sent: Any, returned: Any) -> str:
    """How it changed; nothing when it says the same."""
    if sent is _ABSENT or returned is _ABSENT:
        return "" if sent is returned else "lost" if returned is _ABSENT else "invented"
    if isinstance(sent, bool) or isinstance(returned, bool):
        return "" if sent is returned else "changed"
    if isinstance(sent, str) and isinstance(returned, str) and _is_time(node):
        return _how_time(sent, returned)
    return "" if sent == returned and type(sent) in (type(returned), int, float) else "changed"


def _is_time(node: Node | None) -> bool:
    return node is not None and any(
        isinstance(kind, Text) and kind.format == "date-time" for kind in node.kinds
    )


def _how_time(sent: str, returned: str) -> str:
    try:
        before, after = (seconds * 10**9 + rest for seconds, rest in map(rfc3339.instant, (sent, returned)))
    except ValueError:
        return "" if sent == returned else "changed"
    if before == after:
        return ""
    return "rounded" if abs(before - after) < _MILLISECOND else "changed"


def _shown(value: Any) -> str:
    if value is _ABSENT:
        return "nothing"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else f"{text[:77]}..."


def changed(name: str, sent: Json, returned: Json, *, document: Document | None = None) -> list[str]:
    """Compare an object of a schema (by name, of the bundled document by default) with what came back."""
    node = canonical(document or bundled(), {"$ref": f"#/components/schemas/{name}"})
    return [
        f"{pointer(each.path)}: sent {each.sent}, came back {each.returned}"
        for each in differences(node, sent, returned)
    ]
