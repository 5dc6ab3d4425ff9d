"""Answers over a socket: a double with authentication, limits and validation, against a plain Starlette application.

Both run in processes of their own, on uvicorn, and answer with the same bytes.
"""

import json
import socket
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import cycle, islice, repeat
from statistics import median

from . import servers
from .figure import Figure
from .servers import MeasuredServer

REQUESTS = 300
FILTERED = "/v2/incidents?page_size=25&status_category[one_of]=closed"
EARLIEST = date(1990, 1, 1)
DAYS = 4000
"""All of them before the first incident, and more than there are answers that a double keeps."""


def measure(rounds: int) -> Iterator[Figure]:
    """Yield the figures of this module."""
    with servers.double() as double:
        since = (f"{FILTERED}&created_at[gte]={EARLIEST + timedelta(days)}" for days in cycle(range(DAYS)))
        shown = json.loads(double.get("/v2/incidents?page_size=1"))["incidents"][0]["id"]
        for what, paths, target in [
            ("show an incident", repeat(f"/v2/incidents/{shown}"), ">= 0.95"),
            ("list 25, filtered", repeat(FILTERED), ">= 0.9"),
            ("list 25, never asked for before", since, ">= 0.75"),
        ]:
            with servers.plain(double.get(next(paths))) as plain:
                value = compare(double, plain, paths, rounds)
            yield Figure(f"{what} / plain Starlette", value, target)


def compare(
    server: MeasuredServer,
    plain: MeasuredServer,
    paths: Iterator[str],
    rounds: int,
    clock: Callable[[MeasuredServer], float] = MeasuredServer.busy,
) -> float:
    """How many requests for these paths the server answers in the time in which the plain application answers one.

    Going by the servers' own time: reading a page takes the client as long as the server, and would hide the rest.
    """

    def took(each: MeasuredServer) -> float:
        began = clock(each)
        _get_often(each, paths)
        return clock(each) - began

    took(server), took(plain)  # the first time takes longer
    return median(took(plain) / took(server) for _ in range(rounds))


def _get_often(server: MeasuredServer, paths: Iterator[str]) -> None:
    """Ask REQUESTS times over one connection, without waiting: the client's own time hardly counts then."""
    fields = f"HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {server.key}\r\n"
    requests = [f"GET {path} {fields}" for path in islice(paths, REQUESTS)]
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall(("\r\n".join(requests) + "connection: close\r\n\r\n").encode())
        received = b"".join(iter(lambda: connection.recv(1 << 20), b""))
    if (answered := received.count(b"HTTP/1.1 200 ")) != REQUESTS:
        raise RuntimeError(f"{answered} of {REQUESTS} requests were answered")
