"""The order of the folders, which ARCHITECTURE.md describes, and who may use which library."""

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions
from itertools import chain
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from .conftest import FOLDERS, ROOT

MODULES = sorted(path.relative_to(ROOT) for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))
DISTRIBUTIONS = {
    name: {canonicalize_name(each) for each in found} for name, found in packages_distributions().items()
}
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
REQUIREMENTS = chain(
    PYPROJECT["project"]["dependencies"], *PYPROJECT["project"]["optional-dependencies"].values()
)
DECLARED = {canonicalize_name(Requirement(line).name) for line in REQUIREMENTS}
OF_HARNESS = {
    canonicalize_name(Requirement(line).name)
    for line in PYPROJECT["project"]["optional-dependencies"]["harness"]
}
"""What the extra `harness` brings."""
SERVER_LIBRARIES = {"starlette", "uvicorn", "uvloop", "httptools"}
LOOKS_UP = {"mock_server/findings.py": {"contract_tests"}}
"""What a module may import from above, inside a function: a running double judges its client when it is asked to."""
HARNESS_LIBRARIES = {"hypothesis", "schemathesis", "pytest"}
GIVEN = {"mock_server/pytest_plugin.py": {"pytest"}}
"""What is there whenever a module is loaded: pytest loads its plugins."""
JUDGES = {
    "contract_tests/conform/conformance_hooks.py",
    "contract_tests/drive/generated.py",
    "fixtures/shapes/chance.py",
    "fixtures/shapes/leaf_strategies.py",
    "fixtures/shapes/strategies.py",
}
"""What needs the libraries of the extra `harness` to be loaded, and so what imports one of these."""
LED_TO_THE_HARNESS = {
    "cli.commands.fuzz",
    *(f"contract_tests.decode.{name}" for name in ("fuzz", "inputs", "replaying", "symptoms")),
    *(
        f"contract_tests.decode.investigating.{name}"
        for name in (
            *("asking", "diagnosis", "investigation", "known_values", "mending"),
            *("pair_diagnosis", "pairs", "shrinking"),
        )
    ),
    *(f"fixtures.shapes.{name}" for name in ("broken", "conforming", "evolved", "recombined")),
}
"""What can't be loaded without them, since it imports one of the `JUDGES`; everything else can."""


@cache
def imported(module: Path) -> tuple[str, ...]:
    """The absolute names that a module imports, wherever in it; ours begin with their folder."""
    return tuple(_imported(module))


def _imported(module: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse((ROOT / module).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = (*module.parts[: -node.level],) if node.level else ()
            for name in [node.module] if node.module else [alias.name for alias in node.names]:
                yield ".".join([*start, name])


def test_every_form_of_import_is_understood(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that the tests below can't pass because they see nothing."""
    monkeypatch.setattr(f"{__name__}.ROOT", tmp_path)
    module = Path("mock_server", "resources", "made_up.py")
    (tmp_path / module).parent.mkdir(parents=True)
    (tmp_path / module).write_text(
        "import json, os.path\nfrom . import a\nfrom .b import c\nfrom .. import d\nfrom ..e.f import g\n"
        "def function():\n    from ...openapi import Document\n    from ... import cli\n"
    )

    assert set(imported(module)) == {
        "json",
        "os.path",
        "mock_server.resources.a",
        "mock_server.resources.b",
        "mock_server.d",
        "mock_server.e.f",
        "openapi",
        "cli",
    }


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_a_module_imports_only_from_its_own_layer_and_below(module: Path) -> None:
    above = set(FOLDERS[FOLDERS.index(module.parts[0]) + 1 :])
    above -= LOOKS_UP.get(module.as_posix(), set())

    assert [name for name in imported(module) if name.split(".")[0] in above] == []


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_a_module_imports_the_rest_of_the_product_relatively(module: Path) -> None:
    assert [name for name in imported(module) if name.split(".")[0] == "incident_double"] == []


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_what_a_module_imports_is_a_declared_dependency(module: Path) -> None:
    """What another package happens to bring along may be gone tomorrow."""
    known = sys.stdlib_module_names | set(FOLDERS) | GIVEN.get(module.as_posix(), set())
    third_party = {name.split(".")[0] for name in imported(module)} - known
    needs_harness = (
        module.as_posix() in JUDGES or ".".join(module.with_suffix("").parts) in LED_TO_THE_HARNESS
    )
    declared = DECLARED | (OF_HARNESS if needs_harness else set())

    assert [name for name in third_party if not DISTRIBUTIONS[name] & declared] == []


def test_without_the_extra_every_module_loads_that_does_not_need_it() -> None:
    """By a process in which its libraries can't be found."""
    names = [".".join(module.with_suffix("").parts).removesuffix(".__init__") for module in MODULES]
    code = f"""
import sys
from importlib import import_module
sys.modules |= dict.fromkeys({sorted(HARNESS_LIBRARIES - {"pytest"})})
for name in {names}:
    try:
        import_module("incident_double." + name)
    except ImportError:
        print(name)
"""
    unloaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert (
        set(unloaded.split())
        == {each.removesuffix(".py").replace("/", ".") for each in JUDGES} | LED_TO_THE_HARNESS
    )


SHELLS = {
    Path("mock_server", "shells", "app.py"): {"starlette"},
    Path("mock_server", "shells", "cross_origin.py"): {"starlette"},
    Path("mock_server", "intercepting", "only_hosts.py"): {"starlette"},
    Path("mock_server", "intercepting", "gateway.py"): {"starlette"},
    Path("mock_server", "intercepting", "in_process.py"): {"starlette"},
    Path("mock_server", "shells", "connections.py"): {"uvicorn", "httptools"},
    Path("mock_server", "shells", "serving.py"): {"uvicorn"},
    Path("mock_server", "request", "cookies.py"): {"starlette"},  # its parser of cookies alone
}


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_only_the_shells_and_the_command_know_of_servers(module: Path) -> None:
    if module.parts[0] != "cli":
        known = {name.split(".")[0] for name in imported(module)} & SERVER_LIBRARIES
        assert known == SHELLS.get(module, set())


@pytest.mark.parametrize("name", ["mock_server", "cli.commands.serve"])
def test_serving_does_not_import_the_harness(name: str) -> None:
    code = f"import sys, incident_double.{name}; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert {module.split(".")[0] for module in loaded.split()} & HARNESS_LIBRARIES == set()
