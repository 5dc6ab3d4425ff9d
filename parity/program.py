"""A compiled program of Go tests: which tests it has, and what came of them."""

import re
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from .table import Result, Verdict

_BEGUN = re.compile(r"=== (?:RUN|CONT) +(?P<test>\w+)")
_ENDED = re.compile(r"--- (?P<verdict>PASS|FAIL|SKIP): (?P<test>\w+) \(.*\)")
_PLACE = re.compile(r"\s*\w+\.go:\d+: (?P<text>.*)")
_VERDICTS: Mapping[str, Verdict] = {"PASS": "passed", "FAIL": "failed", "SKIP": "skipped"}


def list_tests(program: Path, folder: Path, pattern: str = "^TestAcc") -> list[str]:
    """The tests whose name fits. Raises subprocess.CalledProcessError for what is no program of tests."""
    listed = subprocess.run(
        [program, "-test.list", pattern], cwd=folder, check=True, capture_output=True, text=True
    )
    return [line for line in listed.stdout.splitlines() if re.match(pattern, line)]


def run_tests(
    program: Path, folder: Path, tests: Iterable[str], environment: Mapping[str, str], minutes: int
) -> Iterator[Result]:
    """Run the tests in that folder, for that many minutes at most; each result as it comes."""
    wanted = list(tests)
    command = [
        str(program),
        "-test.v",
        f"-test.run=^({'|'.join(wanted)})$",
        f"-test.timeout={minutes}m",
    ]
    with subprocess.Popen(
        command,
        cwd=folder,
        env=dict(environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        yield from results_of(process.stdout or ())


def results_of(lines: Iterable[str]) -> Iterator[Result]:
    """The results that a verbose run prints, with the first complaint of each that didn't pass."""
    said: dict[str, list[str]] = {}
    current = ""
    for line in lines:
        begun, ended = _BEGUN.match(line), _ENDED.match(line)
        if begun is not None:
            current = begun["test"]
        elif ended is not None:
            verdict = _VERDICTS[ended["verdict"]]
            reason = "" if verdict == "passed" else _reason(said.get(ended["test"], []))
            yield Result(ended["test"], verdict, reason)
        else:
            said.setdefault(current, []).append(line.rstrip("\n"))


def _reason(lines: list[str]) -> str:
    """The first complaint: what stands behind the place of it in the code, and the error that follows."""
    for number, line in enumerate(lines):
        found = _PLACE.match(line)
        if found is not None:
            following = (each.strip() for each in lines[number + 1 :])
            error = next((each for each in following if each.startswith("Error: ")), "")
            return f"{found['text']} {error}".strip()
    return ""
