"""Clients in another language, through the command line: the example in Node, and careless ones."""

import json
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from incident_double.fixtures.schema.reducer import smallest
from incident_double.fixtures.schema.smallest import compact
from incident_double.openapi import bundled

from ...serving import COMMAND
from .processes import ids, is_left

ROOT = Path(__file__).resolve().parents[3]
CLIENT = ROOT / "examples" / "node_client"
CARELESS = Path(__file__).with_name("careless_decoder.mjs")

pytestmark = pytest.mark.skipif(shutil.which("node") is None, reason="needs Node")

both_or_lines = pytest.mark.parametrize(
    "fetching",
    [pytest.param([], id="lines"), pytest.param(["--fetch"], id="URLs", marks=pytest.mark.endure)],
)
"""The ways that inputs reach a decoder; the second, of what takes long, is left to `make endure`."""


def run(tmp_path: Path, *arguments: str) -> tuple[subprocess.CompletedProcess[str], list[dict[str, Any]]]:
    """How the command ended, and its findings."""
    command, *others = arguments
    report = tmp_path / "report.json"
    ended = subprocess.run(
        [COMMAND, command, "--json", str(report), *others],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert ended.stderr == ""
    return ended, json.loads(report.read_text())["findings"]


def fuzz(tmp_path: Path, fault: str, *options: str) -> tuple[list[dict[str, Any]], list[int]]:
    """The findings of a careless decoder, and the processes that it ran in; none of them is left."""
    pids = tmp_path / "pids"
    command = shlex.join(["node", str(CARELESS), fault, str(pids)])
    ended, findings = run(tmp_path, "fuzz", "--exec", command, "--shape", "conforming", *options)
    assert ended.returncode == 1
    started = ids(pids)
    assert not any(map(is_left, started))
    return findings, started


def summary(finding: dict[str, Any]) -> tuple[str, ...]:
    return finding["rule"], finding["outcome"], finding["severity"], finding["pointer"]


def beyond_the_smallest(finding: dict[str, Any]) -> int:
    """By how many bytes of compact JSON a counterexample is larger than the smallest incident there is."""
    least = smallest(bundled(), {"$ref": "#/components/schemas/IncidentV2"})
    return len(compact(finding["counterexample"]).encode()) - len(compact(least).encode())


@both_or_lines
def test_a_careful_decoder_keeps_everything(tmp_path: Path, fetching: list[str]) -> None:
    command = f"node {CLIENT / 'decode.mjs'}"
    ended, findings = run(
        tmp_path, "fuzz", "--exec", command, *fetching, "--examples", "1500", "--fail-on", "warning"
    )

    assert ended.returncode == 0
    assert {each["rule"] for each in findings} == {"broken-accepted"}
    assert "\n1500 inputs tried, met 1953 of 1953 facts" in ended.stdout


@pytest.mark.parametrize("fetching", [[], ["--fetch"]], ids=["lines", "URLs"])
def test_a_crash_is_found_and_the_process_started_again(tmp_path: Path, fetching: list[str]) -> None:
    (crash,), started = fuzz(tmp_path, "crash", "--examples", "30", *fetching)

    assert summary(crash) == ("optional-required", "death", "error", "/severity")
    assert crash["message"] == (
        "the process ended with status 1: TypeError: Cannot read properties of undefined (reading 'name')"
    )
    assert len(started) > crash["count"] > 1
    assert beyond_the_smallest(crash) <= 250


@pytest.mark.endure  # decoders in Python that hang are in the suite
@both_or_lines
def test_a_hang_is_found_and_the_process_started_again(tmp_path: Path, fetching: list[str]) -> None:
    (hang,), started = fuzz(tmp_path, "hang", "--examples", "15", "--timeout", "0.3", *fetching)

    assert summary(hang) == ("decoder-hangs", "hang", "error", "/incident_role_assignments")
    assert hang["message"] == "no answer within 0.3 seconds"
    assert len(started) > hang["count"] > 1
    assert beyond_the_smallest(hang) <= 250


@pytest.mark.parametrize("fetching", [[], ["--fetch"]], ids=["lines", "URLs"])
def test_a_lossy_int64_is_found_wherever_there_is_one(tmp_path: Path, fetching: list[str]) -> None:
    losses, started = fuzz(tmp_path, "double", "--examples", "150", *fetching)

    assert {summary(each)[:3] for each in losses} == {("value-changed", "silent-loss", "error")}
    assert {each["pointer"] for each in losses} == {
        "/custom_field_entries/0/custom_field/options/0/sort_key",
        "/custom_field_entries/0/values/0/value_option/sort_key",
        "/duration_metrics/0/value_seconds",
        "/incident_status/rank",
        "/incident_timestamp_values/0/incident_timestamp/rank",
        "/severity/rank",
    }
    assert all("sent 9007199254740993, came back 9007199254740992" in each["message"] for each in losses)
    assert max(map(beyond_the_smallest, losses)) <= 600
    assert len(started) == 1


def test_nothing_is_said_of_a_careful_program(tmp_path: Path) -> None:
    ended, findings = run(tmp_path, "check", "--fail-on", "note", "--", "node", str(CLIENT / "list.mjs"))

    assert (ended.returncode, findings) == (0, [])
    assert "7 requests judged" in ended.stdout.splitlines()
    assert sum(line.startswith("INC-") for line in ended.stdout.splitlines()) == 300


LISTING = """
const { INCIDENT_IO_BASE_URL: base, INCIDENT_IO_API_KEY: key } = process.env;
const headers = { authorization: `Bearer ${key}` };
const page = await (await fetch(`${base}/v2/incidents?page_size=250&severity=Major`, { headers })).json();
"""


def test_a_dropped_filter_and_a_crash_of_a_program_are_separated(tmp_path: Path) -> None:
    program = tmp_path / "list.mjs"
    program.write_text(
        LISTING + "for (const each of page.incidents) console.log(each.severity.nothing.at(0));"
    )
    command = [COMMAND, "check", "--", "node", str(program)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)

    assert ended.returncode == 1
    assert "filter-wrong-syntax" in ended.stdout
    assert ended.stderr.splitlines()[-1] == "incident-double: the command itself ended with exit code 1"
