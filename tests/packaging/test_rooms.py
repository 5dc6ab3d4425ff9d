"""The order of the rooms inside each folder of the product (see ARCHITECTURE.md): no arrow points upwards."""

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from .conftest import FOLDERS, ROOT
from .test_layers import LOOKS_UP, MODULES

ORDER: Mapping[str, Sequence[str]] = {
    "fixtures": (
        *("harness_extra", "domain", "schema", "account", "pools", "incidents"),
        *("realistic_dataset", "fresh_account", "shapes", "__init__"),
    ),
    "mock_server": (
        *("assumptions", "tables", "watching", "clock", "input_schema", "request"),
        *("store", "journal", "faults", "answer_cache"),
        *("behaviour", "webhooks", "account", "log", "resources", "completions", "generic"),
        *("pipeline", "accounts"),
        *("building", "saved_state", "scenarios", "findings"),
        *("control", "console", "shells", "intercepting", "running_double", "__init__", "pytest_plugin"),
    ),
    "mock_server/control": ("guesses", "guard", "view", "operations", "plane", "__init__"),
    "mock_server/console": ("paths", "answers", "rendering", "visit", "pages", "console", "__init__"),
    "mock_server/generic": ("recognising", "composing", "answering"),
    "mock_server/pipeline": ("dispatch", "steps", "pipeline", "__init__"),
    "mock_server/intercepting": (
        *("hosts", "lines", "authority", "trust", "only_hosts", "preloads", "in_process"),
        *("proxied_request", "proxy", "gateway", "environment"),
    ),
    "contract_tests": (
        *("findings", "wire", "webhooks", "rules", "judging", "sweep"),
        *("decode", "drive", "conform", "reports"),
    ),
    "contract_tests/decode": (
        *("exact_json", "inputs", "modelling", "outcomes", "targets"),
        *("reading", "symptoms", "investigating", "replaying", "fuzz"),
    ),
    "cli": ("running", "options", "commands", "__init__"),
}
"""The rooms of a folder, modules and folders, from the lowest upwards: one imports only from those before it."""
MOST_MODULES = 14
"""In one folder: more can't be taken in at a glance."""
CATALOGUES = {"mock_server/resources", "contract_tests/rules"}
"""Folders with one file for each of a kind, however many there are."""


def name_of(module: Path) -> str:
    return ".".join(module.with_suffix("").parts).removesuffix(".__init__")


NAMES = {name_of(module): module for module in MODULES}


LOADERS = ("merged", "modules_of", "import_module")
"""What imports modules by their names: all those of a package, or one that is known when it runs."""


def targets(module: Path) -> Iterator[str]:
    """The modules of ours that a module imports, wherever in it and in whatever way.

    A folder stands for its `__init__`, unless all its modules are loaded.
    """
    for node in ast.walk(ast.parse((ROOT / module).read_text(encoding="utf-8"))):
        found: list[str] = []
        if isinstance(node, ast.ImportFrom) and node.level:
            start = [*module.parts[: -node.level], *(node.module.split(".") if node.module else [])]
            found = [nearest([*start, alias.name]) for alias in node.names]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in LOADERS:
            package = loaded_from(module, node.args)
            found = [name for name in NAMES if package and name.rpartition(".")[0] == package]
        yield from (name for name in found if name and name != name_of(module))


def loaded_from(module: Path, arguments: Sequence[ast.expr]) -> str:
    """The package whose modules one is that is imported by name, as far as the code says; empty for none of ours."""
    package = ".".join(module.parts[:-1])
    first, is_relative = ast.unparse(arguments[0]), len(arguments) == 2
    if first == "__name__":
        return name_of(module)
    text = re.fullmatch(r"f['\"](\{__package__\})?((?:\.\w+)*)\.?(?:\{.+\})?['\"]", first)
    return f"{package}{text[2]}" if text and text[2] and (text[1] or is_relative) else ""


def nearest(parts: Sequence[str]) -> str:
    """The module that a dotted name lies in; empty for none of ours."""
    names = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((name for name in names if name in NAMES), "")


def room(folder: str, name: str) -> str | None:
    """The room of the folder in which a module lives; None for one that lives elsewhere."""
    inside = folder.replace("/", ".")
    if name == inside:
        return "__init__"
    return name.removeprefix(f"{inside}.").partition(".")[0] if name.startswith(f"{inside}.") else None


def wrong_arrows(folder: str, order: Sequence[str], known: Mapping[str, Sequence[str]]) -> list[str]:
    """The imports from a room into a later one, as `importer -> imported`."""
    found = []
    for name, others in known.items():
        start = room(folder, name)
        for other in others:
            end = room(folder, other)
            if start is not None and end is not None and order.index(end) > order.index(start):
                found.append(f"{name} -> {other}")
    return found


def circle(known: Mapping[str, Sequence[str]]) -> list[str]:
    """One circle of modules, where there is one."""
    try:
        TopologicalSorter(known).prepare()
    except CycleError as error:
        found: list[str] = error.args[1]
        return found
    return []


@cache
def arrows() -> Mapping[str, Sequence[str]]:
    """What each module imports."""
    return {name: sorted(targets(module)) for name, module in NAMES.items()}


@pytest.mark.parametrize("folder", ORDER)
def test_a_room_imports_only_from_the_rooms_before_it(folder: str) -> None:
    assert wrong_arrows(folder, ORDER[folder], arrows()) == []


@pytest.mark.parametrize("folder", ORDER)
def test_every_room_has_its_place(folder: str) -> None:
    rooms = {room(folder, name) for name in NAMES} - {None}

    assert rooms - set(ORDER[folder]) <= {"__init__"}
    assert set(ORDER[folder]) <= rooms


def test_the_map_has_the_same_order() -> None:
    page = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    (block,) = (each for each in re.findall(r"```\n(.*?)```", page, re.DOTALL) if "▶ judging" in each)
    drawn = {
        folder: re.split(r"[\s,▶]+", rooms.strip())
        for folder, rooms in re.findall(r"^(\w+)/ +(.*(?:\n +.*)*)", block, re.MULTILINE)
    }

    assert drawn == {
        folder: [each for each in order if each != "__init__"]
        for folder, order in ORDER.items()
        if "/" not in folder
    }


def test_no_modules_import_each_other_in_a_circle() -> None:
    assert circle(arrows()) == []


def test_only_declared_arrows_point_to_a_later_folder() -> None:
    upwards = [
        f"{name} -> {other}"
        for name, others in arrows().items()
        for other in others
        if FOLDERS.index(other.split(".")[0]) > FOLDERS.index(name.split(".")[0])
    ]

    assert {name.partition(" ")[0].replace(".", "/") + ".py" for name in upwards} == set(LOOKS_UP)


def test_nothing_inside_imports_the_facade_of_the_double() -> None:
    users = [name for name, others in arrows().items() if "mock_server" in others]

    assert users == []


def test_no_folder_has_more_modules_than_one_takes_in() -> None:
    folders = {path.parent for path in MODULES}
    crowded = {
        folder.as_posix(): count
        for folder in folders
        if (count := sum(path.parent == folder and path.name != "__init__.py" for path in MODULES))
        > MOST_MODULES
    }

    assert crowded.keys() <= CATALOGUES


def test_an_arrow_that_points_upwards_is_seen() -> None:
    upwards = {
        "mock_server.store.store": ["mock_server.pipeline"],
        "mock_server.pipeline": ["mock_server.clock"],
    }

    assert wrong_arrows("mock_server", ORDER["mock_server"], upwards) == [
        "mock_server.store.store -> mock_server.pipeline"
    ]


@pytest.mark.parametrize(
    ("module", "package"),
    [
        ("mock_server/control/plane.py", "mock_server.control.operations"),
        ("mock_server/console/console.py", "mock_server.console.pages"),
        ("mock_server/resources/__init__.py", "mock_server.resources"),
        ("contract_tests/rules/__init__.py", "contract_tests.rules"),
        ("cli/__init__.py", "cli.commands"),
    ],
)
def test_an_import_by_name_is_seen(module: str, package: str) -> None:
    loaded = {name for name in NAMES if name.rpartition(".")[0] == package}

    assert len(loaded) > 5
    assert loaded <= {*targets(Path(module))}


def test_a_circle_is_seen() -> None:
    assert set(circle({"a": ["b"], "b": ["c"], "c": ["a"]})) == {"a", "b", "c"}
    assert circle({"a": ["b", "c"], "b": ["c"], "c": []}) == []
