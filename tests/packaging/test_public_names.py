"""The names that users may import. A change here is a change of the interface: note it in CHANGELOG.md."""

import ast
from importlib import import_module

import pytest

from .conftest import ROOT
from .test_layers import MODULES

PUBLIC = {
    "openapi": [
        "Document",
        "DocumentError",
        "Json",
        "Operation",
        "Parameter",
        "Schema",
        "bundled",
        "control_plane",
        "parse",
        "read_document",
    ],
    "mock_server": [
        "DEFAULT_TOKEN",
        "ApiKey",
        "Clock",
        "Double",
        "Reply",
        "Request",
        "RunningDouble",
        "running",
    ],
}


@pytest.mark.parametrize("folder", PUBLIC)
def test_a_package_exports_its_public_names_and_no_others(folder: str) -> None:
    package = import_module(f"incident_double.{folder}")

    assert package.__all__ == PUBLIC[folder]
    assert [name for name in package.__all__ if not hasattr(package, name)] == []


NO_VERBS = {
    *(
        "A",
        "All",
        "An",
        "Another",
        "Each",
        "Every",
        "Everything",
        "How",
        "Nothing",
        "One",
        "That",
        "The",
        "Those",
    ),
    *("What", "When", "Where", "Whether", "Which", "Why"),
}
NOUNS = "property", "click.group"
"""A property is called after what it is, and what a command line says first is what it is."""
FACTS = {"contract_tests/conform/behaviour.py"}
"""Its functions say what is so."""


def test_what_a_public_function_says_of_itself_begins_with_a_verb() -> None:
    functions = [
        node
        for module in MODULES
        if module.as_posix() not in FACTS
        for node in ast.walk(ast.parse((ROOT / module).read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_")
        if not any(noun in ast.unparse(each) for each in node.decorator_list for noun in NOUNS)
    ]
    first = [(node.name, (ast.get_docstring(node) or "").split(maxsplit=1)[:1]) for node in functions]

    assert len(first) > 1_000
    assert [name for name, words in first if NO_VERBS.intersection(words)] == []
