"""`incident-double generate`: fixtures as JSON Lines."""

import os
from collections.abc import Iterable, Iterator
from itertools import islice

import click
import orjson

from ..fixtures import COLLECTIONS
from ..openapi import Json, bundled
from .progress import watched

_STDOUT = 1
_DEFAULT_COUNT = 10


@click.command("generate")
@click.option(
    "--count",
    type=click.IntRange(0),
    help=f"How many objects, at most.  [default: {_DEFAULT_COUNT}; of the covering set, all]",
)
@click.option("--seed", type=int, default=0, show_default=True, help="Another seed, other objects.")
@click.option(
    "--shape",
    type=click.Choice(["realistic", "conforming", "covering"]),
    default="realistic",
    show_default=True,
    help="Believable objects; or whatever the contract permits; or a small set that shows each fact of it.",
)
@click.option("--schema", "name", default="IncidentV2", show_default=True, help="A schema of the contract.")
def command(count: int | None, seed: int, shape: str, name: str) -> None:
    """Print objects of one schema, one on each line.

    Each line is a bare object of the schema. Realistic ones are those of an organisation that fits together: of its
    settings and people there are only so many.
    """
    objects: Iterable[Json]
    if shape == "covering":
        objects = islice(_covering(name), count)
    else:
        wanted = _DEFAULT_COUNT if count is None else count
        rows = _realistic(name, seed, wanted) if shape == "realistic" else _conforming(name, seed)
        objects = islice(rows, wanted)
        if not os.isatty(_STDOUT):  # where the objects themselves show how far it is
            objects = watched(objects, "generate", wanted)
    _print(objects)


def _print(objects: Iterable[Json]) -> None:
    try:
        with os.fdopen(_STDOUT, "wb", closefd=False) as lines:
            for each in objects:
                lines.write(orjson.dumps(each, option=orjson.OPT_APPEND_NEWLINE))
    except BrokenPipeError:
        pass  # whoever reads has seen enough


def _realistic(name: str, seed: int, count: int) -> Iterator[Json]:
    collection = next((each for each, schema in COLLECTIONS.items() if schema == name), None)
    if collection is None:
        known = ", ".join(COLLECTIONS.values())
        raise click.BadParameter(f"realistic objects are {known}; not {name}", param_hint="'--schema'")
    from ..fixtures.realistic_dataset import realistic_rows  # noqa: PLC0415 - imports Faker

    # Some incidents have no follow-ups, or nothing attached; so many incidents have enough of them.
    incidents = count if collection == "incidents" else 50 + 4 * count
    return realistic_rows(collection, seed=seed, incidents=incidents)


def _conforming(name: str, seed: int) -> Iterator[Json]:
    schema = _schema(name)
    from ..fixtures.conforming import conforming  # noqa: PLC0415 - imports Hypothesis

    return conforming(bundled(), schema, seed=seed)


def _covering(name: str) -> Iterator[Json]:
    schema = _schema(name)
    from ..fixtures.covering import covering_set  # noqa: PLC0415 - slow to import, and seldom needed

    return iter(covering_set(bundled(), schema))


def _schema(name: str) -> dict[str, Json]:
    if name not in bundled().schemas:
        raise click.BadParameter(f"the contract has no schema {name}", param_hint="'--schema'")
    return {"$ref": f"#/components/schemas/{name}"}
