"""What it costs to begin, without a server: the command's help, opening the bundled document, a double for a test."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from incident_double import openapi
from incident_double.fixtures import realistic
from incident_double.mock_server import Double

from .figure import Figure, processor_seconds, time_ratio

DOCUMENT = Path(openapi.__file__).with_name("incident_io.json")


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
        "open the bundled document / parse its JSON",
        processor_seconds(lambda: openapi.bundled().operations, rounds=rounds)
        / processor_seconds(lambda: json.loads(DOCUMENT.read_bytes()), rounds=rounds),
        "<= 2",
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


def _python(code: str) -> None:
    subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL)
