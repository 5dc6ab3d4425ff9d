"""Answers over a socket: a double with authentication, limits and validation, against a plain Starlette application.

Both run in processes of their own, on uvicorn, and answer with the same bytes.
"""

import json
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from .ratio import Ratio, time_ratio

REQUESTS = 300
FILTERED = "/v2/incidents?page_size=25&status_category[one_of]=closed"


def measure() -> Iterator[Ratio]:
    """Yield the ratios of this module."""
    with _double() as double:
        shown = json.loads(double.get("/v2/incidents?page_size=1"))["incidents"][0]["id"]
        for what, path, target in [
            ("show an incident", f"/v2/incidents/{shown}", ">= 0.8"),
            ("list 25, filtered", FILTERED, ">= 0.7"),
        ]:
            with _plain(double.get(path)) as plain:
                yield Ratio(
                    f"{what}: requests a second / plain Starlette's", _compare(double, plain, path), target
                )


class _Server:
    """A server on 127.0.0.1."""

    def __init__(self, port: int, key: str) -> None:
        self._port = port
        self._key = key

    def get(self, path: str) -> bytes:
        """The body of one answer."""
        answer = httpx.get(
            f"http://127.0.0.1:{self._port}{path}", headers={"authorization": f"Bearer {self._key}"}
        )
        return answer.raise_for_status().content

    def get_often(self, path: str) -> None:
        """Ask REQUESTS times over one connection, without waiting: the client's own time hardly counts then."""
        request = f"GET {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {self._key}\r\n"
        with socket.create_connection(("127.0.0.1", self._port)) as connection:
            connection.sendall(f"{request}\r\n".encode() * (REQUESTS - 1))
            connection.sendall(f"{request}connection: close\r\n\r\n".encode())
            received = b"".join(iter(lambda: connection.recv(1 << 20), b""))
        if (answered := received.count(b"HTTP/1.1 200 ")) != REQUESTS:
            raise RuntimeError(f"{answered} of {REQUESTS} requests were answered")


def _compare(double: _Server, plain: _Server, path: str) -> float:
    double.get_often(path)
    plain.get_often(path)
    return time_ratio(lambda: plain.get_often(path), lambda: double.get_often(path))


@contextmanager
def _double() -> Iterator[_Server]:
    command = str(Path(sys.executable).with_name("incident-double"))
    with _running(command, "serve", "--port", "0", "--rate-limit", "1000000000") as process:
        _, url, key, _ = (_line(process).split()[-1] for _ in range(4))
        yield _Server(int(url.rpartition(":")[2]), key)


@contextmanager
def _plain(body: bytes) -> Iterator[_Server]:
    with tempfile.NamedTemporaryFile() as file:
        Path(file.name).write_bytes(body)
        with _running(sys.executable, "-m", "benchmarks.plain", file.name) as process:
            yield _Server(int(_line(process)), "")


@contextmanager
def _running(*command: str) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.terminate()


def _line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()
