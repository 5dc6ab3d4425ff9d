"""From an environment with nothing in it to a first test that passes: what a new user does."""

import subprocess
import sys
import sysconfig
import venv
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from .conftest import ROOT, run

FIRST_TEST = ROOT / "examples" / "first_test" / "test_checkout.py"
SDK = "incident-io"


def required(name: str, extras: frozenset[str] = frozenset()) -> set[str]:
    """The names of all that pip would install for a package, itself included, as far as it is installed here."""
    found: set[str] = set()
    waiting = [(name, extras)]
    while waiting:
        name, extras = waiting.pop()
        found.add(canonicalize_name(name))
        needed = [Requirement(line) for line in distribution(name).requires or ()]
        waiting += [
            (each.name, frozenset(each.extras))
            for each in needed
            if canonicalize_name(each.name) not in found and is_needed(each, extras)
        ]
    return found


def is_needed(requirement: Requirement, extras: frozenset[str]) -> bool:
    """Whether it is for this machine, and for what is asked for beside the package itself."""
    marker = requirement.marker
    return marker is None or any(marker.evaluate({"extra": extra}) for extra in extras | {""})


def borrow(names: set[str], purelib: Path) -> None:
    """Let an environment have the installed packages of this one: these, and nothing else."""
    here = Path(sysconfig.get_path("purelib"))
    for name in names:
        for entry in {file.parts[0] for file in distribution(name).files or ()} - {"..", "__pycache__"}:
            if not (purelib / entry).exists():
                (purelib / entry).symlink_to(here / entry)


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment after `pip install` of the wheel and of the SDK. Offline: what pip would fetch is borrowed."""
    home = tmp_path_factory.mktemp("first-steps")
    venv.create(home, symlinks=True)
    paths = sysconfig.get_paths(vars={"base": str(home), "platbase": str(home)})
    run(sys.executable, "-m", "pip", "--python", home, "install", "--no-index", "--no-deps", wheel)
    borrow((required("incident-double") | required(SDK)) - {"incident-double"}, Path(paths["purelib"]))
    return Path(paths["scripts"], "python")


def test_the_wheel_brings_all_that_it_needs(python: Path) -> None:
    reported = run(sys.executable, "-m", "pip", "--python", python, "check")

    assert reported.strip() == "No broken requirements found."


def test_a_first_test_has_less_than_ten_lines_and_passes(python: Path, tmp_path: Path) -> None:
    text = FIRST_TEST.read_text(encoding="utf-8")
    (tmp_path / FIRST_TEST.name).write_text(text, encoding="utf-8")
    done = subprocess.run(
        [python, "-m", "pytest", "-q", "-W", "error::pytest.PytestWarning"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert len(text.splitlines()) < 10
    assert done.stdout.splitlines()[-1].startswith("1 passed"), done.stdout + done.stderr


def test_the_first_test_runs_the_wheel_and_not_the_checkout(python: Path) -> None:
    origin = run(python, "-c", "import incident_double.mock_server.pytest_plugin as it; print(it.__file__)")

    assert Path(origin).is_relative_to(python.parent.parent)
