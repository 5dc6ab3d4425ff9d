"""The everyday steps that peers are held against, taken at the double and at what only looks like it."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ..serving import Served

ROOT = Path(__file__).resolve().parents[2]
CANNED = b'{"incidents": [{"id": "1", "incident_status": {"category": "closed"}}]}'


def steps_at(base_url: str, key: str) -> list[str]:
    command = [sys.executable, "-m", "benchmarks.peers", base_url, key]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True).stdout.splitlines()


@pytest.fixture
def canned(tmp_path: Path) -> Iterator[str]:
    """The base URL of a server that answers everything with the same list."""
    file = tmp_path / "body.json"
    file.write_bytes(CANNED)
    command = [sys.executable, "-m", "benchmarks.plain", str(file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        finally:
            process.terminate()


def test_the_double_takes_every_step_rightly(served: Served) -> None:
    *steps, count = steps_at(served.base_url, served.token)

    assert [line.split()[-1] for line in steps] == ["right"] * 11
    assert count == "11 of 11"


def test_what_always_answers_the_same_takes_but_the_first_step_rightly(canned: str) -> None:
    *steps, count = steps_at(canned, "any")

    assert [line.split()[-1] for line in steps] == ["right"] + ["wrong"] * 10
    assert count == "1 of 11"
