"""The operators of filters by date: `gte`, `lte` and `date_range`."""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import NamedTuple

from ...openapi import rfc3339
from ..request.problem import Problem, invalid

OPERATORS = ("gte", "lte", "date_range")
_NANOSECONDS_A_DAY = 86_400_000_000_000
_DAY = "YYYY-MM-DD"


class Span(NamedTuple):
    """From `start` to `end`, as a filter's own reader counts; None for no bound."""

    start: int | None
    end: int | None


def spans(
    name: str, operators: Mapping[str, list[str]], start: Callable[[str], int], end: Callable[[str], int]
) -> Iterator[list[Span]]:
    """Give, for each operator of the filter of that name, the spans that its values name.

    `start` and `end` read the text of a bound. Raises what they raise, and the 422 Problem for operators that aren't
    known, or exclude each other.
    """
    require_one_bound(name, operators)
    for operator, values in operators.items():
        if operator not in OPERATORS:
            raise unknown_operator(name, operator, OPERATORS)
        yield [_span(operator, value, start, end) for value in values]


def _span(operator: str, text: str, start: Callable[[str], int], end: Callable[[str], int]) -> Span:
    if operator == "gte":
        return Span(start(text), None)
    if operator == "lte":
        return Span(None, end(text))
    first, last = ends(text)
    return Span(start(first), end(last))


def require_one_bound(name: str, operators: Collection[str]) -> None:
    """Raise the 422 Problem where a filter of that name has both bounds (behaviour.md#date-filter-both-bounds)."""
    if "gte" in operators and "lte" in operators:
        raise invalid(name, f"{name} takes gte or lte, not both: use date_range")


def ends(date_range: str) -> tuple[str, str]:
    """Split the value of a `date_range` into its first and its last; a missing one is empty."""
    first, _, last = date_range.partition("~")
    return first, last


def moment(name: str, text: str, *, end: bool = False) -> int:
    """Read a date-time, or a day for its first nanosecond, or for its last as an `end`: nanoseconds, in order.

    Raises the 422 Problem for anything else in the filter of that name.
    """
    try:
        if len(text) == len(_DAY):
            return (rfc3339.day(text) + end) * _NANOSECONDS_A_DAY - end
        seconds, nanoseconds = rfc3339.instant(text)
    except ValueError:
        raise invalid(name, f"{name} takes an RFC 3339 date-time or a date: {text}") from None
    return seconds * 1_000_000_000 + nanoseconds


def unknown_operator(name: str, operator: str, known: tuple[str, ...]) -> Problem:
    """Make the 422 Problem for an operator that a filter doesn't have."""
    return invalid(name, f"{name} has no operator {operator}: it takes {', '.join(known)}")
