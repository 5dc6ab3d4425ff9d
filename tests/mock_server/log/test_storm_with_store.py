"""Hostile requests to a double that is kept in a store: none is an internal error, and all that they did lasts."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from incident_double.fixtures import realistic
from incident_double.mock_server import Double
from incident_double.mock_server.saved_state.state import exported
from incident_double.openapi import bundled

from ...calling import StoppedClock
from ..shells.hostile_requests import HostileRequests
from .crashes import Lasting, check_integrity

SHORT, LONG = 2_000, 1_000_000
ROUND = 2_000
"""Requests after which the double is killed, and the next round begins with a fresh one."""
MEMORY = Path("/dev/shm")
"""A folder that needs no disk, on most systems: nobody cuts the power here."""


@pytest.fixture
def folder() -> Iterator[Path]:
    with TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        yield Path(folder)


@pytest.mark.parametrize("requests", [SHORT, pytest.param(LONG, marks=pytest.mark.endure)])
def test_a_storm_is_no_error_and_all_that_it_did_lasts(folder: Path, requests: int) -> None:
    document, dataset = bundled(), realistic(incidents=40)
    for seed in range(requests // ROUND):
        life = folder / str(seed)
        life.mkdir()
        lasting = Lasting(life, lambda: Double(document, dataset, clock=StoppedClock(), rate_limit=0))
        for request in islice(HostileRequests(document, dataset, seed), ROUND):
            reply = lasting.double.answer(request)
            assert reply.status < 500, f"{request} of the storm {seed} was answered {reply}"
        before = exported(lasting.double)
        after = exported(lasting.die())
        del before["chance"], after["chance"]  # refusals have used some of it
        assert after == before
        lasting.close()
        check_integrity(lasting.path)
