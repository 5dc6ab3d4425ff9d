"""Answers over a socket: a double with authentication, limits and validation, against a plain Starlette application.

Both run in processes of their own, on uvicorn, and answer with the same bytes.
"""

import json
import socket
from collections.abc import Iterator

from . import servers
from .figure import Figure, time_ratio
from .servers import Server

REQUESTS = 300
FILTERED = "/v2/incidents?page_size=25&status_category[one_of]=closed"


def measure(rounds: int) -> Iterator[Figure]:
    """Yield the figures of this module."""
    with servers.double() as double:
        shown = json.loads(double.get("/v2/incidents?page_size=1"))["incidents"][0]["id"]
        for what, path, target in [
            ("show an incident", f"/v2/incidents/{shown}", ">= 0.8"),
            ("list 25, filtered", FILTERED, ">= 0.7"),
        ]:
            with servers.plain(double.get(path)) as plain:
                value = _compare(double, plain, path, rounds)
            yield Figure(f"{what}: requests a second / plain Starlette's", value, target)


def _compare(double: Server, plain: Server, path: str, rounds: int) -> float:
    get_often(double, path)
    get_often(plain, path)
    return time_ratio(lambda: get_often(plain, path), lambda: get_often(double, path), rounds=rounds)


def get_often(server: Server, path: str) -> None:
    """Ask REQUESTS times over one connection, without waiting: the client's own time hardly counts then."""
    request = f"GET {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {server.key}\r\n"
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall(f"{request}\r\n".encode() * (REQUESTS - 1))
        connection.sendall(f"{request}connection: close\r\n\r\n".encode())
        received = b"".join(iter(lambda: connection.recv(1 << 20), b""))
    if (answered := received.count(b"HTTP/1.1 200 ")) != REQUESTS:
        raise RuntimeError(f"{answered} of {REQUESTS} requests were answered")
