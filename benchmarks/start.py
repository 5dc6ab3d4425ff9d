"""What it costs to begin: the command's help, and opening the bundled document."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from incident_double import openapi

from .ratio import Ratio, time_ratio

DOCUMENT = Path(openapi.__file__).with_name("incident_io.json")


def measure() -> Iterator[Ratio]:
    """Yield the ratios of this module."""
    yield Ratio(
        "open the bundled document / parse its JSON",
        time_ratio(lambda: openapi.bundled().operations, lambda: json.loads(DOCUMENT.read_bytes())),
        "<= 2",
    )
    yield Ratio(
        "incident-double --help / import click",
        time_ratio(
            lambda: _python("from incident_double.cli import group; group(['--help'])"),
            lambda: _python("import click"),
        ),
        "<= 2",
    )


def _python(code: str) -> None:
    subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL)
