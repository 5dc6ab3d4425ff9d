"""What the README shows is run here, as it stands there but for the port and the placeholder of a file."""

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from incident_double.mock_server import DEFAULT_TOKEN
from incident_double.openapi import bundled

from ..serving import announced
from .pages import of_a_reader

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMAND = str(Path(sys.executable).with_name("incident-double"))
SHOWN_URL = "http://127.0.0.1:8080"


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def shown_commands(subcommand: str) -> list[str]:
    lines = [re.split(r"\s\s+#", line)[0] for block in blocks("sh") for line in block.splitlines()]
    return [line for line in lines if line.startswith(f"incident-double {subcommand}")]


@contextmanager
def serving(*arguments: str, cwd: Path) -> Iterator[list[str]]:
    """The lines that `serve` announces itself with, while it runs; it must end well when it is reported to."""
    command = [COMMAND, "serve", "--port", "0", *arguments]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=cwd
    ) as process:
        assert process.stdout is not None
        lines = announced(process.stdout)
        try:
            yield lines
        finally:
            process.terminate()
            _, errors = process.communicate(timeout=20)
        assert (process.returncode, errors) == (0, "")


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A folder with the file that the README's commands name."""
    document = json.dumps(bundled().raw)
    (tmp_path / "your-openapi.yaml").write_text(document, encoding="utf-8")  # JSON is YAML
    for name, text in re.findall(r"```python file=(\S+)\n(.*?)```", README, re.DOTALL):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("number", range(len(blocks("python"))))
def test_the_python_examples_run(number: int, here: Path) -> None:
    with serving(cwd=here) as announced:
        base_url = announced[1].split()[-1]
        example = blocks("python")[number].replace(SHOWN_URL, base_url)
        done = subprocess.run(
            [sys.executable, "-c", example],
            capture_output=True,
            text=True,
            cwd=here,
            env=of_a_reader(),
            check=False,
        )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_announcement_is_as_shown(here: Path) -> None:
    with serving(cwd=here) as announced:
        base_url = announced[1].split()[-1]
    shown = blocks("text")[0].replace("inc_903…", DEFAULT_TOKEN)
    assert [line.replace(base_url, SHOWN_URL) for line in announced] == shown.splitlines()


@pytest.mark.parametrize("line", shown_commands("serve"))
def test_every_shown_way_to_serve_starts_and_ends_well(line: str, here: Path) -> None:
    with serving(*shlex.split(line)[2:], cwd=here) as announced:
        assert announced[1].startswith("base URL  http://127.0.0.1:")


@pytest.mark.parametrize(
    "line", [line for kind in ("generate", "operations", "drift") for line in shown_commands(kind)]
)
def test_every_other_shown_command_does_its_work(line: str, here: Path) -> None:
    command = [COMMAND, *shlex.split(line)[1:]]
    done = subprocess.run(command, capture_output=True, text=True, cwd=here, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("line", [*shown_commands("fuzz"), *shown_commands("check")])
def test_what_is_shown_of_a_judged_client_is_found(line: str, here: Path) -> None:
    path = f"{Path(COMMAND).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        shlex.split(line),
        capture_output=True,
        text=True,
        cwd=here,
        env={**os.environ, "PATH": path},
        check=False,
    )
    shown = blocks("text")[1 if shlex.split(line)[1] == "fuzz" else 2]
    assert done.returncode == 1
    assert shown in done.stdout


def test_the_tests_that_it_shows_pass(here: Path) -> None:
    (line,) = (line for block in blocks("sh") for line in block.splitlines() if line.startswith("pytest "))
    done = subprocess.run(
        [sys.executable, "-m", *shlex.split(line), "-q", "-p", "no:cacheprovider"],
        capture_output=True,
        text=True,
        cwd=here,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "2 passed" in done.stdout


def test_the_control_plane_answers_what_it_shows(here: Path) -> None:
    lines = [line for block in blocks("sh") for line in block.splitlines() if line.startswith("curl ")]
    assert len(lines) == 6
    with serving(cwd=here) as announced:
        for line in lines:
            command = shlex.split(line.replace(SHOWN_URL, announced[1].split()[-1]))
            done = subprocess.run([*command, "-sf"], capture_output=True, text=True, check=False)
            assert (done.returncode, done.stderr) == (0, ""), line


def test_every_make_target_it_names_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = re.findall(r"^make (\w+)", "\n".join(blocks("sh")), re.MULTILINE)
    assert {"serve", "test"} <= set(named)
    assert [target for target in named if not re.search(rf"^{target}:", makefile, re.MULTILINE)] == []
