"""Servers in processes of their own: a double, and a plain Starlette application that answers with the same bytes."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import httpx


@dataclass(frozen=True, slots=True)
class MeasuredServer:
    """A server on 127.0.0.1."""

    port: int
    key: str
    process: int = 0
    """Its process id, where it was started here."""

    def busy(self) -> float:
        """Seconds for which it has kept a processor busy; the time of day where the system doesn't say."""
        try:
            return int(Path(f"/proc/{self.process}/schedstat").read_text(encoding="ascii").split()[0]) / 1e9
        except FileNotFoundError:
            return perf_counter()  # only Linux knows

    def get(self, path: str) -> bytes:
        """The body of one answer. Raises httpx.HTTPStatusError unless it is a success."""
        answer = httpx.get(
            f"http://127.0.0.1:{self.port}{path}", headers={"authorization": f"Bearer {self.key}"}
        )
        return answer.raise_for_status().content


@contextmanager
def double(*arguments: str) -> Iterator[MeasuredServer]:
    """A double with all its features on; limits are raised, not removed."""
    command = str(Path(sys.executable).with_name("incident-double"))
    with _running(command, "serve", "--port", "0", "--rate-limit", "1000000000", *arguments) as process:
        _, url, key, _ = (_line(process).split()[-1] for _ in range(4))
        yield MeasuredServer(int(url.rpartition(":")[2]), key, process.pid)


@contextmanager
def plain(body: bytes) -> Iterator[MeasuredServer]:
    """A plain Starlette application that answers everything with that body."""
    with tempfile.NamedTemporaryFile() as file:
        Path(file.name).write_bytes(body)
        with _running(sys.executable, "-m", "benchmarks.plain", file.name) as process:
            yield MeasuredServer(int(_line(process)), "", process.pid)


@contextmanager
def _running(*command: str) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.terminate()


def _line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    line = process.stdout.readline().strip()
    if not line:
        raise RuntimeError(f"it ended before it was ready: {process.args!r}")
    return line
