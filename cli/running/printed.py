"""What a command prints: read as it comes, so that it never waits for a reader, and the end of it kept."""

import os
import sys
import threading
import time
from collections import deque

from ...contract_tests.wire.printed_crashes import PrintedLine, lines_of

_KEPT = 64 * 1024
"""Bytes that are kept: the last ones."""
_SECONDS_TO_END = 1.0
"""How long what was started by the command, and goes on, may hold the stream open."""


class Printed:
    """A pipe to be a command's output, read until nobody writes to it any more.

    What comes is passed on to this program's own standard error at once, where `to_stderr` says so.
    """

    def __init__(self, *, to_stderr: bool = False) -> None:
        self._reading, self.writing = os.pipe()
        """The second is for the command."""
        self._to_stderr = to_stderr
        self._parts: deque[tuple[float, bytes]] = deque()
        self._size = 0
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        with os.fdopen(self._reading, "rb", buffering=0) as stream:
            while part := stream.read(65536):
                self._keep(part)
                self._pass_on(part)

    def _keep(self, part: bytes) -> None:
        self._parts.append((time.monotonic(), part))
        self._size += len(part)
        while self._size - len(self._parts[0][1]) > _KEPT:
            self._size -= len(self._parts.popleft()[1])

    def _pass_on(self, part: bytes) -> None:
        try:
            if self._to_stderr:
                sys.stderr.buffer.write(part)
                sys.stderr.buffer.flush()
        except OSError:  # nobody reads any more what is printed here; the command must go on all the same
            self._to_stderr = False

    def lines(self) -> list[PrintedLine]:
        """The last lines, once the command has ended."""
        if self.writing >= 0:
            os.close(self.writing)
            self.writing = -1
        self._thread.join(_SECONDS_TO_END)
        return lines_of(list(self._parts))

    def text(self) -> str:
        """What was printed last, once the command has ended."""
        return "\n".join(line.text for line in self.lines())
