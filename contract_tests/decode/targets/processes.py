"""Decoding in another process, in any language: one JSON line in, one JSON line out.

A line in is `{"id": 1, "json": VALUE}`; `{"id": 1, "base64": "…"}` for a body that is no clean JSON; or, for clients
that can't be called below HTTP, `{"id": 1, "url": "http://…", "api_key": "…"}`: what is to be decoded is fetched there.
A line ends with a line feed, and holds nothing else that some language takes for the end of a line.

The line out repeats the id: `{"id": 1, "value": VALUE}` with what the client encodes back to (without `value` when it
can't), or `{"id": 1, "error": {"type": "…", "message": "…", "frame": "…", "declared": false}}`, of which only `type` is
needed. `declared` says that the client means to refuse input in this way; `issues`, each with `path`, `code` and
`message`, are what a validating library says is wrong, as zod does. Other lines are taken for chatter.

The process is to go on until its input ends. One that ends sooner, or doesn't answer in time, has failed on what it was
asked, and is started again for the next.
"""

import base64
import re
import shlex
import signal
import time
from collections.abc import Callable
from typing import Any

import orjson

from ..exact_json import parse_loosely
from ..outcomes import Died, Hung, Outcome, Raised, Returned, TargetError
from .line_process import LineProcess
from .wrapped_errors import issues_of_json

_LONGEST_MESSAGE = 300
_SECONDS_TO_START = 6.0
"""How much longer the first answer may take, until it is known how long it does."""

_OF_QUESTIONS, _OF_ANSWERS = {"json", "base64", "url"}, {"value", "error"}
"""What stands in a line in, and in a line out."""

Question = Callable[[bytes], bytes]
"""From the text to be decoded to what a line in says besides its id, such as `"json":{}`."""


def as_json(text: bytes) -> bytes:
    """Give the text itself, or base64 of it where it is no JSON."""
    try:
        orjson.loads(text)
    except orjson.JSONDecodeError:
        return b'"base64":"%b"' % base64.b64encode(text)
    return b'"json":' + text


class ProcessTarget:
    """A command that decodes; started when it is needed, and again after it died or hung.

    `timeout` is how many seconds an answer may take; a process that has just been started may take longer.
    """

    takes_text = True

    def __init__(
        self,
        command: str,
        *,
        timeout: float = 2.0,
        start: float = _SECONDS_TO_START,
        question: Question = as_json,
    ) -> None:
        try:
            self._command = shlex.split(command)
        except ValueError as error:
            raise TargetError(f"{command}: {error}") from None
        if not self._command:
            raise TargetError("an empty command")
        self._timeout = timeout
        self._start = start
        self._longest_start = 0.0
        self._question = question
        self._process: LineProcess | None = None
        self._number = 0

    def decode(self, text: bytes) -> Outcome:
        """Send one line, and read the one that answers it."""
        self._number += 1
        line = _on_one_line(b'{"id":%d,%b}' % (self._number, self._question(text)))
        begun, is_first = time.monotonic(), self._process is None
        try:
            outcome = self._answer(line, self._timeout + (self._to_start() if is_first else 0))
        except BaseException:  # an interrupt: half of the line may have been sent
            self.close()
            raise
        if is_first and isinstance(outcome, Returned | Raised):
            self._longest_start = max(self._longest_start, time.monotonic() - begun)
        return outcome

    def _to_start(self) -> float:
        return min(self._start, 3 * self._longest_start or self._start)

    def _answer(self, line: bytes, seconds: float) -> Outcome:
        process = self._process = self._process or self._started()
        try:
            for answer in process.lines(line, seconds):
                if (outcome := self._read(answer)) is not None:
                    return outcome
        except TimeoutError:
            failed: Outcome = Hung(self._timeout, seconds - self._timeout)
        except EOFError:
            # Its output is closed, so it is about to end, if it hasn't ended: its own status says more than ours.
            failed = Died(process.status(self._timeout), process.last_words())
        self.close()
        return failed

    def _started(self) -> LineProcess:
        try:
            return LineProcess(self._command)
        except OSError as error:
            raise TargetError(f"can't start {self._command[0]}: {error.strerror}") from None

    def _read(self, line: bytes) -> Outcome | None:
        """The outcome that a line says; None for a line that isn't about this question."""
        try:
            answer: Any = parse_loosely(line)
        except ValueError:
            return None
        if not isinstance(answer, dict) or answer.get("id") != self._number:
            return None
        if not (_OF_ANSWERS & answer.keys() or not _OF_QUESTIONS & answer.keys()):
            return None  # it only repeats what it was asked
        if (error := answer.get("error")) is not None:
            return _raised(error if isinstance(error, dict) else {"type": error})
        return Returned(answer.get("value"), encodes="value" in answer)

    def close(self) -> None:
        """End the process, if there is one."""
        if self._process is not None:
            self._process.end()
            self._process = None


def _on_one_line(question: bytes) -> bytes:
    # Line feeds stand between the tokens of JSON only; Node's readline ends a line at the separators too.
    question = question.replace(b"\n", b" ").replace(b"\r", b" ")
    return question.replace(b"\xe2\x80\xa8", b"\\u2028").replace(b"\xe2\x80\xa9", b"\\u2029") + b"\n"


def _raised(error: dict[str, Any]) -> Raised:
    frame = str(error.get("frame") or "")
    return Raised(
        exception=str(error.get("type") or "Error"),
        message=str(error.get("message") or "")[:_LONGEST_MESSAGE],
        frame=frame,
        origin=frame,
        declared=error.get("declared") is True,
        details=error.get("details"),
        issues=issues_of_json(error),
    )


def death_line(died: Died) -> str:
    """Say how a process ended, in words."""
    how = "closed its input or output" if died.status is None else f"ended with status {died.status}"
    if died.status is not None and died.status < 0:
        how = f"was ended by {signal_name(-died.status)}"
    last = last_error(died)
    return f"the process {how}: {last}" if last else f"the process {how}"


def signal_name(number: int) -> str:
    """Give what a signal is called: `SIGKILL`, or its number where it has no name, as real-time ones."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def last_error(died: Died) -> str:
    """Give the line of a dead process's last words that says most: an error of it, without numbers and addresses."""
    lines = died.errors.splitlines()
    error = next(
        (line for line in lines if re.search(r"(Error|Exception|panic)\b", line)),
        lines[-1] if lines else "",
    )
    return re.sub(r"0x[0-9a-f]+|\d+", "N", error.strip())
