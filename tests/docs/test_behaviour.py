"""The facts of `docs/behaviour.md`: every citation leads to one, and each that is certain is shown or out of scope."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from inspect import getdoc
from pathlib import Path
from typing import NamedTuple

import pytest

from incident_double.contract_tests.conform.behaviour import BEHAVIOURS
from incident_double.contract_tests.rules import rules
from incident_double.mock_server.assumptions import ASSUMPTIONS

from .pages import DOCS, ROOT

PAGE = (DOCS / "behaviour.md").read_text(encoding="utf-8")
FOLDERS = (
    *("openapi", "fixtures", "mock_server", "contract_tests", "cli"),
    *("tests", "docs", "examples", "benchmarks"),
)
KINDS = {".py", ".md", ".json", ".yaml", ".toml", ".html", ".js", ".mjs", ".ts", ".txt"}
CITATION = re.compile(r"\bbehaviour\.md#([\w-]+)")
ROW = re.compile(
    r'^\| <a id="(?P<anchor>[^"]+)"></a>`(?P<id>[^`]+)` \| (?P<text>.+) \| (?P<confidence>\w+) \| (?P<source>.+) \|$',
    re.MULTILINE,
)
SCOPE = "## Certain and out of scope"


class Fact(NamedTuple):
    """One row of the page."""

    anchor: str
    id: str
    text: str
    confidence: str
    source: str


FACTS = [Fact(*match) for match in ROW.findall(PAGE)]
CERTAIN = {each.id for each in FACTS if each.confidence == "certain"}


def out_of_scope() -> list[str]:
    """The ids in the table at the end of the page."""
    return re.findall(r"\]\(#([\w-]+)\)", PAGE.partition(SCOPE)[2])


def cited(text: str) -> set[str]:
    """The ids that a text cites."""
    return set(CITATION.findall(text))


def files() -> Iterator[Path]:
    """Every text of the repository."""
    yield from (path for path in ROOT.iterdir() if path.suffix in KINDS)
    for folder in FOLDERS:
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in KINDS and "node_modules" not in path.parts:
                yield path


def marks() -> Iterator[tuple[str, str]]:
    """Each id that a test is marked with, and the test."""
    for path in (ROOT / "tests").rglob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                for decorator in node.decorator_list:
                    if ast.unparse(decorator).startswith("pytest.mark.shows("):
                        assert isinstance(decorator, ast.Call)
                        name = f"{path.relative_to(ROOT)}::{node.name}"
                        yield from ((ast.literal_eval(each), name) for each in decorator.args)


def checked() -> set[str]:
    """The ids of the facts that `conform` checks."""
    return {id_ for each in BEHAVIOURS for id_ in cited(getdoc(each.check) or "")}


def test_every_id_is_there_once_and_is_its_own_anchor() -> None:
    assert [each.id for each in FACTS if each.id != each.anchor] == []
    assert [id_ for id_, times in Counter(each.id for each in FACTS).items() if times > 1] == []
    assert [each.id for each in FACTS if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", each.id)] == []
    assert len(FACTS) == PAGE.count("<a id=") > 300


def test_every_fact_says_how_certain_it_is_and_where_it_comes_from() -> None:
    sources = set(re.findall(r"^\| ([A-Z][^|]+) \|", PAGE.partition("## Shape")[0], re.MULTILINE))
    keys = {key for each in sources for key in each.split(", ")}
    named = {
        key
        for each in FACTS
        for key in re.findall(r"\b(?:OAS-\w+|[A-Z]{2,}(?:-[A-Z]{2,})?)\b", re.sub("`.*?`", "", each.source))
    }

    assert {each.confidence for each in FACTS} == {"certain", "likely", "unknown"}
    assert [each.id for each in FACTS if each.confidence == "certain" and len(each.source) < 2] == []
    assert named - keys - {"AI", "API", "PATCH"} == set()


def test_every_citation_leads_to_a_fact_or_to_a_part_of_the_page() -> None:
    headings = {
        re.sub(r"[^\w -]", "", each.lower()).replace(" ", "-")
        for each in re.findall(r"^#+ (.+)$", PAGE, re.MULTILINE)
    }
    known = {each.id for each in FACTS} | headings
    citing = {path: cited(path.read_text(encoding="utf-8")) for path in files()}

    assert {
        f"{path.relative_to(ROOT)}: {id_}" for path, ids in citing.items() for id_ in ids - known
    } == set()
    assert sum(map(bool, citing.values())) > 100


def test_the_page_is_named_in_one_way() -> None:
    former = f"{'behaviour'.upper()}.md"

    assert [path for path in files() if former in path.read_text(encoding="utf-8")] == []
    assert [
        path for path in files() if path.suffix == ".py" and re.search(r"\u00a7\d", path.read_text("utf-8"))
    ] == []


@pytest.mark.parametrize("id_", sorted(CERTAIN))
def test_what_is_certain_is_checked_or_shown_or_out_of_scope(id_: str) -> None:
    seen = id_ in checked() | {marked for marked, _ in MARKS}

    assert seen != (id_ in out_of_scope()), (
        "seen and out of scope" if seen else "neither seen nor out of scope"
    )


MARKS = list(marks())


def test_every_mark_and_every_reason_is_about_a_fact() -> None:
    known = {each.id for each in FACTS}

    assert [f"{test}: {id_}" for id_, test in MARKS if id_ not in known] == []
    assert [test for _, test in MARKS if not test.partition("::")[2].startswith("test_")] == []
    assert set(out_of_scope()) <= CERTAIN
    assert len(out_of_scope()) == len(set(out_of_scope()))


def test_a_mark_is_a_decorator_of_a_test_and_nothing_else() -> None:
    """Elsewhere it would show nothing, or not be found here."""
    for path in (ROOT / "tests").rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        uses = sum(isinstance(node, ast.Attribute) and node.attr == "shows" for node in ast.walk(tree))
        decorators = sum(
            ast.unparse(each).startswith("pytest.mark.shows(")
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            for each in node.decorator_list
        )
        assert uses == decorators, path


def test_every_check_of_conform_cites_a_fact_that_is_certain() -> None:
    assert [each.id for each in BEHAVIOURS if not cited(getdoc(each.check) or "") & CERTAIN] == []


def test_every_bug_of_clients_is_the_evidence_of_a_rule() -> None:
    evidence = set().union(*(cited(each.text) for each in rules().values()))

    assert {each.id for each in FACTS if each.id.startswith("bug-")} - evidence == set()


def test_every_assumption_stands_beside_what_is_known() -> None:
    linked = set(re.findall(r"assumptions\.md#([\w-]+)", PAGE))

    assert linked == set(ASSUMPTIONS)
