"""`incident-double generate`: fixtures as JSON Lines."""

import os
import sys
from collections.abc import Iterable, Iterator
from itertools import islice

import click
import orjson

from ..fixtures.dataset import COLLECTIONS
from ..openapi import Json, bundled

_LONG_RUN = 2_000
"""Objects from which a person would rather see how far it is."""


@click.command("generate")
@click.option("--count", type=click.IntRange(0), default=10, show_default=True, help="How many objects.")
@click.option("--seed", type=int, default=0, show_default=True, help="Another seed, other objects.")
@click.option(
    "--shape",
    type=click.Choice(["realistic", "conforming", "covering"]),
    default="realistic",
    show_default=True,
    help="Believable objects; or everything that the contract permits; or a small set with each fact of it.",
)
@click.option("--schema", "name", default="IncidentV2", show_default=True, help="A schema of the contract.")
def command(count: int, seed: int, shape: str, name: str) -> None:
    """Print objects of one schema, one on each line."""
    if name not in bundled().schemas:
        raise click.BadParameter(f"the contract has no schema {name}", param_hint="'--schema'")
    objects = islice(_objects(shape, name, seed, count), count)
    try:
        for value in _watched(objects, count):
            sys.stdout.buffer.write(orjson.dumps(value) + b"\n")
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        # Whoever reads has seen enough; nothing more may be written, at exit neither.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _objects(shape: str, name: str, seed: int, count: int) -> Iterable[Json]:
    if shape == "realistic":
        return _realistic(name, seed, count)
    schema = {"$ref": f"#/components/schemas/{name}"}
    if shape == "covering":
        from ..fixtures.covering import covering_set  # noqa: PLC0415 - slow to import, and seldom needed

        return covering_set(bundled(), schema)
    from ..fixtures.conforming import conforming  # noqa: PLC0415 - imports Hypothesis

    return conforming(bundled(), schema, seed=seed)


def _realistic(name: str, seed: int, count: int) -> Iterable[Json]:
    from ..fixtures.realistic_dataset import realistic  # noqa: PLC0415 - imports Faker

    collection = next((each for each, schema in COLLECTIONS.items() if schema == name), None)
    if collection is None:
        known = ", ".join(sorted(COLLECTIONS.values()))
        raise click.BadParameter(f"realistic data has no {name}, but {known}", param_hint="'--schema'")
    return realistic(seed=seed, incidents=count).collections[collection]


def _watched(objects: Iterator[Json], count: int) -> Iterator[Json]:
    """The objects, with a progress bar on stderr when a person watches a long run."""
    if count < _LONG_RUN or not sys.stderr.isatty():
        return objects
    from rich.console import Console  # noqa: PLC0415 - only for a person
    from rich.progress import track  # noqa: PLC0415

    return iter(track(objects, description="generate", total=count, console=Console(stderr=True), transient=True))
