"""Running a command once for a sweep: with its own key and temporary folder, for so long at most."""

import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from typing import IO

from ...contract_tests.sweep.outcomes import Ended
from .subject import running

_KEPT = 16 * 1024
"""Bytes of what a command prints that are kept: the last ones."""


def run_once(command: Sequence[str], environment: Mapping[str, str], seconds: float) -> Ended:
    """Run a command to its end, or for so many seconds. Raises OSError when there is no such command."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="incident-double-sweep-", ignore_cleanup_errors=True) as folder:
        own = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), folder)
        with running(
            command,
            {**environment, **own},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            handles_signals=False,
        ) as process:
            output = _Tail(process.stdout)
            status: int | None
            try:
                status = process.wait(seconds)
            except subprocess.TimeoutExpired:
                status = None
        return Ended(status, output.text(), time.monotonic() - began)


class _Tail:
    """Reads what a command prints, so that it never waits for a reader, and keeps the end of it."""

    def __init__(self, stream: IO[bytes] | None) -> None:
        self._stream = stream
        self._kept = b""
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        while self._stream is not None and (part := self._stream.read1(65536)):  # type: ignore[attr-defined]
            self._kept = (self._kept + part)[-_KEPT:]

    def text(self) -> str:
        """What was printed last, once the command has ended."""
        self._thread.join(1.0)
        return self._kept.decode("utf-8", "replace")
