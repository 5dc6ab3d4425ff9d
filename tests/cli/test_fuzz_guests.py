"""Decoders that do worse than raise: whatever they do to the process, there is a verdict, and never exit code 0."""

import json
import sys
from pathlib import Path

import pytest

from .conftest import Run

DECODER = """
import os, signal, sys, threading, time
count = 0
def decode(value):
    global count
    count += 1
    if count >= 5:
        {fault}
    return value
"""


def fuzz(run: Run, tmp_path: Path, fault: str) -> "tuple[int, list[dict[str, object]], str]":
    (tmp_path / "guest.py").write_text(DECODER.replace("{fault}", fault))
    report = tmp_path / "report.json"
    ended = run("fuzz", "guest:decode", "--examples", "50", "--timeout", "0.5", "--json", str(report))
    assert "Traceback" not in ended.stderr
    return ended.returncode, json.loads(report.read_text())["findings"], ended.stdout


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("os._exit(0)", "ended with exit code 0"),
        ("os._exit(3)", "ended with exit code 3"),
        ("os.kill(os.getpid(), signal.SIGKILL)", "ended by signal 9"),
        ("os.abort()", "ended by signal 6"),
        ("os.kill(os.getpid(), signal.SIGUSR1)", "ended by signal 10"),
    ],
)
def test_whatever_ends_the_process_is_a_finding(run: Run, tmp_path: Path, fault: str, reason: str) -> None:
    status, (finding,), stdout = fuzz(run, tmp_path, fault)

    assert status == 1
    assert (finding["rule"], finding["severity"], finding["outcome"]) == ("decoder-dies", "error", "death")
    assert reason in str(finding["message"])
    assert isinstance(finding["counterexample"], dict)
    assert "decoder-dies" in stdout


SWALLOWS = """
        while True:
            try:
                while True: pass
            except BaseException: pass
"""


@pytest.mark.parametrize(
    "fault", [SWALLOWS, "signal.signal(signal.SIGALRM, signal.SIG_IGN)\n        time.sleep(60)"]
)
def test_a_call_that_can_not_be_interrupted_is_a_finding(run: Run, tmp_path: Path, fault: str) -> None:
    status, findings, _ = fuzz(run, tmp_path, fault)

    assert status == 1
    assert [each["rule"] for each in findings] == ["decoder-hangs"]


def test_copies_that_come_back_end_and_are_a_finding(run: Run, tmp_path: Path) -> None:
    log = tmp_path / "calls"
    fault = f"os.fork(); open({str(log)!r}, 'a').write('x'); time.sleep(0.01)"
    status, findings, _ = fuzz(run, tmp_path, fault)

    assert status == 1
    assert "decoder-dies" in {each["rule"] for each in findings}
    assert len(log.read_text()) < 1_000


def test_exit_by_exception_is_still_one_finding_of_many(run: Run, tmp_path: Path) -> None:
    status, findings, _ = fuzz(run, tmp_path, "sys.exit(0)")

    assert status == 1
    assert {each["rule"] for each in findings} == {"decoder-dies"}


def test_what_can_not_be_fuzzed_is_one_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "guest.py").write_text(DECODER.replace("{fault}", "pass"))
    ended = run("fuzz", "guest:missing")

    assert ended.returncode == 2
    assert len(ended.stderr.splitlines()) == 1
    assert sys.executable not in ended.stderr
