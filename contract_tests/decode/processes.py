"""Decoding in another process, in any language: one JSON line in, one JSON line out.

A line in is `{"id": 1, "json": VALUE}`; `{"id": 1, "base64": "…"}` for a body that is no clean JSON; or, for clients
that can't be called below HTTP, `{"id": 1, "url": "http://…", "api_key": "…"}`: what is to be decoded is fetched there.

The line out repeats the id: `{"id": 1, "value": VALUE}` with what the client encodes back to (without `value` when it
can't), or `{"id": 1, "error": {"type": "…", "message": "…", "frame": "…", "declared": false}}`, of which only `type` is
needed. `declared` says that the client means to refuse input in this way. Other lines are taken for chatter.
"""

import base64
import contextlib
import os
import re
import selectors
import shlex
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from typing import IO, Any

import orjson

from .outcomes import Died, Hung, Outcome, Raised, Returned, TargetError

_LAST_LINES = 5
_LONGEST_LINE = 64 * 1024 * 1024
_LONGEST_MESSAGE = 300

Question = Callable[[bytes], bytes]
"""From the text to be decoded to what a line in says besides its id, such as `"json":{}`."""


def as_json(text: bytes) -> bytes:
    """The text itself, or base64 of it where it is no JSON on one line."""
    try:
        orjson.loads(text)
    except orjson.JSONDecodeError:
        return b'"base64":"%b"' % base64.b64encode(text)
    return b'"json":' + text.replace(b"\n", b" ")


class ProcessTarget:
    """A command that decodes; started when it is needed, and again after it died or hung."""

    def __init__(self, command: str, *, timeout: float = 2.0, question: Question = as_json) -> None:
        try:
            self._command = shlex.split(command)
        except ValueError as error:
            raise TargetError(f"{command}: {error}") from None
        if not self._command:
            raise TargetError("an empty command")
        self._timeout = timeout
        self._question = question
        self._process: subprocess.Popen[bytes] | None = None
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed by close()
        self._number = 0
        self._left = b""

    takes_text = True

    def decode(self, text: bytes) -> Outcome:
        """Send one line, and read the one that answers it."""
        self._number += 1
        process = self._running()
        deadline = time.monotonic() + self._timeout
        line = b'{"id":%d,%b}\n' % (self._number, self._question(text))
        if (unsent := self._send(process, line, deadline)) is not None:
            return unsent
        while True:
            answer = self._line(process, deadline)
            if isinstance(answer, Hung | Died):
                return answer
            outcome = self._read(answer)
            if outcome is not None:
                return outcome

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            self._left = b""
            try:
                self._process = subprocess.Popen(
                    self._command,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=self._errors,
                    bufsize=0,
                    start_new_session=True,  # so that what it starts ends with it
                )
            except OSError as error:
                raise TargetError(f"can't start {self._command[0]}: {error.strerror}") from None
            os.set_blocking(_stream(self._process.stdin), False)
        return self._process

    def _send(self, process: subprocess.Popen[bytes], line: bytes, deadline: float) -> Hung | Died | None:
        stdin = _stream(process.stdin)
        with selectors.DefaultSelector() as selector:
            selector.register(stdin, selectors.EVENT_WRITE)
            while line:
                left = deadline - time.monotonic()
                if left <= 0 or not selector.select(left):
                    self._end()
                    return Hung(self._timeout)
                try:
                    line = line[os.write(stdin, line) :]
                except BrokenPipeError:
                    return self._ended(process)
        return None

    def _line(self, process: subprocess.Popen[bytes], deadline: float) -> bytes | Hung | Died:
        stdout = _stream(process.stdout)
        with selectors.DefaultSelector() as selector:
            selector.register(stdout, selectors.EVENT_READ)
            while b"\n" not in self._left:
                left = deadline - time.monotonic()
                if left <= 0 or not selector.select(left):
                    self._end()
                    return Hung(self._timeout)
                part = os.read(stdout, 1 << 16)
                if not part or len(self._left) > _LONGEST_LINE:
                    return self._ended(process)
                self._left += part
        line, _, self._left = self._left.partition(b"\n")
        return line

    def _read(self, line: bytes) -> Outcome | None:
        """The outcome that a line tells; None for a line that isn't about this question."""
        try:
            answer: Any = orjson.loads(line)
        except orjson.JSONDecodeError:
            return None
        if not isinstance(answer, dict) or answer.get("id") != self._number:
            return None
        error = answer.get("error")
        if isinstance(error, dict):
            frame = str(error.get("frame", ""))
            return Raised(
                exception=str(error.get("type", "Error")),
                message=str(error.get("message", ""))[:_LONGEST_MESSAGE],
                frame=frame,
                origin=frame,
                declared=bool(error.get("declared", False)),
                details=error.get("details"),
            )
        return Returned(answer.get("value"), encodes="value" in answer)

    def _ended(self, process: subprocess.Popen[bytes]) -> Died:
        # Its output is closed, so it is about to end, if it hasn't ended: its own status tells more than ours.
        try:
            status: int | None = process.wait(timeout=self._timeout)
        except subprocess.TimeoutExpired:
            status = None
        self._errors.seek(0)
        lines = self._errors.read().decode("utf-8", "replace").splitlines()
        self._end()
        return Died(status, "\n".join(lines[-_LAST_LINES:]))

    def _end(self) -> None:
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.communicate()
            self._process = None
        self._errors.seek(0)
        self._errors.truncate()

    def close(self) -> None:
        """End the process, if there is one."""
        self._end()
        self._errors.close()


def _stream(pipe: IO[bytes] | None) -> int:
    if pipe is None:
        raise TypeError("the process was started without this pipe")
    return pipe.fileno()


def last_error(died: Died) -> str:
    """The line of a dead process's last words that says most: an error of it, without numbers and addresses."""
    lines = died.errors.splitlines()
    told = next(
        (line for line in lines if re.search(r"\w*(Error|Exception|panic)\b", line)),
        lines[-1] if lines else "",
    )
    return re.sub(r"0x[0-9a-f]+|\d+", "N", told.strip())
