"""What it costs to begin: the command's help, opening the bundled document, a double for a test."""

import json
import subprocess
import sys
from collections.abc import Iterator
from statistics import median
from time import process_time

from incident_double import openapi
from incident_double.fixtures import realistic
from incident_double.mock_server import Double, Request, RunningDouble
from incident_double.openapi.bundling import read_bundled

from .figure import Figure, processor_seconds, time_ratio


def measure(rounds: int) -> Iterator[Figure]:
    """Yield the figures of this module."""
    document, dataset = openapi.bundled(), realistic()
    Double(document, dataset)  # what all doubles of a document share is worked out for the first
    yield Figure(
        "another double of the same data, in process",
        1000 * processor_seconds(lambda: Double(document, dataset), rounds=rounds),
        "<= 5",
        "ms",
    )
    yield Figure(
        "fresh isolated double per test, set up and torn down",
        1000 * median(_renewing(RunningDouble(Double(document, dataset)), rounds)),
        "<= 5",
        "ms",
    )
    text = json.dumps(document.raw)
    yield Figure(
        "build and open the bundled document / parse it as JSON",
        processor_seconds(lambda: openapi.Document(read_bundled()).operations, rounds=rounds)
        / processor_seconds(lambda: json.loads(text), rounds=rounds),
        "<= 4",
    )
    yield Figure(
        "incident-double --help / import click",
        time_ratio(
            lambda: _python("from incident_double.cli import group; group(['--help'])"),
            lambda: _python("import click"),
            rounds=rounds,
        ),
        "<= 2",
    )


def _renewing(double: RunningDouble, rounds: int) -> Iterator[float]:
    """Seconds of the processor that the plugin takes around a test which has changed whatever it can."""
    minor = next(iter(double.double.store.rows()["severities"]))
    for _ in range(rounds):
        double.edit_incident(double.incident(name="of a test")["id"], severity="Critical")
        body = b'{"name": "Renamed", "description": "By a test"}'
        asked = Request("PUT", f"/v1/severities/{minor}", authorization=f"Bearer {double.api_key}", body=body)
        double.double.answer(asked)
        double.fault("*", "500")
        double.clock.advance(days=40)
        start = process_time()
        double.reset()
        double.begin_test()
        yield process_time() - start


def _python(code: str) -> None:
    subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL)
