"""Whether a client has asked for something, and, where it hasn't, how the nearest exchanges differ, field by field."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ...openapi import Json
from ..request.messages import Exchange
from .redaction import Redaction

_NEAREST = 3
"""How many exchanges are shown."""


class Mismatch(NamedTuple):
    """One field that is not as expected; `...` where there was nothing."""

    field: str
    expected: Json
    actual: Json

    def redacted(self, redaction: Redaction) -> "Mismatch":
        """Give the same, without what may not be shown."""
        place, _, name = self.field.partition("/")

        def redacted(value: Json) -> Json:
            if place == "headers" and isinstance(value, str):
                return redaction.header(name, value)
            return value if value is ... else redaction.value(value)

        return Mismatch(redaction.text(self.field), redacted(self.expected), redacted(self.actual))


class Near(NamedTuple):
    """An exchange that is not as expected."""

    exchange: Exchange
    differences: Sequence[Mismatch]

    def redacted(self, redaction: Redaction) -> list[Mismatch]:
        """Give the differences, without what may not be shown."""
        return [each.redacted(redaction) for each in self.differences]


@dataclass(frozen=True, kw_only=True)
class Expectation:
    """What an exchange has to be like. None, or an empty mapping, stands for anything."""

    operation: str | None = None
    method: str | None = None
    path: str | None = None
    """As it is sent, without the query."""
    query: Mapping[str, str | Sequence[str]] = field(default_factory=dict)
    """These parameters, whatever others there are."""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Json = ...
    """This much of the JSON body: of an object these properties, whatever others there are."""
    status: int | None = None
    count: int | None = None
    """Just so often; None for at least once."""

    def judge(self, exchanges: Iterable[Exchange]) -> "Verdict":
        """Say whether the exchanges hold what is expected."""
        compared = [Near(each, tuple(self.differences(each))) for each in exchanges]
        found = [near.exchange for near in compared if not near.differences]
        met = bool(found) if self.count is None else len(found) == self.count
        others = [near for near in compared if near.differences]
        nearest = [] if met else sorted(others, key=lambda near: len(near.differences))[:_NEAREST]
        return Verdict(met, found, "at least 1" if self.count is None else f"exactly {self.count}", nearest)

    def differences(self, exchange: Exchange) -> Iterator[Mismatch]:
        """Yield what of an exchange is not as expected."""
        request = exchange.request
        for name, wanted, actual in (
            ("operation", self.operation, exchange.operation_id),
            ("method", self.method, request.method),
            ("path", self.path, request.path),
            ("status", self.status, exchange.status),
        ):
            if wanted is not None and wanted != actual:
                yield Mismatch(name, wanted, actual)
        sent = exchange.query
        for name, value in self.query.items():
            values = [value] if isinstance(value, str) else list(value)
            if sent.get(name) != values:
                yield Mismatch(f"query/{name}", value, _plain(sent.get(name)))
        headers = request.sent_headers
        for name, value in self.headers.items():
            if headers.get(name.lower()) != value:
                yield Mismatch(f"headers/{name.lower()}", value, headers.get(name.lower(), ...))
        if self.body is not ...:
            yield from _within("body", self.body, request.json() if request.body else ...)


class Verdict(NamedTuple):
    """What came of an expectation."""

    met: bool
    found: list[Exchange]
    """The exchanges that are as expected."""
    wanted: str
    """How many there should be."""
    nearest: list[Near]
    """Those of the others that differ least; none when it is met."""

    def render(self, redaction: Redaction) -> str:
        """Write the verdict for a person, over several lines, without what may not be shown."""
        lines = [f"expected {self.wanted}, found {len(self.found)}"]
        for near in self.nearest:
            request = near.exchange.request
            lines.append(
                f"  {near.exchange.number}. {request.method} {redaction.text(request.path)}"
                f" ({near.exchange.status})"
            )
            lines += [
                f"    {each.field}: expected {each.expected!r}, was {_rendered(each.actual)}"
                for each in near.redacted(redaction)
            ]
        return "\n".join(lines)


def _plain(values: list[str] | None) -> Any:
    if values is None:
        return ...
    return values[0] if len(values) == 1 else values


def _rendered(actual: Json) -> str:
    return "not there" if actual is ... else repr(actual)


def _within(place: str, expected: Json, actual: Json) -> Iterator[Mismatch]:
    """How a value lacks what is expected of it: objects may hold more, lists may not."""
    if isinstance(expected, Mapping) and isinstance(actual, Mapping):
        for name, value in expected.items():
            yield from _within(f"{place}/{name}", value, actual.get(name, ...))
    elif isinstance(expected, list) and isinstance(actual, list) and len(expected) == len(actual):
        for number, value in enumerate(expected):
            yield from _within(f"{place}/{number}", value, actual[number])
    elif type(expected) is bool or type(actual) is bool:
        if expected is not actual:
            yield Mismatch(place, expected, actual)
    elif expected != actual:
        yield Mismatch(place, expected, actual)
