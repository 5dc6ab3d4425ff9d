"""`incident-double generate`: fixtures as JSON Lines."""

import os
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

import click
import orjson

from ...fixtures.domain.dataset import COLLECTIONS, collection_of
from ...fixtures.harness_extra import require_harness
from ...fixtures.realistic_dataset import realistic_rows
from ...openapi import Json, bundled
from ..running.progress import watched

if TYPE_CHECKING:
    from ...fixtures.shapes.broken import BrokenBody

SHAPES = ("realistic", "conforming", "covering", "evolved", "broken")
_OF_HARNESS = ("conforming", "evolved", "broken")
_STDOUT = 1
_DEFAULT_COUNT = 10


@click.command("generate")
@click.option(
    "--count",
    type=click.IntRange(0),
    help=f"Print so many objects at most.  [default: {_DEFAULT_COUNT}; of the covering set, all]",
)
@click.option("--seed", type=int, default=0, show_default=True, help="Make other objects from another seed.")
@click.option(
    "--shape",
    type=click.Choice(SHAPES),
    default="realistic",
    show_default=True,
    help="Make believable ones; all that the contract permits; each fact of it; what may come one day; illegal ones.",
)
@click.option(
    "--schema",
    "name",
    default="IncidentV2",
    show_default=True,
    help="Make objects of this schema of the contract.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Write a file for each object, and broken bodies too.",
)
def command(count: int | None, seed: int, shape: str, name: str, out: Path | None) -> None:
    """Print objects of one schema, one on each line.

    Each line is a bare object of the schema. Realistic ones are those of an organisation that fits together: of its
    settings and people there are only so many.
    """
    if shape in _OF_HARNESS:
        require_harness(f"generate --shape {shape}")
    if shape == "covering":
        chosen: Iterable[Json] = islice(_covering(name), count)
    else:
        wanted = _DEFAULT_COUNT if count is None else count
        chosen = islice(_STREAMS[shape](name, seed, wanted), wanted)
        if out is not None or not os.isatty(_STDOUT):  # where the objects themselves show how far it is
            chosen = watched(chosen, "generate", wanted)
    if out is None:
        _print(chosen)
    else:
        _write(chosen, out, _bodies(name) if shape == "broken" else ())


def _write(objects: Iterable[Json], folder: Path, bodies: Iterable["BrokenBody"]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number, each in enumerate(objects, start=1):
        (folder / f"{number:06}.json").write_bytes(orjson.dumps(each))
    for body in bodies:
        (folder / f"body-{body.fault.replace(' ', '-').lower()}").write_bytes(body.content)


def _print(objects: Iterable[Json]) -> None:
    try:
        with os.fdopen(_STDOUT, "wb", closefd=False) as lines:
            for each in objects:
                lines.write(orjson.dumps(each, option=orjson.OPT_APPEND_NEWLINE))
    except BrokenPipeError:
        pass  # whoever reads has seen enough


def _realistic(name: str, seed: int, count: int) -> Iterator[Json]:
    collection = collection_of(name)
    if collection is None:
        known = ", ".join(COLLECTIONS.values())
        raise click.BadParameter(f"realistic objects are {known}; not {name}", param_hint="'--schema'")
    # Some incidents have no follow-ups, or nothing attached; so many incidents have enough of them.
    incidents = count if collection == "incidents" else 50 + 4 * count
    return realistic_rows(collection, seed=seed, incidents=incidents)


def _conforming(name: str, seed: int, _: int) -> Iterator[Json]:
    schema = _schema(name)
    from ...fixtures.shapes.conforming import conforming  # noqa: PLC0415 - imports Hypothesis

    return conforming(bundled(), schema, seed=seed)


def _evolved(name: str, seed: int, _: int) -> Iterator[Json]:
    schema = _schema(name)
    from ...fixtures.shapes.evolved import evolved, evolved_set  # noqa: PLC0415 - imports Hypothesis

    found = chain(evolved_set(bundled(), schema), evolved(bundled(), schema, seed=seed))
    return (each.value for each in found)


def _broken(name: str, seed: int, _: int) -> Iterator[Json]:
    schema = _schema(name)
    from ...fixtures.shapes.broken import broken, broken_set  # noqa: PLC0415 - imports Hypothesis

    found = chain(broken_set(bundled(), schema), broken(bundled(), schema, seed=seed))
    return (each.value for each in found)


def _bodies(name: str) -> Iterator["BrokenBody"]:
    from ...fixtures.shapes.broken import broken_bodies  # noqa: PLC0415 - imports Hypothesis

    # A file has no content type.
    found = broken_bodies(next(_covering(name)))
    return (each for each in found if each.content_type == "application/json")


_STREAMS: dict[str, Callable[[str, int, int], Iterator[Json]]] = {
    "realistic": _realistic,
    "conforming": _conforming,
    "evolved": _evolved,
    "broken": _broken,
}
"""By shape: a schema's name, a seed and how many objects are wanted, to the objects."""


def _covering(name: str) -> Iterator[Json]:
    schema = _schema(name)
    from ...fixtures.shapes.covering import covering_set  # noqa: PLC0415 - slow to import, and seldom needed

    return iter(covering_set(bundled(), schema))


def _schema(name: str) -> dict[str, Json]:
    if name not in bundled().schemas:
        raise click.BadParameter(f"the contract has no schema {name}", param_hint="'--schema'")
    return {"$ref": f"#/components/schemas/{name}"}
