"""Print every ratio: `python -m benchmarks`."""

from collections.abc import Iterator

import click

from . import start
from .ratio import Ratio


def measure() -> Iterator[Ratio]:
    """Every ratio there is, in the order of the table."""
    yield from start.measure()


click.echo(f"{'what':<52} {'ratio':>8} {'target':>8}")
for ratio in measure():
    click.echo(f"{ratio.what:<52} {ratio.value:>8.2f} {ratio.target:>8}")
