"""The operators of filters by date: `gte`, `lte` and `date_range`."""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from ..request.problem import Problem, invalid

OPERATORS = ("gte", "lte", "date_range")


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
    if "gte" in operators and "lte" in operators:
        raise invalid(name, f"{name} takes gte or lte, not both: use date_range")
    for operator, values in operators.items():
        if operator not in OPERATORS:
            raise unknown_operator(name, operator, OPERATORS)
        yield [_span(operator, value, start, end) for value in values]


def _span(operator: str, text: str, start: Callable[[str], int], end: Callable[[str], int]) -> Span:
    if operator == "gte":
        return Span(start(text), None)
    if operator == "lte":
        return Span(None, end(text))
    first, _, last = text.partition("~")
    return Span(start(first), end(last))


def unknown_operator(name: str, operator: str, known: tuple[str, ...]) -> Problem:
    """Make the 422 Problem for an operator that a filter doesn't have."""
    return invalid(name, f"{name} has no operator {operator}: it takes {', '.join(known)}")
