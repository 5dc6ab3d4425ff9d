"""The project's own files, as they stand in the checkout, and what is built from them."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("openapi", "fixtures", "mock_server", "contract_tests", "cli")
"""The product, lowest layer first."""


@pytest.fixture(scope="session")
def root() -> Path:
    """The top of the checkout."""
    return ROOT


def copy(source: Path, target: Path, *names: str) -> Path:
    """Copy the named files and folders, or all."""
    target.mkdir()
    for name in names or [path.name for path in source.iterdir()]:
        if (source / name).is_dir():
            shutil.copytree(source / name, target / name)
        else:
            shutil.copyfile(source / name, target / name)
    return target


def run(*command: str | Path) -> str:
    """What a program prints, run outside the checkout so that it can't import from there."""
    done = subprocess.run(command, cwd=Path.home(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def build(kind: str, source: Path, target: Path) -> Path:
    """Build a `wheel` or an `sdist`. Offline: the build backend is the one that is locked."""
    run(sys.executable, "-m", "build", "--no-isolation", f"--{kind}", "--outdir", target, source)
    return next(target.iterdir())


@pytest.fixture(scope="session")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the tracked files."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode != 0:
        pytest.skip("needs the git checkout, to distinguish the project's files from others")
    source = tmp_path_factory.mktemp("source")
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).exists():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, source / name)
    return source


@pytest.fixture(scope="session")
def wheel(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built in a copy, since a build leaves things behind that a later one would pack."""
    folder = tmp_path_factory.mktemp("wheel")
    return build("wheel", copy(source, folder / "source"), folder / "built")
