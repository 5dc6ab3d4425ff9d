"""Webhooks of a double whose clock stands still."""

import threading
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from incident_double.fixtures import Dataset
from incident_double.mock_server import Clock, Double
from incident_double.mock_server.webhooks.webhooks import Webhooks
from incident_double.openapi import Document

THREAD = "incident-double webhooks"


@pytest.fixture
def clock() -> Clock:
    """One that stands at the present: the published library compares with its own."""
    clock = Clock()
    clock.freeze()
    return clock


@pytest.fixture
def double(document: Document, dataset: Dataset, clock: Clock) -> Double:
    return Double(document, dataset, clock=clock, rate_limit=0)


@pytest.fixture
def webhooks(double: Double) -> Iterator[Webhooks]:
    with closing(Webhooks(double.store)) as webhooks:
        yield webhooks


@pytest.fixture
def threads() -> Callable[[], int]:
    """How many threads deliver webhooks, beside those that others have left."""

    def count() -> int:
        return sum(thread.name == THREAD for thread in threading.enumerate())

    before = count()
    return lambda: count() - before
