"""What a command prints: read as it comes, so that it never waits for a reader, and the end of it kept."""

import os
import select
import struct
import sys
import threading
import time
from collections import deque

from ...contract_tests.wire.printed_crashes import PrintedLine, lines_of

if sys.platform != "win32":
    import fcntl
    import termios

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
        self._read_bytes = 0
        self._marks: deque[tuple[float, int]] = deque()
        """Moments, each with how many bytes had been printed by then."""
        self._lock = threading.Lock()
        """Held while bytes go from the pipe to what is kept, so that they can be counted."""
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        try:
            while part := self._next_part():
                self._pass_on(part)
        finally:
            with self._lock:
                os.close(self._reading)
                self._reading = -1

    def _next_part(self) -> bytes:
        """Wait for what is printed next, and keep it; nothing at the end."""
        if hasattr(select, "poll"):
            poll = select.poll()
            poll.register(self._reading, select.POLLIN)
            poll.poll()
        with self._lock:
            part = os.read(self._reading, 65536)
            self._keep(part)
        return part

    def mark(self) -> None:
        """Note that what is printed by now came before what happens now, however late it is read."""
        if sys.platform == "win32":
            return
        with self._lock:
            if self._reading >= 0:
                (unread,) = struct.unpack("i", fcntl.ioctl(self._reading, termios.FIONREAD, bytes(4)))
                self._marks.append((time.monotonic(), self._read_bytes + unread))

    def _keep(self, part: bytes) -> None:
        """Keep what was read, each bit with the time at which it had been printed at the latest."""
        while part:
            while self._marks and self._marks[0][1] <= self._read_bytes:
                self._marks.popleft()
            at, end = self._marks[0] if self._marks else (time.monotonic(), self._read_bytes + len(part))
            bit, part = part[: end - self._read_bytes], part[end - self._read_bytes :]
            self._read_bytes += len(bit)
            self._parts.append((at, bit))
            self._size += len(bit)
        while self._parts and self._size - len(self._parts[0][1]) > _KEPT:
            self._size -= len(self._parts.popleft()[1])

    def _pass_on(self, part: bytes) -> None:
        try:
            if self._to_stderr:
                sys.stderr.buffer.write(part)
                sys.stderr.buffer.flush()
        except OSError:  # nobody reads any more what is printed here; the command must go on all the same
            self._to_stderr = False

    def lines(self) -> list[PrintedLine]:
        """Give the last lines, once the command has ended."""
        if self.writing >= 0:
            os.close(self.writing)
            self.writing = -1
        self._thread.join(_SECONDS_TO_END)
        return lines_of(list(self._parts))

    def text(self) -> str:
        """Give what was printed last, once the command has ended."""
        return "\n".join(line.text for line in self.lines())
