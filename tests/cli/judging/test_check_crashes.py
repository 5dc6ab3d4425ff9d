"""`incident-double check`: an error of decoding that the command prints is a finding on the exchange before it."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ..conftest import Run

SEVERITIES = "/v1/severities"
IN_PYTHON = """
import json, os, sys, traceback
from urllib.request import Request, urlopen
def get(path):
    headers = {"authorization": "Bearer " + os.environ["INCIDENT_IO_API_KEY"]}
    return json.load(urlopen(Request(os.environ["INCIDENT_IO_BASE_URL"] + path, headers=headers)))
def decode(row):
    return row["colour"]
"""
IN_NODE = """
const headers = { authorization: "Bearer " + process.env.INCIDENT_IO_API_KEY };
const answer = await fetch(process.env.INCIDENT_IO_BASE_URL + "/v1/severities", { headers });
function decode(row) { return row.colour.name; }
(await answer.json()).severities.map(decode);
"""


def findings(folder: Path) -> list[Any]:
    found: list[Any] = json.loads((folder / "report.json").read_text())["findings"]
    return [each for each in found if each["rule"] == "client-crashes"]


@pytest.fixture
def python(tmp_path: Path) -> Any:
    def command(lines: str) -> list[str]:
        program = tmp_path / "client.py"
        program.write_text(IN_PYTHON + lines)
        return [sys.executable, str(program)]

    return command


def test_it_names_the_exchange_the_error_and_the_line(run: Run, tmp_path: Path, python: Any) -> None:
    command = python('get("/v1/identity")\nprint(decode(get("/v1/severities")["severities"][0]))')
    ended = run("check", "--json", "report.json", "--", *command)

    assert ended.returncode == 1
    (finding,) = findings(tmp_path)
    assert finding["operation"] == "Severities V1#List"
    assert finding["message"] == "after the answer 200 the command printed KeyError: 'colour'"
    assert (finding["exception"], finding["frame"]) == ("KeyError", "client.py:8 in decode")
    assert finding["counterexample"]["request"]["path"] == SEVERITIES
    # What the command prints is still seen.
    assert "KeyError: 'colour'\n" in ended.stderr
    assert "the command itself ended with exit code 1" in ended.stderr


def test_one_that_is_only_logged_counts_too(run: Run, tmp_path: Path, python: Any) -> None:
    command = python(
        """
for path in ("/v1/severities", "/v1/identity"):
    try:
        decode(get(path).get("severities", [{"colour": 1}])[0])
    except KeyError:
        traceback.print_exc()
        sys.stderr.flush()
"""
    )
    run("check", "--json", "report.json", "--", *command)

    assert [each["operation"] for each in findings(tmp_path)] == ["Severities V1#List"]


@pytest.mark.parametrize(
    "lines",
    [
        'os.environ["NO_SUCH_VARIABLE"]',  # before anything was asked for
        'get("/v1/severities")\nraise RuntimeError("the report is not written")',
        'try:\n    decode(get("/v1/severities")["severities"][0])\nexcept KeyError:\n    sys.exit("no colour")',
    ],
)
def test_what_says_nothing_of_an_answer_is_none(run: Run, tmp_path: Path, python: Any, lines: str) -> None:
    run("check", "--json", "report.json", "--", *python(lines))

    assert findings(tmp_path) == []


def test_a_stack_of_node_is_one(run: Run, tmp_path: Path) -> None:
    if shutil.which("node") is None:
        pytest.skip("Node isn't there")
    (tmp_path / "client.mjs").write_text(IN_NODE)
    ended = run("check", "--json", "report.json", "--", "node", "client.mjs")

    assert ended.returncode == 1
    (finding,) = findings(tmp_path)
    assert (finding["exception"], finding["operation"]) == ("TypeError", "Severities V1#List")
    assert finding["frame"] == "client.mjs:4 in decode"


def test_a_flood_of_errors_neither_stops_the_command_nor_is_lost(run: Run, python: Any) -> None:
    command = python('get("/v1/identity")\nfor _ in range(20000):\n    print("x" * 99, file=sys.stderr)')
    ended: subprocess.CompletedProcess[str] = run("check", "--", *command)

    assert ended.returncode == 0
    assert ended.stderr.count("\n") == 20000
