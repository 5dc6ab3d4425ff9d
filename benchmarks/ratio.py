"""Timing two things side by side."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import perf_counter


@dataclass(frozen=True, slots=True)
class Ratio:
    """One line of the table."""

    what: str
    value: float
    target: str
    """What is hoped for, as a person reads it: `<= 2`."""


def time_ratio(this: Callable[[], object], other: Callable[[], object], *, rounds: int = 15) -> float:
    """How many times as long `this` takes as `other`: the median over rounds that time both in turn."""
    return median(_seconds(this) / _seconds(other) for _ in range(rounds))


def _seconds(function: Callable[[], object]) -> float:
    start = perf_counter()
    function()
    return perf_counter() - start
