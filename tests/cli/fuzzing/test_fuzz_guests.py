"""Decoders that do worse than raise: whatever they do to the process, there is a verdict, and never exit code 0."""

import json
import sys
from pathlib import Path

import pytest

from ..conftest import Run

DECODER = """
import os, signal, sys, threading, time
count = 0
class Text(Exception):
    def __str__(self):
        raise RuntimeError
class Endless(Exception):
    def __str__(self):
        while True:
            pass
class Bare(BaseException):
    pass
class Hostile(dict):
    def items(self):
        raise RuntimeError("hostile")
def encode(value):
    return value
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
    ended = run("fuzz", "guest:decode", "--examples", "50", "--timeout", "0.2", "--json", str(report))
    assert "Traceback" not in ended.stderr
    return ended.returncode, json.loads(report.read_text())["findings"], ended.stdout


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("os._exit(0)", "ended with exit code 0"),
        ("os._exit(3)", "ended with exit code 3"),
        ("os.kill(os.getpid(), signal.SIGKILL)", "ended by signal 9"),
        ("os.abort()", "ended by signal 6"),
        ("os.kill(os.getpid(), signal.SIGRTMIN + 3)", "ended by signal 37"),
        ("os.close(1); os.close(2)", "it closed files that it hadn't opened"),
        ("os.closerange(0, 100)", "ended with exit code 70"),
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


FORKS = """
        for _ in range(20):
            if os.fork() == 0:
                time.sleep(300)
                os._exit(0)
"""


def test_processes_without_end_are_a_finding(run: Run, tmp_path: Path) -> None:
    status, (finding,), _ = fuzz(run, tmp_path, FORKS)

    assert status == 1
    assert finding["message"] == "the run was ended: there were more than 200 of them"


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ("raise Text", "Text: an exception whose text can't be had"),
        ("raise Bare('x')", "guest.Bare: x"),
        ("raise GeneratorExit", "GeneratorExit"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("os.kill(os.getpid(), signal.SIGTERM); time.sleep(9)", "KeyboardInterrupt"),
        ("os.kill(os.getpid(), signal.SIGUSR1); time.sleep(9)", "KeyboardInterrupt"),
        ("raise ValueError('\\ud800')", "ValueError: \\ud800"),
        ("[0] * 10 ** 13", "MemoryError"),
    ],
)
def test_whatever_is_raised_is_a_finding(run: Run, tmp_path: Path, fault: str, message: str) -> None:
    status, findings, _ = fuzz(run, tmp_path, fault)

    assert status == 1
    assert {each["message"] for each in findings} == {message}


def test_an_exception_whose_text_has_no_end_is_a_hang(run: Run, tmp_path: Path) -> None:
    status, findings, _ = fuzz(run, tmp_path, "raise Endless")

    assert status == 1
    assert {each["outcome"] for each in findings} == {"hang"}


@pytest.mark.parametrize(
    "fault",
    [
        "value = {}; value['x'] = value['y'] = value",
        "value = {**value, 'name': 10 ** 5000}",
        "value = {**value, 'name': '\\ud800', '\\udfff': 1}",
        "value = (each for each in value)",
        "value = Hostile()",
    ],
)
def test_whatever_is_encoded_is_judged(run: Run, tmp_path: Path, fault: str) -> None:
    (tmp_path / "guest.py").write_text(DECODER.replace("{fault}", fault))
    ended = run("fuzz", "guest:decode", "--encode", "guest:encode", "--examples", "20", "--timeout", "0.5")

    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    assert ended.stdout.startswith("error  ")


def test_a_decoder_that_never_answers_is_reported_soon(run: Run, tmp_path: Path) -> None:
    """After three inputs, which aren't made smaller."""
    (tmp_path / "guest.py").write_text("import time\ndef decode(_):\n    time.sleep(600)\n")
    run("fuzz", "guest:decode", "--timeout", "2", "--json", str(tmp_path / "report.json"))
    report = json.loads((tmp_path / "report.json").read_text())

    (finding,) = report["findings"]
    assert (finding["rule"], finding["count"], report["tried"]) == ("decoder-hangs", 3, 3)


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
