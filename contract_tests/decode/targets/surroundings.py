"""What a process has beside its memory, and a decoder may change: given back before anything is reported."""

import os
import sys
from contextlib import suppress
from typing import TextIO


class Surroundings:
    """The folder that the process is in, its standard streams and how deep it may call, as they were."""

    def __init__(self) -> None:
        self._recursion_limit = sys.getrecursionlimit()
        self._folder = _opened_folder()
        self._streams = {
            name: (number, _copy(number, getattr(sys, name)))
            for name, number in (("stdout", 1), ("stderr", 2))
        }

    def restore_recursion_limit(self) -> None:
        """Let calls go as deep again."""
        if sys.getrecursionlimit() != self._recursion_limit:
            sys.setrecursionlimit(self._recursion_limit)

    def restore(self) -> None:
        """Give back all of it. Raises OSError where a standard stream was closed."""
        self.restore_recursion_limit()
        if self._folder is not None:
            with suppress(OSError):
                os.chdir(self._folder)
        for name, (number, copy) in self._streams.items():
            if copy is not None:
                os.fstat(number)
            setattr(sys, name, copy or getattr(sys, f"__{name}__"))


def _opened_folder() -> int | None:
    try:
        return os.open(".", os.O_RDONLY)
    except OSError:  # it is gone, or there are no such descriptors here
        return None


def _copy(number: int, stream: TextIO | None) -> TextIO | None:
    """Another way to a standard stream, which nobody else knows."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    try:
        return os.fdopen(os.dup(number), "w", encoding=encoding, errors="backslashreplace", buffering=1)
    except OSError:
        return None
