"""The commands that the pages about speed show: those of this project exist, and take the arguments shown."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "docs" / "performance.md", ROOT / "benchmarks" / "peers.md"]


def shown_commands() -> list[str]:
    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    lines = "\n".join(re.findall(r"```sh\n(.*?)```", text, re.DOTALL)).splitlines()
    return [line.partition(" #")[0].strip() for line in lines if line.startswith((".venv/", "make "))]


@pytest.mark.parametrize("line", shown_commands())
def test_every_shown_command_takes_its_arguments(line: str) -> None:
    program, *arguments = shlex.split(line)
    if program == "make":
        passed_on = [each.removeprefix("ARGS=") for each in arguments[1:]]
        program, arguments = ".venv/bin/python", ["-m", "benchmarks", *shlex.split(" ".join(passed_on))]
    command = [str(Path(sys.executable).with_name(Path(program).name)), *arguments, "--help"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)

    assert (done.returncode, done.stderr) == (0, "")
    known = set(re.findall(r"--[a-z-]+", done.stdout))
    assert set(re.findall(r"--[a-z-]+", " ".join(arguments))) <= known


def test_the_steps_shown_are_the_steps_taken() -> None:
    table = re.findall(
        r"^\| (.+?) \| \w+ \| \w+ \| right \|$", PAGES[1].read_text(encoding="utf-8"), re.MULTILINE
    )
    source = (ROOT / "benchmarks" / "peers.py").read_text(encoding="utf-8")

    assert table == re.findall(r'^    "(.+?)": ', source, re.MULTILINE)
