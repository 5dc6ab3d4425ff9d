"""An empty environment for each pytest that is supported: installed by pip, a first test, the suites of the examples.

Needs an index that pip can reach.
"""

import resource
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import ROOT, run
from .environments import empty, install, said

RELEASES = ["7.4", pytest.param("8.4", marks=pytest.mark.endure), "9.0"]
"""Of each, the newest patch; what lies between the oldest and the newest is tried by `make endure`."""
OF_EXAMPLES = ["incident-io", "requests"]
"""What the examples import beside what the double brings."""
SUITES = ["exporter", "retrying_writer", "sdk_suite", "webhook_consumer"]
MOST_MEBIBYTES = 70
MOST_SECONDS = 0.3
TRIES = 5


@pytest.fixture(scope="session")
def _index() -> None:
    known = [
        sys.executable,
        "-m",
        "pip",
        "index",
        "versions",
        "iniconfig",
        "--retries",
        "0",
        "--timeout",
        "5",
    ]
    if subprocess.run(known, capture_output=True, check=False).returncode != 0:
        pytest.skip("needs a package index that pip can reach")


def size(python: Path) -> float:
    """Of what is installed, in MiB."""
    lib = python.parent.parent / "lib"
    return sum(path.stat().st_blocks * 512 for path in lib.rglob("*") if not path.is_symlink()) / 2**20


class Environment:
    """One pytest, and beside it the double with what the examples need; how much larger the double made it."""

    def __init__(self, home: Path, release: str, wheel: Path) -> None:
        self.python = empty(home)
        install(
            self.python, "--no-compile", f"pytest~={release}.0"
        )  # nobody measures what isn't the double's
        before = size(self.python)
        install(self.python, wheel)
        self.added = size(self.python) - before
        install(self.python, "--no-compile", *OF_EXAMPLES)


@pytest.fixture(scope="module", params=RELEASES)
def environment(
    request: pytest.FixtureRequest, _index: None, wheel: Path, tmp_path_factory: pytest.TempPathFactory
) -> Environment:
    """After `pip install pytest`, then `pip install incident-double`."""
    return Environment(tmp_path_factory.mktemp("pytest"), request.param, wheel)


def test_it_is_installed_without_the_harness_and_adds_few_megabytes(environment: Environment) -> None:
    listed = run(sys.executable, "-m", "pip", "--python", environment.python, "list", "--format", "freeze")
    names = {line.partition("==")[0].lower() for line in listed.splitlines()}

    assert "incident-double" in names
    assert not {"hypothesis", "schemathesis", "faker"} & names
    assert environment.added < MOST_MEBIBYTES


def test_nothing_that_is_installed_contradicts_another(environment: Environment) -> None:
    found = run(sys.executable, "-m", "pip", "--python", environment.python, "check")

    assert found.strip() == "No broken requirements found."


def test_a_first_test_passes(environment: Environment, tmp_path: Path) -> None:
    shutil.copy(ROOT / "examples" / "first_test" / "test_checkout.py", tmp_path)
    done = said(environment.python, "-m", "pytest", "-q", "-W", "error", cwd=tmp_path)

    assert done.stdout.splitlines()[-1].startswith("1 passed"), done.stdout + done.stderr


def test_the_suites_of_the_examples_pass(environment: Environment, tmp_path: Path) -> None:
    for name in SUITES:
        shutil.copytree(ROOT / "examples" / name, tmp_path / name)
    done = said(environment.python, "-m", "pytest", "-q", "-W", "error", *SUITES, cwd=tmp_path)

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.endure
def test_a_test_that_needs_no_double_is_collected_as_fast_as_without(
    environment: Environment, tmp_path: Path
) -> None:
    """By processor time, the best of a few: what else the machine does has no part in it."""
    (tmp_path / "test_it.py").write_text("def test_it(): pass\n")

    def seconds(*arguments: str) -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = said(environment.python, "-m", "pytest", "--collect-only", "-q", *arguments, cwd=tmp_path)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert done.returncode == 0, done.stdout + done.stderr
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    alone = min(seconds("-p", "no:incident_double", "-p", "no:anyio") for _ in range(TRIES))

    assert min(seconds() for _ in range(TRIES)) < alone + MOST_SECONDS
