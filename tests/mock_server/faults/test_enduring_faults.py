"""Thousands of faults of every kind, over real sockets: the double neither grows nor falters."""

import re
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import NamedTuple

import pytest

from incident_double.openapi import Document, Operation

from ...serving import Served, serving

KINDS = (
    *("500", "429=1", "503", "403-html", "404-empty", "malformed", "wrong-type", "wrong-content-type"),
    *("reset", "lost", "reset-during", "reset-after", "cut"),
    *("short-body", "long-body", "garbled-status", "garbled-chunk"),
)
ENDLESS = ("delay=3600", "drip=3600", "never")
"""The client gives up on these."""
FEW, MANY = 2_000, 10_000
"""Faults that strike: in the suite, and of `make endure`."""
CLIENTS = 4
A_MEGABYTE = 1024
"""Of kilobytes: as little as memory is taken from the system in."""
BYTES_EACH = 400
"""More than which a fault shouldn't leave behind."""

pytestmark = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc")


class Held(NamedTuple):
    """What a process holds."""

    kilobytes: int
    threads: int
    descriptors: int


def held(pid: int) -> Held:
    status = Path(f"/proc/{pid}/status").read_text()
    kilobytes, threads = (
        int(re.findall(rf"^{name}:\s+(\d+)", status, re.MULTILINE)[0]) for name in ("VmRSS", "Threads")
    )
    return Held(kilobytes, threads, len(list(Path(f"/proc/{pid}/fd").iterdir())))


def operations(document: Document) -> Iterator[Operation]:
    """Those that are answered to a GET, whatever the answer is."""
    for operation in document.operations.values():
        if operation.method == "GET" and not operation.public:
            yield operation


@pytest.mark.parametrize("faults", [FEW, pytest.param(MANY, marks=pytest.mark.endure)])
def test_what_is_struck_leaves_nothing_behind(document: Document, faults: int) -> None:
    struck = dict(zip((*KINDS, *ENDLESS), operations(document), strict=False))
    assert len(struck) == len(KINDS) + len(ENDLESS)
    specs = [f"--fault={operation.id}:{kind}*1000000" for kind, operation in struck.items()]
    paths = {kind: operation.path.replace("{id}", "0") for kind, operation in struck.items()}
    with serving("--no-rate-limit", "--incidents", "10", *specs) as served:
        at_first = held(served.process.pid)
        rounds(served, paths, MANY // 4)  # caches fill up, and the journal
        settled = waited_for(served, at_first.descriptors)
        rounds(served, paths, faults)
        after = waited_for(served, at_first.descriptors)
        log = served.log()
        with served.client() as client:
            assert client.get("/v3/teams/0").status_code == 404

    assert after.descriptors <= at_first.descriptors  # the first asker may not have left yet then
    assert after.threads == at_first.threads
    assert after.kilobytes - settled.kilobytes < max(faults * BYTES_EACH / 1024, A_MEGABYTE)
    assert log == ""


def waited_for(served: Served, descriptors: int) -> Held:
    """What it holds once it has noticed that its clients have left."""
    deadline = time.monotonic() + 10
    while (now := held(served.process.pid)).descriptors > descriptors and time.monotonic() < deadline:
        time.sleep(0.05)
    return now


def rounds(served: Served, paths: dict[str, str], count: int) -> None:
    """So many requests, every kind as often as the others, from several clients at once."""
    turns = -(-count // len(paths))
    with ThreadPoolExecutor(CLIENTS) as clients:
        for _ in clients.map(lambda _: turn(served, paths), range(turns)):
            pass


def turn(served: Served, paths: dict[str, str]) -> None:
    """One request of each kind, each on a connection of its own."""
    host, _, port = served.base_url.removeprefix("http://").rpartition(":")
    with ExitStack() as stack:
        connections = {}
        for kind, path in paths.items():
            connections[kind] = stack.enter_context(socket.create_connection((host, int(port)), timeout=20))
            connections[kind].sendall(
                request(served, path, "keep-alive" if kind == "reset-after" else "close")
            )
        for kind in KINDS:
            received = read_to_the_end(connections[kind], 1 if kind == "reset-after" else None)
            assert bool(received) == (kind not in ("reset", "lost"))
        again = connections["reset-after"]
        again.sendall(request(served, paths["reset-after"], "close"))
        assert read_to_the_end(again) == b""


def request(served: Served, path: str, connection: str) -> bytes:
    lines = [f"GET {path} HTTP/1.1", "host: x", f"authorization: Bearer {served.token}"]
    return "\r\n".join([*lines, f"connection: {connection}", "", ""]).encode()


def read_to_the_end(connection: socket.socket, answers: int | None = None) -> bytes:
    """What comes in until the connection ends or, if it is kept, until there is a whole answer."""
    received = b""
    with suppress(ConnectionResetError):
        while part := connection.recv(65536):
            received += part
            head, end, body = received.partition(b"\r\n\r\n")
            length = re.search(rb"content-length: (\d+)", head)
            if answers and end and length and len(body) == int(length[1]):
                break
    return received
