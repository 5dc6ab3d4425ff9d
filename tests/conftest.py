"""Fixtures for tests of every area."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from incident_double.fixtures import Dataset, realistic
from incident_double.mock_server import Double
from incident_double.openapi import Document, bundled

from .calling import Caller, StoppedClock
from .serving import Served, serving

os.environ.pop("GITHUB_ACTIONS", None)  # where every report would be annotations too
os.environ.setdefault("PYTEST_ADDOPTS", "-p no:schemathesis")
# For every pytest that a test runs: that plugin takes seconds to load, and no test of those uses it.
for number, handler in (
    (signal.SIGINT, signal.default_int_handler),
    (signal.SIGQUIT, signal.SIG_DFL),
    (signal.SIGHUP, signal.SIG_DFL),
):
    # A shell's background job and nohup ignore them, and so would every process that a test starts.
    if signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, handler)


@pytest.fixture(scope="session", autouse=True)
def _state_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep what is made for this user, such as a certificate authority, out of the user's own folders."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        yield


@pytest.fixture(scope="session")
def shared_documents() -> Path:
    """The folder of the vendor's documents, beside the checkout."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "upstream"
    if not folder.is_dir():
        pytest.skip("the vendor's documents are not beside the checkout")
    return folder


@pytest.fixture(scope="session")
def document() -> Document:
    """The bundled document."""
    return bundled()


@pytest.fixture(scope="session")
def dataset() -> Dataset:
    """The data set that `serve` starts with."""
    return realistic()


@pytest.fixture
def clock() -> StoppedClock:
    """The time of `double`."""
    return StoppedClock()


@pytest.fixture
def double(document: Document, dataset: Dataset, clock: StoppedClock) -> Double:
    """A double of one's own, in process, without rate limits."""
    return Double(document, dataset, clock=clock, rate_limit=0)


@pytest.fixture
def call(double: Double) -> Caller:
    """Call `double`, every answer checked against the document."""
    return Caller(double)


@pytest.fixture
def served() -> Iterator[Served]:
    """A double of one's own, on a socket, without rate limits."""
    with serving("--no-rate-limit") as running:
        yield running
