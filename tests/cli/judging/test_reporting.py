"""Where reports go, and which findings fail a run: the same options for `fuzz`, `check` and `conform`."""

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from incident_double.cli import main

from ..conftest import Run

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
