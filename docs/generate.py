"""Writes what the documentation takes from the code: `python docs/generate.py`. A test holds the two together."""

import re
from inspect import getdoc
from pathlib import Path

from incident_double.contract_tests.conform.behaviour import BEHAVIOURS
from incident_double.contract_tests.rules import rules
from incident_double.mock_server.assumptions import ASSUMPTIONS
from incident_double.mock_server.pipeline.dispatch import answers
from incident_double.openapi import bundled

ROOT = Path(__file__).resolve().parent.parent
BEGIN = "<!-- operations: written by docs/generate.py -->\n"
END = "<!-- end of operations -->\n"
BEGIN_BEHAVIOURS = "<!-- behaviours: written by docs/generate.py -->\n"
END_BEHAVIOURS = "<!-- end of behaviours -->\n"
SHOWN_FILES = {"actions": "github-actions.yaml", "compose": "compose.yaml"}
"""What docs/ci.md shows of `examples/ci/`, by the name of the place."""


def operations_table() -> str:
    """The bundled document's resources with their operations, by how these are answered."""
    document, found = bundled(), answers(bundled())
    verbs: dict[str, dict[bool, list[str]]] = {}
    for operation in document.operations.values():
        resource, _, verb = operation.id.partition("#")
        own = found[operation.id].how.startswith("behaviour")
        verbs.setdefault(resource, {True: [], False: []})[own].append(verb)
    rows = [
        f"| {resource} | {', '.join(listed[True])} | {', '.join(listed[False])} |"
        for resource, listed in sorted(verbs.items())
    ]
    head = ["| resource | as the real API does | from the contract alone |", "|---|---|---|"]
    return "\n".join([*head, *rows, ""])


def operations_page() -> str:
    """Every operation of the bundled document: its request, its id, how it is answered."""
    found = answers(bundled())
    parts = [
        "# Operations",
        "",
        "What the bundled document has, and how the double answers it. Written by `docs/generate.py` from the code;",
        "`incident-double operations` says the same. [reproduced.md](reproduced.md) says what the last column means.",
        "",
        "| request | operationId | answered by |",
        "|---|---|---|",
        *(
            f"| `{each.method} {each.path}` | {each.id} | {found[each.id].how} |"
            for each in bundled().operations.values()
        ),
        "",
    ]
    return "\n".join(parts)


def linked(text: str) -> str:
    """The text with each citation of a fact as a link to it."""
    return re.sub(r"\bbehaviour\.md#([\w-]+)", r"[\1](behaviour.md#\1)", text)


def behaviours_table() -> str:
    """Every check of behaviour with what its docstring says, and links to the facts that it cites."""
    rows = [
        f"| `{each.id}` | {linked(' '.join((getdoc(each.check) or '').split()))} |" for each in BEHAVIOURS
    ]
    return "\n".join(["| check | what the API does |", "|---|---|", *rows, ""])


def facts_beside(assumption: str) -> list[str]:
    """The ids of the facts that link to an assumption."""
    page = (ROOT / "docs" / "behaviour.md").read_text(encoding="utf-8")
    return re.findall(rf'^\| <a id="([^"]+)">.*\(assumptions\.md#{assumption}\)', page, re.MULTILINE)


def assumptions_page() -> str:
    """Every assumption with its reason."""
    parts = [
        "# Assumptions",
        "",
        "What nobody outside incident.io knows about its API, and what the double does about it. Written by",
        "`docs/generate.py` from `mock_server/assumptions.py`, where each choice is made.",
        "",
    ]
    for name, (question, choice, reason) in ASSUMPTIONS.items():
        parts += [f"## {name}", "", f"**{question}** {choice}", "", f"Why: {reason}", ""]
        parts += [
            f"What is known: {linked(', '.join(f'behaviour.md#{each}' for each in facts_beside(name)))}.",
            "",
        ]
    return "\n".join(parts)


def rules_page() -> str:
    """Every rule of the harness with what its docstring says."""
    parts = [
        "# Rules",
        "",
        "What `incident-double fuzz` and `incident-double check` find wrong with a client. Written by",
        "`docs/generate.py` from `contract_tests/rules/`, where each rule has a file.",
        "",
        "| rule | seen by | severity |",
        "|---|---|---|",
        *(
            f"| [{each.id}](#{each.id}) | {', '.join(each.rule.modes)} | {each.rule.severity} |"
            for each in rules().values()
        ),
        "",
    ]
    for each in rules().values():
        parts += [f"## {each.id}", "", linked(each.text), ""]
    return "\n".join(parts)


def ci_page() -> str:
    """The page on CI, with the files that it shows as they are."""
    text = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
    for place, name in SHOWN_FILES.items():
        shown = (ROOT / "examples" / "ci" / name).read_text(encoding="utf-8")
        begin, end = f"<!-- {place}: written by docs/generate.py -->\n", f"<!-- end of {place} -->\n"
        text = _within(text, begin, f"```yaml\n{shown}```\n", end)
    return text


def pages() -> dict[Path, str]:
    """Every file that holds something generated, with its text as it should be."""
    readme, conforming = ROOT / "README.md", ROOT / "docs" / "conforming.md"
    return {
        readme: _between(readme, BEGIN, operations_table(), END),
        conforming: _between(conforming, BEGIN_BEHAVIOURS, behaviours_table(), END_BEHAVIOURS),
        ROOT / "docs" / "ci.md": ci_page(),
        ROOT / "docs" / "assumptions.md": assumptions_page(),
        ROOT / "docs" / "operations.md": operations_page(),
        ROOT / "docs" / "rules.md": rules_page(),
    }


def _between(path: Path, begin: str, text: str, end: str) -> str:
    """The file with this text between two lines of it."""
    return _within(path.read_text(encoding="utf-8"), begin, text, end)


def _within(page: str, begin: str, text: str, end: str) -> str:
    return page[: page.index(begin) + len(begin)] + text + page[page.index(end) :]


if __name__ == "__main__":
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")
