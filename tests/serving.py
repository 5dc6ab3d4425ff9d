"""A double behind a real socket, in a process of its own."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import httpx

COMMAND = str(Path(sys.executable).with_name("incident-double"))


@dataclass(frozen=True)
class Served:
    """A double in a process of its own."""

    base_url: str
    token: str
    announcement: list[str]
    process: subprocess.Popen[str]
    errors: Path

    def client(self, **options: Any) -> httpx.Client:
        headers = {"authorization": f"Bearer {self.token}"}
        return httpx.Client(base_url=self.base_url, headers=headers, **options)

    def log(self) -> str:
        """What it has written to stderr so far."""
        return self.errors.read_text()


@contextmanager
def serving(*arguments: str, before: Callable[[], None] | None = None) -> Iterator[Served]:
    """Run `incident-double serve` on a free port, ready to answer, until the block ends.

    `before` is called in its process, before it becomes the command.
    """
    command = [COMMAND, "serve", "--port", "0", *arguments]
    with (
        tempfile.NamedTemporaryFile() as errors,  # a pipe that nobody reads would fill up and hold the server
        subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            preexec_fn=before,  # noqa: PLW1509 - no thread runs then
        ) as process,
    ):
        try:
            assert process.stdout is not None
            announcement = announced(process.stdout)
            assert announcement[-1], f"it ended before it was ready: {Path(errors.name).read_text()}"
            _, url, key, *_ = announcement
            served = Served(url.split()[-1], key.split()[-1], announcement, process, Path(errors.name))
            _await_health(served)
            yield served
        finally:
            process.terminate()


def announced(stdout: IO[str]) -> list[str]:
    """The lines that `serve` announces itself with, the last of which is to try; empty if it ended before."""
    lines = [""]
    while not lines[-1].startswith("try ") and (line := stdout.readline()):
        lines.append(line.rstrip("\n"))
    return lines[1:] if lines[-1].startswith("try ") else [""]


def _await_health(served: Served) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"{served.base_url}/_double/health").status_code == 200:
                return
        except httpx.TransportError:
            continue
    raise TimeoutError("the double did not become ready")
