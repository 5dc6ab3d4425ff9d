"""Environments such as users have, which hold nothing but what they have installed."""

import subprocess
import sys
import sysconfig
import venv
from importlib.metadata import distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from .conftest import run


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


def empty(home: Path) -> Path:
    """The Python of a new environment."""
    venv.create(home, symlinks=True)
    return Path(sysconfig.get_path("scripts", vars={"base": str(home)}), "python")


def install(python: Path, *arguments: str | Path) -> None:
    """Have pip install what is named into an environment of its own, without a pip in it."""
    run(sys.executable, "-m", "pip", "--python", python, "install", "--quiet", *arguments)


def borrow(python: Path, names: set[str]) -> None:
    """Let an environment have the installed packages of this one: these, and nothing else. What pip would fetch."""
    base = str(python.parent.parent)
    purelib = Path(sysconfig.get_path("purelib", vars={"base": base, "platbase": base}))
    here = Path(sysconfig.get_path("purelib"))
    for name in names:
        for entry in {file.parts[0] for file in distribution(name).files or ()} - {"..", "__pycache__"}:
            if not (purelib / entry).exists():
                (purelib / entry).symlink_to(here / entry)


def said(python: Path, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """What a Python of an environment says to those arguments, in a folder of its own."""
    command = [str(python), *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=120, check=False)
