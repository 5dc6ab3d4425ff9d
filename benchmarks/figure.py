"""What is measured: ratios of two things timed side by side, and absolute amounts with their unit."""

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

MISSED = "  missed"


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table."""

    what: str
    value: float
    target: str
    """What is hoped for, in the same unit, as a person reads it: `<= 2`."""
    unit: str = "ratio"

    @property
    def is_met(self) -> bool:
        """Whether the value is as is hoped for."""
        comparison, limit = self.target.split()
        return self.value <= float(limit) if comparison == "<=" else self.value >= float(limit)

    def line(self) -> str:
        """The line as it is printed; `heading` stands above it."""
        value = f"{self.value:.2f}" if self.value < 100 else f"{self.value:.0f}"
        return f"{self.what:<58} {value:>7} {self.unit:<8} {self.target:<8}{'' if self.is_met else MISSED}"


def heading() -> str:
    """What stands above the lines."""
    return f"{'what':<58} {'value':>7} {'unit':<8} target"


def write_json(figures: Iterable[Figure], path: Path) -> None:
    """Write the figures as a list of objects, in the order of the table."""
    rows = [{**asdict(figure), "is_met": figure.is_met} for figure in figures]
    path.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")


def time_ratio(this: Callable[[], object], other: Callable[[], object], *, rounds: int) -> float:
    """How many times as long `this` takes as `other`: the median over rounds that time both in turn."""
    return median(_seconds(this, perf_counter) / _seconds(other, perf_counter) for _ in range(rounds))


def processor_seconds(function: Callable[[], object], *, rounds: int) -> float:
    """How long one call keeps the processor busy: the median. Other work on the machine doesn't lengthen it."""
    return median(_seconds(function, process_time) for _ in range(rounds))


def _seconds(function: Callable[[], object], clock: Callable[[], float]) -> float:
    start = clock()
    function()
    return clock() - start
