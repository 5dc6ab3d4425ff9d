"""`incident-double check --sweep`, run as a person runs it."""

import json
import sys
from pathlib import Path

import pytest

from ..conftest import Run

CLIENT = """
import os, sys, time, httpx
api = httpx.Client(
    base_url=os.environ["INCIDENT_IO_BASE_URL"],
    headers={"authorization": f"Bearer {os.environ['INCIDENT_IO_API_KEY']}"},
    timeout=2,
)
for number in range(3):
    key = f'try {number}'
    body = {"idempotency_key": key, "visibility": "public", "name": "Disk full"}
    try:
        answer = api.post("/v2/incidents", json=body)
    except httpx.TransportError:
        continue
    if answer.status_code == 200:
        sys.exit(0)
    if answer.status_code < 500:
        sys.exit(f"refused: {answer.status_code}")
sys.exit("no answer")
"""


@pytest.fixture
def client(tmp_path: Path) -> Path:
    path = tmp_path / "client.py"
    path.write_text(CLIENT)
    return path


def test_a_sweep_prints_a_table_and_finds_the_second_incident(run: Run, client: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    done = run("check", "--sweep", "--jobs", "4", "--json", str(report), "--", sys.executable, str(client))

    assert done.returncode == 1, done.stderr
    lines = [line.split() for line in done.stdout.splitlines()]
    assert ["lost", "STATE"] in lines
    assert ["403", "gives", "up"] in lines
    swept = json.loads(report.read_text())
    assert {each["rule"] for each in swept["findings"]} == {"sweep-leaves-another-state"}
    assert swept["sweep"]["operations"] == ["Incidents V2#Create"]
    assert swept["sweep"]["not_tried"] == []


def test_what_the_budget_is_too_small_for_is_named(run: Run, client: Path) -> None:
    """Also where the report of it can't be written."""
    options = ("--sweep", "--budget", "0.001", "--json", "/dev/full")
    done = run("check", *options, "--", sys.executable, str(client))

    assert done.returncode == 2
    assert "not tried: Incidents V2#Create:lost" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--sweep", "--webhook", "http://localhost:1/"], "--sweep takes a COMMAND"),
        (["--sweep", "--fault", "*:500", "--", "true"], "goes without --webhook and --fault"),
        (["--budget", "3", "--", "true"], "--budget goes with --sweep"),
        (["--sweep", "--", "false"], "the client fails without any fault"),
        (["--sweep", "--timeout", "0.5", "--", "sleep", "600"], "without any fault: it had to be stopped"),
        (["--sweep", "--", "true"], "the client asked the double for nothing"),
        (["--sweep", "--", "no-such-command"], "no-such-command"),
    ],
)
def test_what_can_not_be_swept_is_one_line(run: Run, arguments: list[str], reason: str) -> None:
    done = run("check", *arguments)

    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert reason in line
