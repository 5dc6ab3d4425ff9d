"""What Node's own fetch makes of every kind of fault, over a real socket."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from incident_double.fixtures import Dataset
from incident_double.mock_server import DEFAULT_TOKEN, Double
from incident_double.mock_server.faults.arming import parse_fault
from incident_double.mock_server.shells.app import create_app
from incident_double.mock_server.shells.serving import serving
from incident_double.openapi import Document

SCRIPT = Path(__file__).with_name("fetching.mjs")
LIST = "Incidents V2#List"
JSON = "application/json"
ANSWERED = {"status": 200, "type": JSON}
OUTCOMES: dict[str, dict[str, Any]] = {
    "500": {"status": 500, "type": JSON},
    "429=1": {"status": 429, "type": JSON},
    "503": {"status": 503, "type": "text/html", "error": "SyntaxError"},
    "403-html": {"status": 403, "type": "text/html", "error": "SyntaxError"},
    "404-empty": {"status": 404, "type": None, "error": "SyntaxError"},
    "delay=0.3": ANSWERED,
    "delay=60": {"error": "TimeoutError"},
    "drip=0.5": ANSWERED,
    "drip=60": {**ANSWERED, "error": "TimeoutError"},
    "never": {"error": "TimeoutError"},
    "reset": {"error": "TypeError", "cause": "ECONNRESET"},
    "lost": {"error": "TypeError", "cause": "ECONNRESET"},
    "reset-during": {**ANSWERED, "error": "TypeError", "cause": "ECONNRESET"},
    "cut": {**ANSWERED, "error": "TypeError", "cause": "UND_ERR_SOCKET"},
    "short-body": {**ANSWERED, "error": "TypeError", "cause": "UND_ERR_SOCKET"},
    "long-body": {**ANSWERED, "error": "SyntaxError"},
    "garbled-status": {"error": "TypeError", "cause": "HPE_INVALID_VERSION"},
    "garbled-chunk": {**ANSWERED, "error": "TypeError", "cause": "HPE_INVALID_CHUNK_SIZE"},
    "malformed": {**ANSWERED, "error": "SyntaxError"},
    "wrong-type": ANSWERED,
    "short-page": ANSWERED,
    "evolved": ANSWERED,
    "wrong-content-type": {"status": 200, "type": "text/plain; charset=utf-8"},
    "reset-after": ANSWERED,
}
RESET_UNDER_IT = {"error": "TypeError", "cause": "ECONNRESET"}

pytestmark = pytest.mark.skipif(shutil.which("node") is None, reason="needs Node")


@pytest.fixture(scope="module")
def fetched(document: Document, dataset: Dataset) -> dict[str, list[dict[str, Any]]]:
    """For each kind what came of the fetch that it struck, and of the next one."""
    specs = [f"{LIST}:{kind}@{2 if number else 1}" for number, kind in enumerate(OUTCOMES)]
    double = Double(document, dataset, rate_limit=0, faults=[parse_fault(each, document) for each in specs])
    patience = ["400" if outcome.get("error") == "TimeoutError" else "20000" for outcome in OUTCOMES.values()]
    with serving(create_app(double)) as url:
        command = ["node", str(SCRIPT), f"{url}/v2/incidents?page_size=1", DEFAULT_TOKEN, *patience]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    assert ended.stderr == ""
    assert not double.faults
    return dict(zip(OUTCOMES, map(json.loads, ended.stdout.splitlines()), strict=True))


@pytest.mark.parametrize("kind", OUTCOMES)
def test_a_fault_is_what_it_claims_to_be(fetched: dict[str, list[dict[str, Any]]], kind: str) -> None:
    struck, _ = fetched[kind]

    assert {name: each for name, each in struck.items() if name not in ("body", "length")} == OUTCOMES[kind]


@pytest.mark.parametrize("kind", OUTCOMES)
def test_the_next_fetch_is_answered(fetched: dict[str, list[dict[str, Any]]], kind: str) -> None:
    _, later = fetched[kind]

    if kind == "reset-after":
        assert later == RESET_UNDER_IT
    else:
        assert (later["status"], later["type"]) == (200, JSON)
        assert "error" not in later


def test_bodies_are_wrong_in_just_the_way_they_should_be(fetched: dict[str, list[dict[str, Any]]]) -> None:
    (half, whole), (wrong, right) = fetched["long-body"], fetched["wrong-type"]

    assert half["body"] == whole["body"][: int(half["length"])]
    assert json.loads(wrong["body"])["incidents"][0]["created_at"] == 0
    assert isinstance(json.loads(right["body"])["incidents"][0]["created_at"], str)
