"""What pyproject.toml asks for, against what is locked, and the commands that the README promises."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from .conftest import ROOT

PYPROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
RUNTIME = [Requirement(line) for line in PYPROJECT["project"]["dependencies"]]
HARNESS = [Requirement(line) for line in PYPROJECT["project"]["optional-dependencies"]["harness"]]
DEVELOPMENT = [Requirement(line) for line in PYPROJECT["dependency-groups"]["dev"]]
BUILD = [Requirement(line) for line in PYPROJECT["build-system"]["requires"]]
BOUNDED = {"hypothesis"}
"""What the product uses beyond what is promised: see tests/fixtures/shapes/test_internals.py."""
PIN = re.compile(r"([a-z0-9-]+)==(\S+)(?: ; .+)? \\\n +--hash=sha256:[0-9a-f]{64}")


def locked(name: str) -> dict[str, str]:
    """The version of each package in a lock file."""
    entries = re.split(r"\n(?=[^\s#])", (ROOT / name).read_text(encoding="utf-8"))[1:]
    pins = [PIN.match(entry) for entry in entries]
    assert all(pins), "an entry without an exact version and a hash"
    return {pin[1]: pin[2] for pin in pins if pin}


@pytest.mark.parametrize("requirement", RUNTIME + HARNESS + DEVELOPMENT + BUILD, ids=str)
def test_a_requirement_has_a_lower_bound_and_no_upper_one(requirement: Requirement) -> None:
    """An upper bound is for a known defect; say which in a comment beside it, and except it here."""
    bounds = [">=", "<"] if requirement.name in BOUNDED else [">="]

    assert sorted(each.operator for each in requirement.specifier) == sorted(bounds)


@pytest.mark.parametrize(
    ("lock", "requirements"),
    [
        ("requirements.lock", RUNTIME + HARNESS),
        ("requirements-dev.lock", RUNTIME + HARNESS + DEVELOPMENT + BUILD),
    ],
)
def test_a_lock_file_satisfies_what_is_required(lock: str, requirements: list[Requirement]) -> None:
    pins = locked(lock)

    assert [
        str(requirement)
        for requirement in requirements
        if not requirement.specifier.contains(pins[canonicalize_name(requirement.name)])
    ] == []


def test_development_uses_the_runtime_that_is_shipped() -> None:
    assert locked("requirements.lock").items() <= locked("requirements-dev.lock").items()


def test_what_is_shipped_holds_no_development_tool() -> None:
    brought_by_schemathesis = {"packaging", "pytest", "requests"}
    tools = {canonicalize_name(each.name) for each in DEVELOPMENT} - brought_by_schemathesis

    assert tools & locked("requirements.lock").keys() == set()


def test_the_double_needs_nothing_of_those_who_judge_or_test() -> None:
    assert {each.name for each in RUNTIME} & {each.name for each in HARNESS + DEVELOPMENT} == set()


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_file_names_no_package_index(lock: str) -> None:
    assert re.findall(r"\w+://|^-.*|--(?:extra-)?index.*", (ROOT / lock).read_text(), re.MULTILINE) == []


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_every_make_target_that_a_page_names_exists(page: str) -> None:
    named = set(re.findall(r"(?:^|`)make ([a-z]+)", (ROOT / page).read_text(encoding="utf-8"), re.MULTILINE))
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))

    assert named
    assert named <= targets


def test_the_makefile_knows_every_folder_of_the_product(root: Path) -> None:
    listed = re.search(r"^FOLDERS := (.+)$", (root / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    installed = PYPROJECT["tool"]["setuptools"]["package-dir"].values()

    assert listed is not None
    assert sorted(listed[1].split()) == sorted(installed)
