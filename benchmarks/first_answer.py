"""From a command to its first 200, and the memory that takes: the bundled document, and the vendor's of 7.8 MB."""

import re
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from time import perf_counter

import click

from . import servers
from .figure import Figure

VENDOR = Path(__file__).resolve().parents[2] / "shared" / "upstream" / "openapi-current.json"
"""Beside the checkout, for whoever has it there."""


def measure(rounds: int) -> Iterator[Figure]:
    """Yield the figures of this module."""
    yield from _measure(rounds, "bundled document", "<= 0.9", "<= 140")
    if VENDOR.is_file():
        yield from _measure(rounds, "vendor's document", "<= 2.5", "<= 350", "--document", str(VENDOR))
    else:
        click.echo(f"skipped, for there is no {VENDOR}: the vendor's document", err=True)


def _measure(rounds: int, what: str, seconds: str, megabytes: str, *arguments: str) -> Iterator[Figure]:
    starts = [_start(*arguments) for _ in range(rounds)]
    yield Figure(f"first 200 after start, {what}", median(took for took, _ in starts), seconds, "s")
    peaks = [peak for _, peak in starts if peak is not None]
    if peaks:
        yield Figure(f"peak memory, {what}", median(peaks), megabytes, "MB")


def _start(*arguments: str) -> tuple[float, float | None]:
    """Seconds from the command to the first 200, and the megabytes that the process ever held by then."""
    began = perf_counter()
    with servers.double(*arguments) as double:
        double.get("/v2/incidents?page_size=1")
        return perf_counter() - began, _peak(double.process)


def _peak(process: int) -> float | None:
    # Not `resource.getrusage`: for a child it counts what its parent held when it was started, too.
    try:
        status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    except FileNotFoundError:
        return None  # only Linux knows
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return None if found is None else int(found[1]) * 1024 / 1e6
