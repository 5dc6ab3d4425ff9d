"""The adapter for a client in any language: a process that takes one JSON line for each call and answers with one.

The process is started with `INCIDENT_IO_BASE_URL` and `INCIDENT_IO_API_KEY` in its environment. For each call it gets
one line on its standard input,

    {"operation": "Incidents V2#List", "method": "GET", "path_template": "/v2/incidents", "path": {},
     "query": {"status": {"one_of": ["01H…"]}}, "body": null}

where `path` has the values of the template's names, a filter in `query` is an object of operators (for a role or a
custom field: of objects of operators), and `body` is null for none. It answers on its standard output with one of

    {"returned": {"incidents": […]}}      what the client gives its caller: the answer's JSON, or null for no body
    {"error": {"type": "NotFound", "message": "…", "declared": true, "details": {…}, "frame": "client.js:12"}}
    {"unsupported": "no such function"}   the client has no way to make this call

An error is `declared` when it is one of the client's own, made for its caller; `details` is whatever else the caller
can read of it, and it and `frame` may be left out. Lines on standard error are shown as they are. A process that ends,
or that takes longer than the time limit for one line, has failed that call, and is started again for the next.
"""

import json
import os
import queue
import shlex
import subprocess
import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import IO

from ...openapi import Document, Json
from ..calls import DEATH, HANG
from ..conversation import Failure
from .client import Connect, FailureError, UnsupportedError

GARBLED = "garbled"
"""The `exception` of a call whose answer keeps to none of the forms."""


class ExecClient:
    """Drives a process, started when it is first needed."""

    errors: tuple[type[Exception], ...] = ()  # the process says itself what is declared

    def __init__(
        self, command: str, document: Document, base_url: str, api_key: str, *, time_limit: float = 30
    ) -> None:
        self._command = shlex.split(command)
        self._document = document
        self._environment = {
            **os.environ,
            "INCIDENT_IO_BASE_URL": base_url,
            "INCIDENT_IO_API_KEY": api_key,
        }
        self._time_limit = time_limit
        self._process: subprocess.Popen[bytes] | None = None
        self._lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()

    def call(self, operation_id: str, path: Mapping[str, str], query: Mapping[str, Json], body: Json) -> Json:
        """Send one line and wait for one. Raises FailureError, also for a death and a time-out."""
        operation = self._document.operations[operation_id]
        request = {
            "operation": operation_id,
            "method": operation.method,
            "path_template": operation.path,
            "path": dict(path),
            "query": dict(query),
            "body": body,
        }
        answer = self._asked(json.dumps(request).encode() + b"\n")
        if "unsupported" in answer:
            raise UnsupportedError(str(answer["unsupported"]))
        if "error" in answer:
            raise FailureError(_failure(answer["error"]))
        if "returned" not in answer:
            raise FailureError(Failure(GARBLED, f"neither returned, error nor unsupported: {answer!r:.200}"))
        return answer["returned"]

    def _asked(self, line: bytes) -> dict[str, Json]:
        process = self._started()
        assert process.stdin is not None  # noqa: S101 - it was asked for
        try:
            process.stdin.write(line)
            process.stdin.flush()
            answer = self._lines.get(timeout=self._time_limit)
        except BrokenPipeError:
            answer = b""
        except queue.Empty:
            self.close()
            raise FailureError(Failure(HANG, f"no answer in {self._time_limit:g} seconds")) from None
        if not answer.endswith(b"\n"):
            raise FailureError(Failure(DEATH, self._end()))
        try:
            parsed = json.loads(answer)
        except ValueError:
            parsed = None
        if not isinstance(parsed, dict):
            raise FailureError(Failure(GARBLED, f"not a JSON object: {answer!r:.200}"))
        return parsed

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            self._process = subprocess.Popen(
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=self._environment
            )
            assert self._process.stdout is not None  # noqa: S101 - it was asked for
            self._lines = queue.SimpleQueue()
            threading.Thread(target=_read, args=(self._process.stdout, self._lines), daemon=True).start()
        return self._process

    def _end(self) -> str:
        """How the process ended; the next call starts another."""
        process = self._started()
        self._process = None
        _close(process)
        if process.returncode < 0:
            return f"the process was ended by signal {-process.returncode}"
        return f"the process ended with exit code {process.returncode}"

    def close(self) -> None:
        """End the process, if there is one."""
        if self._process is not None:
            self._process.kill()
            self._end()


def _read(stdout: IO[bytes], lines: queue.SimpleQueue[bytes]) -> None:
    with stdout:
        for line in stdout:
            lines.put(line)
    lines.put(b"")


def _close(process: subprocess.Popen[bytes]) -> None:
    if process.stdin is not None:
        with suppress(BrokenPipeError):  # it has ended; what was still to be written is nobody's any more
            process.stdin.close()
    process.wait()


def _failure(error: Json) -> Failure:
    if not isinstance(error, dict):
        return Failure("error", str(error))
    return Failure(
        exception=str(error.get("type", "error")),
        message=str(error.get("message", "")),
        frame=str(error.get("frame", "")),
        declared=error.get("declared") is True,
        details=error.get("details"),
    )


def adapter(command: str, document: Document) -> Connect:
    """An adapter for the process that a command starts."""
    return lambda base_url, api_key: ExecClient(command, document, base_url, api_key)
