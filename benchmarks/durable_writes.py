"""What a write costs whose double keeps it in a store before it answers, beside one that holds it in memory."""

import json
import os
import socket
import tempfile
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from pathlib import Path
from statistics import median
from time import perf_counter

from . import servers
from .figure import Figure
from .servers import MeasuredServer

WRITES = 100
"""How many of each are timed in a round."""


def measure(rounds: int) -> Iterator[Figure]:
    """Yield the figures of this module."""
    with tempfile.TemporaryDirectory(dir=".") as folder:  # on a disk, where temporary files may not be
        store = Path(folder, "double.db")
        with servers.double() as memory, servers.double("--store", str(store)) as durable:
            names = (f"benchmark {number}" for number in count())
            _write(memory, names), _write(durable, names)  # the first time takes longer
            ratio = median(_write(durable, names) / _write(memory, names) for _ in range(rounds))
            alone = median(_synced(Path(folder, "alone")) for _ in range(rounds))
            synced = median(_write(durable, names) / alone for _ in range(rounds))
    yield Figure("declare an incident, with a store / in memory", ratio, "<= 30")
    yield Figure("declare an incident, with a store / one fsync alone", synced, "<= 3")


def _write(server: MeasuredServer, names: Iterator[str]) -> float:
    """Seconds in which WRITES incidents are declared one after the other, from the first byte to the last."""
    began = perf_counter()
    with (
        socket.create_connection(("127.0.0.1", server.port)) as connection,
        closing(connection.makefile("rb")) as answers,
    ):
        for name in (next(names) for _ in range(WRITES)):
            body = json.dumps({"idempotency_key": name, "visibility": "public", "name": name})
            head = f"POST /v2/incidents HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {server.key}\r\n"
            connection.sendall(f"{head}content-length: {len(body)}\r\n\r\n{body}".encode())
            status, length = answers.readline(), 0
            if b" 200 " not in status:
                raise RuntimeError(f"a write was answered {status!r}")
            while (line := answers.readline()) != b"\r\n":
                name_of, _, value = line.partition(b":")
                length = int(value) if name_of.lower() == b"content-length" else length
            answers.read(length)
    return perf_counter() - began


def _synced(path: Path) -> float:
    """Seconds in which as many writes of about that size are on the disk, by nothing but the system."""
    with path.open("ab", buffering=0) as file:
        began = perf_counter()
        for _ in range(WRITES):
            file.write(b"x" * 8192)
            os.fsync(file.fileno())
        return perf_counter() - began
