"""Print every ratio: `python -m benchmarks`."""

from collections.abc import Iterator

import click

from . import answers, start
from .ratio import Ratio


def measure() -> Iterator[Ratio]:
    """Every ratio there is, in the order of the table."""
    yield from start.measure()
    yield from answers.measure()


click.echo(f"{'what':<58} {'ratio':>5}  target")
for ratio in measure():
    click.echo(f"{ratio.what:<58} {ratio.value:>5.2f}  {ratio.target}")
