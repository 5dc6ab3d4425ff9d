"""Receivers of webhooks that remember what came, or never answer; and what became of a delivery."""

import json
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from incident_double.mock_server.webhooks.deliveries import Delivery
from incident_double.mock_server.webhooks.webhooks import Webhooks

CREATED, UPDATED = "public_incident.incident_created_v2", "public_incident.incident_updated_v2"
SCHEDULE = [
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=10),
]


class Inbox:
    """Takes every event, once it has given the answers it was reported to give."""

    def __init__(self, *statuses: int) -> None:
        self._statuses = list(statuses)
        self._arrived = threading.Condition()
        self.got: list[tuple[Mapping[str, str], bytes]] = []

    def __call__(self, headers: Mapping[str, str], body: bytes) -> int:
        with self._arrived:
            self.got.append((headers, body))
            self._arrived.notify_all()
            return self._statuses.pop(0) if self._statuses else 200

    def has(self, count: int) -> bool:
        """Wait until so many have come."""
        with self._arrived:
            return self._arrived.wait_for(lambda: len(self.got) >= count, timeout=20)

    def events(self) -> list[Any]:
        return [json.loads(body) for _, body in self.got]

    def types(self) -> list[str]:
        return [event["event_type"] for event in self.events()]

    def ids(self) -> list[str]:
        return [headers["webhook-id"] for headers, _ in self.got]


@contextmanager
def hanging() -> Iterator[tuple[str, Callable[[], socket.socket]]]:
    """A receiver that takes connections and never answers: its URL, and what waits for the next connection."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(20)

        def accept() -> socket.socket:
            connection, _ = server.accept()
            connection.settimeout(20)
            return connection

        yield f"http://127.0.0.1:{server.getsockname()[1]}/", accept


def read_to_the_end(connection: socket.socket) -> bytes:
    """All that comes before the other side hangs up."""
    return b"".join(iter(lambda: connection.recv(65536), b""))


def only(webhooks: Webhooks) -> Delivery:
    (delivery,) = webhooks.deliveries()
    return delivery


def statuses(delivery: Delivery) -> list[int | None]:
    return [attempt.status for attempt in delivery.attempts]
