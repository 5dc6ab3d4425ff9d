"""Where reports go, and which findings fail a run: the same options for `fuzz`, `check` and `conform`."""

import json
import os
import resource
import stat
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from incident_double.cli import main

from ..conftest import COMMAND, Run

DECODER = """
def decode(value):
    assert value["mode"] != "tutorial"
    return value
"""
FUZZ = ("fuzz", "client:decode", "--shape", "conforming", "--examples", "20")


@pytest.fixture
def client(tmp_path: Path) -> Path:
    """The folder of a decoder that breaks one rule."""
    (tmp_path / "client.py").write_text(DECODER)
    return tmp_path


def test_one_run_writes_every_report(run: Run, client: Path) -> None:
    ended = run(*FUZZ, "--json", "r.json", "--junit", "r.xml", "--html", "r.html")

    assert ended.returncode == 1
    (finding,) = json.loads((client / "r.json").read_text())["findings"]
    (case,) = ElementTree.parse(client / "r.xml").getroot()
    assert finding["id"] in (case.get("name") or "")
    assert finding["id"] in (client / "r.html").read_text()
    assert finding["id"] in ended.stdout


def test_a_baseline_lets_pass_what_is_known_and_nothing_else(run: Run, client: Path) -> None:
    run(*FUZZ, "--json", "known.json")
    again = run(*FUZZ, "--baseline", "known.json", "--json", "next.json")
    assert again.returncode == 0
    assert again.stdout.splitlines()[:2] == ["1 known from the baseline", "0 errors, 0 warnings, 0 notes"]
    assert run(*FUZZ, "--baseline", "next.json").returncode == 0  # what was known stays known

    (client / "client.py").write_text(
        DECODER.replace('"mode"] != "tutorial"', '"name"] != ""') + "\n# changed\n"
    )
    ended = run(*FUZZ, "--baseline", "known.json")
    assert (ended.returncode, ended.stdout.splitlines()[-3]) == (1, "1 error, 0 warnings, 0 notes")


def test_a_report_that_can_t_be_written_costs_no_other(run: Run, client: Path) -> None:
    ended = run(*FUZZ, "--json", "/dev/full", "--junit", "r.xml", "--html", "/dev/full")

    problem = "/dev/full: can't be written: No space left on device"
    assert (ended.returncode, ended.stderr) == (2, f"incident-double: {problem}; {problem}\n")
    assert len(ElementTree.parse(client / "r.xml").getroot()) == 1
    assert "1 error, 0 warnings, 0 notes" in ended.stdout


def test_what_check_says_last_is_said_though_a_report_can_t_be_written(run: Run) -> None:
    ended = run("check", "--json", "/dev/full", "--", sys.executable, "-c", "raise SystemExit(5)")

    assert ended.returncode == 2
    assert ended.stderr.startswith("incident-double: the command itself ended with exit code 5\n")


def test_a_report_that_has_no_room_leaves_the_one_before(client: Path) -> None:
    (client / "r.json").write_text("the one before")
    ended = subprocess.run(
        [COMMAND, *FUZZ, "--json", "r.json"],
        cwd=client,
        capture_output=True,
        text=True,
        check=False,
        env={name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (500, 500)),
    )

    assert (ended.returncode, ended.stderr) == (
        2,
        "incident-double: r.json: can't be written: File too large\n",
    )
    assert (client / "r.json").read_text() == "the one before"
    assert list(client.glob(".r.json*")) == []


def test_a_report_goes_through_a_link_and_keeps_the_mode_of_its_file(run: Run, client: Path) -> None:
    (client / "kept.json").touch(mode=0o600)
    (client / "link.json").symlink_to("kept.json")
    run(*FUZZ, "--json", "link.json", "--junit", "r.xml")
    (client / "r.xml").chmod(0o640)
    ended = run(*FUZZ, "--json", "/dev/stdout", "--junit", "r.xml")

    assert (client / "link.json").is_symlink()
    assert json.loads((client / "kept.json").read_text())["findings"]
    assert stat.S_IMODE((client / "r.xml").stat().st_mode) == 0o640
    assert ended.stdout.startswith('{\n  "version": 1,')


@pytest.mark.parametrize(
    "command", [FUZZ, ("check", "--"), ("conform", "http://127.0.0.1:1")], ids=lambda c: c[0]
)
@pytest.mark.parametrize(
    ("option", "complaint"),
    [
        (("--json", "no/where.json"), "no: no such folder"),
        (("--junit", "no/where.xml"), "no: no such folder"),
        (("--html", "no/where.html"), "no: no such folder"),
        (("--baseline", "client.py"), "client.py: not a report: no JSON"),
        (("--baseline", "missing.json"), "missing.json: No such file or directory"),
        (("--fail-on", "doubt"), "'doubt' is not one of 'note', 'warning', 'error'"),
    ],
    ids=lambda each: each[0] if isinstance(each, tuple) else "",
)
def test_what_can_t_be_read_or_written_is_said_before_anything_is_run(
    client: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    command: tuple[str, ...],
    option: tuple[str, str],
    complaint: str,
) -> None:
    monkeypatch.chdir(client)
    monkeypatch.setattr("sys.argv", ["incident-double", command[0], *option, *command[1:]])
    status = main()
    printed = capsys.readouterr()

    assert (status, printed.out) == (2, "")
    assert complaint in printed.err
    assert printed.err.count("\n") == 1
