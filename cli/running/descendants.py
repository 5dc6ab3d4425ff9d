"""Everything that what is judged has started, daemons with sessions of their own included: bounded, and ended.

Only Linux can hand a daemon to whoever judged its parent, and list what is running; elsewhere the group of a command
ends, and what has left it goes on.
"""

import ctypes
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

MOST_MEMORY = 2 * 1024 * 1024 * 1024
"""Bytes that a process of a decoder may take."""
MOST_PROCESSES = 200
"""That there may be at once of a decoder."""
_PROC = Path("/proc")
_BECOME_SUBREAPER = 36
_SECONDS_BETWEEN_LOOKS = 0.1
_SECONDS_TO_END = 5.0


class Process(NamedTuple):
    """A process that is running."""

    pid: int
    parent: int
    memory: int
    """Bytes that it holds."""


def descendants(of: int) -> list[Process]:
    """Give the processes that come from one, as far as the system says; those that have ended are none."""
    wanted, listed = [of], []
    children: dict[int, list[Process]] = {}
    for each in _processes():
        children.setdefault(each.parent, []).append(each)
    while wanted:
        below = children.get(wanted.pop(), [])
        listed += below
        wanted += [each.pid for each in below]
    return listed


def _processes() -> Iterator[Process]:
    page = os.sysconf("SC_PAGE_SIZE") if _PROC.is_dir() else 0
    for folder in _PROC.iterdir() if _PROC.is_dir() else ():
        if folder.name.isdecimal():
            with suppress(OSError, ValueError, IndexError):  # it has ended meanwhile
                # The name in parentheses may hold anything.
                fields = (folder / "stat").read_bytes().rpartition(b")")[2].split()
                if fields[0] not in (b"Z", b"X"):
                    yield Process(int(folder.name), int(fields[1]), int(fields[21]) * page)


@contextmanager
def ending_descendants() -> Iterator[None]:
    """End what was started in the block, and whatever that has started in turn, once the block ends."""
    if sys.platform != "linux":
        yield
        return
    before = {each.pid for each in descendants(os.getpid())}
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).prctl(_BECOME_SUBREAPER, 1, 0, 0, 0)
    try:
        yield
    finally:
        _end(before)


def _end(kept: set[int]) -> None:
    deadline = time.monotonic() + _SECONDS_TO_END
    while time.monotonic() < deadline:
        left = [each for each in descendants(os.getpid()) if each.pid not in kept]
        if not left:
            return
        for each in left:
            _kill(each.pid)
        for each in left:
            with suppress(ChildProcessError):  # it was somebody else's child
                os.waitpid(each.pid, os.WNOHANG)
        time.sleep(0.01)


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.kill(pid, signal.SIGKILL)


class Bounds:
    """Ends processes of a decoder that take too much memory, and all of them where there are too many.

    `on_end` is called with a line that says what was ended.
    """

    def __init__(self, on_end: Callable[[str], object]) -> None:
        self._on_end = on_end
        self._before = {each.pid for each in descendants(os.getpid())}
        self._reasons: dict[int, str] = {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    @property
    def reasons(self) -> Mapping[int, str]:
        """Why processes were ended, by their ids."""
        return self._reasons

    def __enter__(self) -> "Bounds":
        if sys.platform == "linux":
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        if self._thread.is_alive():
            self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(_SECONDS_BETWEEN_LOOKS):
            running = [each for each in descendants(os.getpid()) if each.pid not in self._before]
            for each in running:
                if each.memory > MOST_MEMORY:
                    self._end([each], f"it took more than {MOST_MEMORY // 2**20} MiB of memory")
            if len(running) > MOST_PROCESSES:
                self._end(running, f"there were more than {MOST_PROCESSES} of them")

    def _end(self, processes: list[Process], reason: str) -> None:
        for each in processes:
            self._reasons[each.pid] = reason
            _kill(each.pid)
        count = f"{len(processes)} processes" if len(processes) > 1 else "a process"
        self._on_end(f"ended {count} of the decoder: {reason}")
