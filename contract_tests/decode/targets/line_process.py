"""A command that gets lines and writes lines: sent and read without ever waiting for it longer than is wanted."""

import contextlib
import os
import selectors
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from typing import IO

_AT_ONCE = 1 << 16
"""Bytes that are read in one go."""
_LONGEST_LINE = 64 * 1024 * 1024
_MOST_ERRORS = 1024 * 1024
"""Bytes of stderr that are kept of a process that goes on."""
_LAST_WORDS = 16 * 1024
"""Bytes of stderr that may be its last lines."""
_SECONDS_BETWEEN_LOOKS = 0.2
"""At whether it has ended, while it says nothing."""
_LAST_LINES = 40
"""A stack is shown below the error."""


class LineProcess:
    """A running command, in a session of its own, so that what it starts ends with it. Raises OSError."""

    def __init__(self, command: Sequence[str]) -> None:
        self._errors = tempfile.TemporaryFile("a+b")  # noqa: SIM115 - closed by end()
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._errors,
                bufsize=0,
                start_new_session=True,
            )
        except OSError:
            self._errors.close()
            raise
        self._stdin, self._stdout = _number(self._process.stdin), _number(self._process.stdout)
        os.set_blocking(self._stdin, False)
        self._unsent, self._unread = b"", bytearray()
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._stdout, selectors.EVENT_READ)

    def lines(self, sent: bytes, seconds: float) -> Iterator[bytes]:
        """Send something, and yield each line that it has written, those that nobody read so far too.

        Raises TimeoutError when the seconds are over, and EOFError when the process has ended, or takes or writes no
        more.
        """
        deadline = time.monotonic() + seconds
        self._forget_errors()
        self._unsent += sent
        self._send()
        searched = 0
        while True:
            while (end := self._unread.find(b"\n", searched)) >= 0:
                line = bytes(self._unread[:end])
                del self._unread[: end + 1]
                searched = 0
                yield line
            searched = len(self._unread)
            if searched > _LONGEST_LINE:  # no answer is so long
                self._unread.clear()
            self._wait(deadline)

    def _wait(self, deadline: float) -> None:
        """Read something, or send something, once one of them can be done."""
        left = deadline - time.monotonic()
        ready = self._selector.select(min(left, _SECONDS_BETWEEN_LOOKS)) if left > 0 else []
        if not ready and self._process.poll() is not None:
            raise EOFError  # a child of it may still hold its output open
        if not ready and left <= 0:
            raise TimeoutError
        for key, _ in ready:
            if key.fd == self._stdin:
                self._send()
            elif part := os.read(self._stdout, _AT_ONCE):
                self._unread += part
            else:
                raise EOFError

    def _send(self) -> None:
        """Send what the pipe takes; the selector reports when it takes more."""
        was_left = self._stdin in self._selector.get_map()
        try:
            self._unsent = self._unsent[os.write(self._stdin, self._unsent) :]
        except BlockingIOError:
            pass
        except BrokenPipeError:
            raise EOFError from None
        if self._unsent and not was_left:
            self._selector.register(self._stdin, selectors.EVENT_WRITE)
        elif was_left and not self._unsent:
            self._selector.unregister(self._stdin)

    def _forget_errors(self) -> None:
        if os.fstat(self._errors.fileno()).st_size > _MOST_ERRORS:
            self._errors.truncate(0)

    def status(self, seconds: float) -> int | None:
        """Say how a process ended whose output did: its own status, negative for a signal; None if it goes on."""
        try:
            return self._process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            return None

    def last_words(self) -> str:
        """Give the last lines of what it wrote to stderr."""
        self._errors.seek(max(0, self._errors.seek(0, os.SEEK_END) - _LAST_WORDS))
        lines = self._errors.read().decode("utf-8", "replace").splitlines()
        return "\n".join(lines[-_LAST_LINES:])

    def end(self) -> None:
        """End it and all that it started."""
        with contextlib.suppress(ProcessLookupError, PermissionError):  # macOS says the latter of zombies
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._selector.close()
        for pipe in (self._process.stdin, self._process.stdout, self._errors):
            if pipe is not None:
                pipe.close()


def _number(pipe: IO[bytes] | None) -> int:
    if pipe is None:
        raise TypeError("the process was started without this pipe")
    return pipe.fileno()
