"""From an environment with nothing in it to a first test that passes: what a new user does."""

import sys
from pathlib import Path

import pytest

from .conftest import ROOT, run
from .environments import borrow, empty, install, required, said

FIRST_TEST = ROOT / "examples" / "first_test" / "test_checkout.py"
SDK = "incident-io"


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment after `pip install incident-double incident-io pytest`."""
    python = empty(tmp_path_factory.mktemp("first-steps"))
    install(python, "--no-index", "--no-deps", wheel)
    borrow(python, (required("incident-double") | required(SDK) | required("pytest")) - {"incident-double"})
    return python


def test_the_wheel_brings_all_that_it_needs(python: Path) -> None:
    reported = run(sys.executable, "-m", "pip", "--python", python, "check")

    assert reported.strip() == "No broken requirements found."


def test_a_first_test_has_less_than_ten_lines_and_passes(python: Path, tmp_path: Path) -> None:
    text = FIRST_TEST.read_text(encoding="utf-8")
    (tmp_path / FIRST_TEST.name).write_text(text, encoding="utf-8")
    done = said(python, "-m", "pytest", "-q", "-W", "error::pytest.PytestWarning", cwd=tmp_path)

    assert len(text.splitlines()) < 10
    assert done.stdout.splitlines()[-1].startswith("1 passed"), done.stdout + done.stderr


def test_the_first_test_runs_the_wheel_and_not_the_checkout(python: Path) -> None:
    origin = run(python, "-c", "import incident_double.mock_server.pytest_plugin as it; print(it.__file__)")

    assert Path(origin).is_relative_to(python.parent.parent)
