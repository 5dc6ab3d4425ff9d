"""Query parameters: as a driven client was asked for them, and as they were on the wire."""

from collections.abc import Iterator, Mapping
from urllib.parse import parse_qsl

from ...openapi import Json, rfc3339
from .conversation import ClientCall, WireExchange

Pairs = Mapping[str, list[str]]
"""The values of each parameter by its full name, `status[one_of]`, in order."""


def sent_pairs(exchange: WireExchange) -> Pairs:
    """Give what was on the wire."""
    found: dict[str, list[str]] = {}
    for name, value in parse_qsl(exchange.query, keep_blank_values=True):
        found.setdefault(name, []).append(value)
    return found


def asked_pairs(call: ClientCall) -> Mapping[str, Pairs]:
    """Say how each parameter that was asked for is written, by the name it has in the document.

    See behaviour.md#filter-form.
    """
    return {
        name: {spelled: [_text(each) for each in values] for spelled, values in _flat(name, value)}
        for name, value in call.query.items()
        if value is not None
    }


def _flat(name: str, value: Json) -> Iterator[tuple[str, list[Json]]]:
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _flat(f"{name}[{key}]", each)
    else:
        yield name, value if isinstance(value, list) else [value]


def _text(value: Json) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def unasked(call: ClientCall, sent: Pairs) -> Iterator[tuple[str, str]]:
    """Yield parameters that say something other than the default, and that nobody asked for; never those of paging."""
    declared = {each.name: each.schema for each in call.operation.parameters if each.location == "query"}
    for spelled, values in sent.items():
        name = spelled.partition("[")[0]
        if name in declared and name not in call.query and name not in ("after", "page_size"):
            default = declared[name].get("default")
            if any(value not in ("", _text(default)) for value in values):
                yield name, values[0]


def are_same_text(asked: str, sent: str) -> bool:
    """Say whether two texts are equal, or name one point in time."""
    if asked == sent:
        return True
    try:
        return rfc3339.instant(asked) == rfc3339.instant(sent)
    except ValueError:
        return False
