"""Print every figure: `python -m benchmarks`."""

from collections.abc import Iterator
from pathlib import Path

import click

from . import answers, beginning, durable_writes, first_answer, fuzzing, generation, scale
from .figure import Figure, heading, write_json


def measure(rounds: int, incidents: int) -> Iterator[Figure]:
    """Every figure there is, in the order of the table, each the median over that many rounds."""
    yield from answers.measure(rounds)
    yield from durable_writes.measure(rounds)
    yield from first_answer.measure(rounds)
    yield from beginning.measure(rounds)
    yield from generation.measure(rounds)
    yield from fuzzing.measure(rounds)
    yield from scale.measure(rounds, incidents)


@click.command()
@click.option(
    "--rounds", type=click.IntRange(1), default=9, show_default=True, help="The median is taken of so many."
)
@click.option(
    "--incidents",
    type=click.IntRange(1000),
    default=100_000,
    show_default=True,
    help="Lists of a thousand are held against lists of so many.",
)
@click.option(
    "--json", "path", type=click.Path(path_type=Path, writable=True), help="Write the figures here as well."
)
def main(rounds: int, incidents: int, path: Path | None) -> None:
    """Measure everything side by side in one run, and print it as a table."""
    click.echo(heading())
    figures = []
    for figure in measure(rounds, incidents):
        click.echo(figure.line())
        figures.append(figure)
    if path is not None:
        write_json(figures, path)


if __name__ == "__main__":
    main(prog_name="make bench")
