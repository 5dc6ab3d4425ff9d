"""`incident-double replay`: what of a report still shows, with the client as it is now."""

import json
import sys
from pathlib import Path

import pytest

from incident_double.cli import main

from ..conftest import Run

DECODER = """
class RefusedError(Exception):
    pass

class Incident:
    def __init__(self, value):
        self.value = value

    @classmethod
    def from_dict(cls, value):
        if not isinstance(value, dict) or not isinstance(value.get("id"), str):
            raise RefusedError
        {fault}
        return cls(value)

    def to_dict(self):
        return self.value
"""
CLOSED = """if value["mode"] not in ("standard", "retrospective", "test", "tutorial", "stream"):
            raise LookupError(value["mode"])"""
LOSING = 'value = {**value, "team_ids": value["team_ids"][:1]}'
CLIENT = """
import os, sys, urllib.request
query = open("query").read()
request = urllib.request.Request(
    os.environ["INCIDENT_IO_BASE_URL"] + "/v2/incidents?" + query,
    headers={"authorization": "Bearer " + os.environ["INCIDENT_IO_API_KEY"]},
)
urllib.request.urlopen(request).read()
"""
LINES = """
import json, sys
for line in sys.stdin:
    asked = json.loads(line)
    if asked.get("json", {}).get("mode") == "tutorial":
        sys.exit(9)
    print(json.dumps({"id": asked["id"], "value": asked.get("json")}), flush=True)
"""


def write(folder: Path, fault: str) -> None:
    # Another name each time: of one that changed within a second, Python would take what it compiled before.
    (folder / "client.py").write_text(DECODER.replace("{fault}", fault) + "#" * len(fault))


def fuzzed(run: Run, folder: Path, fault: str) -> None:
    write(folder, fault)
    expect = ("--expect", "client.RefusedError", "--examples", "250")
    run("fuzz", "client:Incident.from_dict", *expect, "--json", "report.json")


@pytest.mark.parametrize(
    ("fault", "rule"), [(CLOSED, "enum-closed"), (LOSING, "value-changed")], ids=["raises", "loses"]
)
def test_what_fuzz_found_still_shows_until_it_is_mended(
    run: Run, tmp_path: Path, fault: str, rule: str
) -> None:
    fuzzed(run, tmp_path, fault)

    still = run("replay", "--yes", "report.json")
    assert (still.returncode, still.stderr) == (1, "")
    (error,) = [line for line in still.stdout.splitlines() if "  error  " in line]
    assert error.startswith(f"still shows  error  {rule}")

    write(tmp_path, "pass")
    mended = run("replay", "--yes", "report.json")
    assert mended.returncode == 0
    (error,) = [line for line in mended.stdout.splitlines() if "  error  " in line]
    assert error.startswith(f"gone         error  {rule}")


def test_one_of_two_faults_that_is_mended_is_distinguished_from_the_other(run: Run, tmp_path: Path) -> None:
    fuzzed(run, tmp_path, f"{CLOSED}\n        {LOSING}")
    write(tmp_path, LOSING)
    half = run("replay", "--yes", "report.json")

    assert half.returncode == 1
    said = {line.split()[0]: line for line in half.stdout.splitlines() if "  error  " in line}
    assert "value-changed" in said["still"]
    assert "enum-closed" in said["gone"]


def test_what_shows_below_the_severity_that_is_asked_for_does_not_fail(run: Run, tmp_path: Path) -> None:
    fuzzed(run, tmp_path, "pass")  # which accepts a lot

    assert run("replay", "--yes", "report.json").returncode == 0
    noted = run("replay", "--yes", "--fail-on", "note", "report.json")
    assert noted.returncode == 1
    assert "still shows  note  broken-accepted" in noted.stdout


def test_a_process_is_started_again(run: Run, tmp_path: Path) -> None:
    (tmp_path / "lines.py").write_text(LINES)
    run("fuzz", "--exec", f"{sys.executable} lines.py", "--examples", "100", "--json", "report.json")

    still = run("replay", "--yes", "report.json")
    assert still.returncode == 1
    assert "still shows  error  " in still.stdout

    (tmp_path / "lines.py").write_text(LINES.replace("tutorial", "nothing of this kind"))
    assert run("replay", "--yes", "report.json").returncode == 0


def test_another_document_is_read_again(run: Run, tmp_path: Path) -> None:
    write(tmp_path, 'value["last_activity_at"]')
    arguments = ("--document", "seed", "--shape", "conforming", "--examples", "50")
    run("fuzz", "client:Incident.from_dict", *arguments, "--json", "report.json")

    still = run("replay", "--yes", "report.json")
    assert (still.returncode, still.stdout.splitlines()[-1]) == (1, "1 of 1 still show")


def test_what_check_found_still_shows_until_it_is_mended(run: Run, tmp_path: Path) -> None:
    (tmp_path / "client.py").write_text(CLIENT)
    (tmp_path / "query").write_text("severity=1")
    run("check", "--json", "report.json", "--", sys.executable, "client.py")
    written = (tmp_path / "report.json").read_bytes()

    still = run("replay", "--yes", "report.json")
    assert (still.returncode, still.stderr) == (1, "")
    assert still.stdout.splitlines()[1].startswith("still shows  error  filter-wrong-syntax")
    assert (tmp_path / "report.json").read_bytes() == written

    (tmp_path / "query").write_text("severity%5Bone_of%5D=1")
    mended = run("replay", "--yes", "report.json")
    assert (mended.returncode, mended.stdout.splitlines()[-1]) == (0, "0 of 2 still show")


def test_a_command_that_fails_by_now_has_mended_nothing(run: Run, tmp_path: Path) -> None:
    (tmp_path / "client.py").write_text(CLIENT)
    (tmp_path / "query").write_text("severity=1")
    run("check", "--json", "report.json", "--", sys.executable, "client.py")
    (tmp_path / "client.py").write_text("raise SystemExit(5)")

    ended = run("replay", "--yes", "report.json")
    assert ended.returncode == 3
    assert ended.stderr == "incident-double: the command itself ended with exit code 5\n"


FINDING = {"id": "x", "rule": "x", "outcome": "death", "severity": "error", "message": ""}


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("", "not a report: no JSON"),
        ("[]", "not a report of version 1"),
        ('{"version": 2, "findings": []}', "not a report of version 1"),
        ('{"version": 1, "findings": [7]}', "not a report of version 1"),
        ('{"version": 1, "findings": []}', "only reports of fuzz and check can be replayed"),
        ('{"version": 1, "findings": [], "arguments": ["conform"]}', "only reports of fuzz and check"),
        ('{"version": 1, "findings": [], "arguments": "fuzz"}', "not a report of version 1"),
        ('{"version": 1, "findings": [], "arguments": ["fuzz"]}', "it doesn't say what was fuzzed"),
        ('{"version": 1, "findings": [], "arguments": ["check", "--no"]}', "No such option"),
        (
            json.dumps({"version": 1, "findings": [{**FINDING, "severity": "bad"}], "arguments": ["fuzz"]}),
            "a finding with an unknown severity",
        ),
        (
            json.dumps(
                {
                    **{"version": 1, "findings": [FINDING], "arguments": ["fuzz"], "target": "no:thing"},
                    **{"exec": None, "fetch": False, "encode": None, "expect": [], "timeout": 1},
                    **{"document": None, "schema": "IncidentV2"},
                }
            ),
            "can't load no:thing",
        ),
    ],
)
def test_what_is_no_report_is_one_line(
    content: str,
    complaint: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "file").write_text(content)
    monkeypatch.setattr("sys.argv", ["incident-double", "replay", "--yes", str(tmp_path / "file")])
    status = main()
    printed = capsys.readouterr()

    announced = "replaying  no:thing\n" if "can't load" in complaint else ""
    assert (status, printed.out) == (2, announced)
    assert printed.err.startswith("incident-double: ")
    assert complaint in printed.err
    assert printed.err.count("\n") == 1


def test_a_file_that_isn_t_there_is_one_line(run: Run) -> None:
    ended = run("replay", "--yes", "nowhere.json")

    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == "incident-double: nowhere.json: No such file or directory\n"


@pytest.mark.parametrize("subject", [{"target": "harmful:it"}, {"target": None, "exec": "touch ran"}])
def test_nothing_of_a_report_runs_where_nobody_is_asked(
    run: Run, tmp_path: Path, subject: dict[str, object]
) -> None:
    (tmp_path / "harmful.py").write_text("open('ran', 'w')")
    about: dict[str, object] = {
        "exec": None,
        "fetch": False,
        "encode": None,
        "expect": [],
        "timeout": 1,
        "document": None,
    }
    about |= {"document": None, "schema": "IncidentV2", **subject}
    (tmp_path / "r.json").write_text(
        json.dumps({"version": 1, "findings": [FINDING], "arguments": ["fuzz"], **about})
    )

    ended = run("replay", "r.json")

    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith(
        f"incident-double: r.json: would run {subject['target'] or subject['exec']}: "
    )
    assert ended.stderr.count("\n") == 1
    assert not (tmp_path / "ran").exists()


def test_nothing_of_a_report_of_check_runs_where_nobody_is_asked(run: Run, tmp_path: Path) -> None:
    report = {"version": 1, "findings": [], "arguments": ["check", "--", "touch", "\x1b[2Jran"]}
    (tmp_path / "r.json").write_text(json.dumps(report))

    ended = run("replay", "r.json")

    assert ended.returncode == 2
    assert "would run check -- touch '\\x1b[2Jran'" in ended.stderr
    assert {each.name for each in tmp_path.iterdir()} == {"r.json"}


def test_what_a_terminal_would_obey_is_shown(run: Run, tmp_path: Path) -> None:
    finding = {**FINDING, "message": "\x1b]0;owned\x07\u202e\n::error::"}
    command = ["check", "--", sys.executable, "-c", "pass"]
    (tmp_path / "r.json").write_text(json.dumps({"version": 1, "findings": [finding], "arguments": command}))

    ended = run("replay", "--yes", "r.json")

    assert "gone         error  x  \\x1b]0;owned\\x07\\u202e ::error::  [x]" in ended.stdout.splitlines()
