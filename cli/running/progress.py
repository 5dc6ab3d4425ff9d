"""Showing a person at a terminal how far it is. Nothing is shown when stderr goes elsewhere."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

_STDERR = 2
LONG_RUN = 2_000
"""Objects from which a person would rather see how far it is."""

T = TypeVar("T")


def watched(objects: Iterable[T], what: str, count: int) -> Iterable[T]:
    """The objects, with a progress bar while they are taken when there are many."""
    if not _is_seen(count):
        return objects
    from rich.console import Console  # noqa: PLC0415 - only for a person
    from rich.progress import track  # noqa: PLC0415

    return track(objects, description=what, total=count, console=Console(stderr=True), transient=True)


@contextmanager
def busy(what: str, count: int) -> Iterator[None]:
    """Something moves while the block runs that deals with so many objects, when they are many."""
    if not _is_seen(count):
        yield
        return
    from rich.console import Console  # noqa: PLC0415 - only for a person

    with Console(stderr=True).status(what):
        yield


def _is_seen(count: int) -> bool:
    return count >= LONG_RUN and os.isatty(_STDERR)
