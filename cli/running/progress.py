"""Showing a person at a terminal how far it is. Nothing is shown when stderr goes elsewhere."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import click

_STDERR = 2
LONG_RUN = 2_000
"""Objects from which a person would rather see how far it is."""
_STEP = 50
"""How many of them go by before the bar is drawn again."""

T = TypeVar("T")


def watched(objects: Iterable[T], what: str, count: int) -> Iterable[T]:
    """Give the objects, with a progress bar while they are taken when there are many."""
    return _watched(objects, what, count) if _is_seen(count) else objects


def _watched(objects: Iterable[T], what: str, count: int) -> Iterator[T]:
    with counted(what, count) as advance:
        for each in objects:
            yield each
            advance()


@contextmanager
def counted(what: str, count: int | None) -> Iterator[Callable[[], None]]:
    """Show progress at a terminal; what it gives is called after each object. None is for as many as there will be."""
    if not os.isatty(_STDERR):
        yield lambda: None
        return
    endless = (None for _ in ()) if count is None else None
    with click.progressbar(
        endless,
        length=count,
        label=what,
        file=sys.stderr,
        show_pos=True,
        show_percent=count is not None,
        update_min_steps=_STEP,
    ) as bar:
        yield lambda: bar.update(1)


@contextmanager
def busy(what: str, count: int) -> Iterator[None]:
    """Say what the block does that deals with so many objects, when they are many."""
    if _is_seen(count):
        click.echo(f"{what}…", err=True)
    yield


def _is_seen(count: int) -> bool:
    return count >= LONG_RUN and os.isatty(_STDERR)
