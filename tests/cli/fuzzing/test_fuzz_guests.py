"""Decoders that do worse than raise: whatever they do to the process, there is a verdict, and never exit code 0."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from ..conftest import COMMAND, Run

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


@pytest.mark.parametrize(
    "fault",
    [
        "sys.stdout = sys.stderr = None",
        "sys.stdout = __import__('io').StringIO()",
        "sys.stdout.close()",
        "os.dup2(os.open(os.devnull, os.O_WRONLY), 1)",
        "os.chdir('/')",
        "sys.setrecursionlimit(80)",
    ],
)
def test_what_is_done_to_the_process_changes_no_report(run: Run, tmp_path: Path, fault: str) -> None:
    (tmp_path / "guest.py").write_text(DECODER.replace("{fault}", f"{fault}; raise ValueError('x')"))
    ended = run("fuzz", "guest:decode", "--examples", "20", "--json", "report.json")

    assert (ended.returncode, ended.stderr) == (1, "")
    assert ended.stdout.startswith("error  value-refused  ValueError: x\n")
    assert len(json.loads((tmp_path / "report.json").read_text())["findings"]) == 1


def test_what_breaks_whoever_judges_is_no_verdict(run: Run, tmp_path: Path) -> None:
    """Where not even a fault of our own can be reported any more."""
    status, (finding,), _ = fuzz(run, tmp_path, "import builtins; builtins.len = builtins.isinstance = None")

    assert (status, finding["rule"]) == (1, "decoder-dies")


def with_less(where: str, what: str, *arguments: str) -> list[str]:
    """The command, in a process in which a bound is smaller."""
    code = (
        "import sys; from incident_double.cli import main; from incident_double.cli.running import "
        f"{where}; {where}.{what}; sys.exit(main())"
    )
    return [sys.executable, "-c", code, *arguments]


def test_a_decoder_that_takes_too_much_memory_by_itself_is_ended(tmp_path: Path) -> None:
    """Little by little, as a leak does: no call takes much."""
    guest = "kept = []\ndef decode(value):\n    kept.append(b'x' * (50 << 20))\n    return value\n"
    (tmp_path / "guest.py").write_text(guest)
    options = ("guest:decode", "--encode", "copy:copy", "--examples", "2000", "--timeout", "5")
    command = with_less("descendants", "MOST_MEMORY = 500 << 20", "fuzz", *options)
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)

    assert ended.returncode == 1
    assert "the run was ended: it took more than 500 MiB of memory" in ended.stdout


IMPORTS = {
    "ends": "import sys; sys.exit(0)",
    "interrupts": "raise KeyboardInterrupt",
    "can't be said": "class Bad(Exception):\n    def __str__(self): raise RuntimeError\nraise Bad",
}


@pytest.mark.parametrize("source", IMPORTS.values(), ids=IMPORTS)
def test_a_module_that_can_not_be_imported_is_one_line(run: Run, tmp_path: Path, source: str) -> None:
    (tmp_path / "guest.py").write_text(source)
    ended = run("fuzz", "guest:decode")

    assert ended.returncode == 2
    assert ended.stderr.startswith("incident-double: can't load guest:decode: ")
    assert ended.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "source",
    [
        "print('begun', flush=True); __import__('time').sleep(600)",
        # Nothing that is raised in there gets out.
        "class Endless:\n    def __del__(self):\n        print('begun', flush=True)\n        while True: pass\n"
        "def decode(value):\n    Endless()",
    ],
    ids=["while it is imported", "where nothing can be raised"],
)
def test_a_signal_ends_what_hangs(tmp_path: Path, source: str) -> None:
    (tmp_path / "guest.py").write_text(source)
    command = with_less("supervising", "_SECONDS_TO_GIVE_IN = 1", "fuzz", "guest:decode", "--timeout", "60")
    with subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        process.terminate()
        _, errors = process.communicate(timeout=60)

    assert process.returncode == 130
    assert "interrupted, and nothing was judged" in errors


ECHOING = """
import json, sys
for line in sys.stdin:
    print(line, end="", flush=True)  # it writes down what it is asked
    print(json.dumps({"id": json.loads(line)["id"], "error": {"type": "Refused"}}), flush=True)
"""


def test_a_question_that_is_repeated_is_no_answer(run: Run, tmp_path: Path) -> None:
    (tmp_path / "echoing.py").write_text(ECHOING)
    ended = run("fuzz", "--exec", f"{sys.executable} echoing.py", "--examples", "20")

    assert ended.returncode == 1
    assert "Refused" in ended.stdout


def test_a_corpus_of_what_is_no_json_is_passed_over(run: Run, tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for number, text in enumerate(['{"a":"\\ud800"}', "[", "", "NaN"]):
        (corpus / f"{number}.json").write_text(text)
    (tmp_path / "guest.py").write_text("def decode(value): return None\n")
    ended = run("fuzz", "guest:decode", "--corpus", "corpus", "--examples", "20")

    assert (ended.returncode, ended.stderr) == (0, "")


def test_what_can_not_be_printed_or_kept_is_one_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "guest.py").write_text("def decode(value): raise ValueError\n")
    (tmp_path / "file").touch()
    kept = run("fuzz", "guest:decode", "--corpus", "file/corpus", "--examples", "20")
    with Path("/dev/full").open("w") as full:
        printed = subprocess.run(
            [COMMAND, "fuzz", "guest:decode", "--examples", "20"],
            cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, text=True, check=False, timeout=60,
        )  # fmt: skip

    for ended in (kept, printed):
        assert ended.returncode == 2
        assert ended.stderr.startswith("incident-double: ")
        assert ended.stderr.count("\n") == 1


def test_a_decoder_that_goes_on_outside_of_its_calls_is_a_finding(tmp_path: Path) -> None:
    guest = "class Endless:\n    def __del__(self):\n        while True: pass\ndef decode(value):\n"
    (tmp_path / "guest.py").write_text(
        guest + "    import gc; gc.disable(); it = Endless(); it.it = it; gc.enable()\n"
    )
    options = ("guest:decode", "--timeout", "60", "--examples", "1000")
    command = with_less("supervising", "_MOST_IDLE = 1", "fuzz", *options)
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)

    assert ended.returncode == 1
    assert "it had to be stopped: it went on outside of its calls" in ended.stdout
