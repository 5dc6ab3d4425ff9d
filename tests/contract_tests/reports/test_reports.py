"""What a report says, in each of its forms, of what was found."""

import json
import re
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest

from incident_double.contract_tests.findings import Finding, Findings
from incident_double.contract_tests.reports.github import annotations
from incident_double.contract_tests.reports.html import write_html
from incident_double.contract_tests.reports.junit import write_junit
from incident_double.contract_tests.reports.run import Run, read_report, without_known, write_json
from incident_double.contract_tests.reports.terminal import mend_first, render
from incident_double.openapi.intake.printable import printable

CLOSED = Finding(
    rule="enum-closed",
    outcome="leaked-exception",
    severity="error",
    message="ValueError: 'x' is not <a> \"mode\" & no \x00 control",
    count=12,
    tier="evolved",
    pointer="/mode",
    exception="ValueError",
    frame="client/models.py:12 in decode",
    verdict="skew",
    counterexample={"mode": "x", "name": "</pre><script>alert(1)</script> \ud800"},
)
CRASH = Finding(
    rule="broken-crashes",
    outcome="leaked-exception",
    severity="warning",
    message="KeyError: 'id'",
    tier="broken",
    places=("/id", "/name", "/a", "/b", "/c", "/d"),
    stable=False,
    counterexample={},
)
FILTER = Finding(
    rule="filter-dropped",
    outcome="wrong-request",
    severity="error",
    message="a filter is ignored",
    operation="Incidents V2#List",
    counterexample={"request": {"method": "GET"}},
)
ABOUT = {"target": "client:decode", "encode": None, "schema": "IncidentV2"}
RUN = Run(
    ["fuzz", "client:decode"], [CLOSED, FILTER, CRASH], ABOUT, {"facts": 10, "met": 9, "not_met": ["/x"]}
)


def test_the_terminal_prints_the_cause_first_then_where_then_the_input() -> None:
    lines = render(RUN).splitlines()

    assert lines[0] == f"error  enum-closed  {printable(CLOSED.message)}"
    assert lines[1:3] == ["    client/models.py:12 in decode", "    at /mode"]
    assert "evolved data; seen 12 times, not in the revision that the client was built against" in lines[3]
    assert lines[3].endswith(f"[{CLOSED.id}]")
    assert lines[4].startswith('    {"mode":"x"')
    assert lines[-1] == "2 errors, 1 warning, 0 notes"


def test_the_terminal_counts_places_and_says_what_comes_and_goes() -> None:
    text = render(RUN)

    assert "at /id, /name, /a, /b, and in 2 more places" in text
    assert "seen once; not every time" in text


def test_the_terminal_shortens_a_long_input() -> None:
    long = replace(CRASH, counterexample={"text": "x" * 5_000})

    assert max(map(len, render(Run([], [long])).splitlines())) < 700


def test_the_json_report_holds_everything(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    write_json(replace(RUN, known=[CRASH]), path)
    report = read_report(path)

    assert report["version"] == 1
    assert report["arguments"] == ["fuzz", "client:decode"]
    assert (report["target"], report["schema"]) == ("client:decode", "IncidentV2")
    assert report["coverage"] == {"facts": 10, "met": 9, "not_met": ["/x"]}
    assert [each["id"] for each in report["known"]] == [CRASH.id]
    closed = report["findings"][0]
    expected = {
        **{"id": CLOSED.id, "rule": "enum-closed", "outcome": "leaked-exception", "severity": "error"},
        **{"tier": "evolved", "operation": None, "pointer": "/mode", "exception": "ValueError"},
        **{"frame": "client/models.py:12 in decode", "verdict": "skew", "count": 12},
        "counterexample": CLOSED.counterexample,
    }
    assert expected.items() <= closed.items()
    assert "def test_enum_closed_mode():" in closed["test"]
    assert report["findings"][1]["test"] is None


@pytest.mark.parametrize(
    ("fail_on", "failures", "skipped"), [("error", 2, 1), ("warning", 3, 0), ("note", 3, 0)]
)
def test_the_junit_report_has_a_case_for_each_finding(
    tmp_path: Path, fail_on: str, failures: int, skipped: int
) -> None:
    path = tmp_path / "report.xml"
    write_junit(RUN, path, fail_on=fail_on)  # type: ignore[arg-type]
    suite = ElementTree.parse(path).getroot()

    assert (suite.get("tests"), suite.get("failures"), suite.get("skipped")) == (
        "3",
        str(failures),
        str(skipped),
    )
    assert [case.get("classname") for case in suite] == ["enum-closed", "filter-dropped", "broken-crashes"]
    assert len(suite.findall("testcase/failure")) == failures
    assert len(suite.findall("testcase/skipped")) == skipped
    failure = suite.find("testcase/failure")
    assert failure is not None
    assert json.loads(failure.text or "")["mode"] == "x"


def test_a_junit_report_of_nothing_found_has_a_case_that_passes(tmp_path: Path) -> None:
    path = tmp_path / "report.xml"
    write_junit(Run(["check"], []), path, fail_on="error")
    (case,) = ElementTree.parse(path).getroot()

    assert (case.get("name"), list(case)) == ("nothing found", [])


class _Page(HTMLParser):
    """The tags of a page, and where they lead."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[str] = []
        self.targets: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [name for name, _ in attrs]
        self.targets += [value or "" for name, value in attrs if name == "href"]
        self.ids += [value or "" for name, value in attrs if name == "id"]


def test_the_page_is_self_contained_whatever_was_found(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    write_html(RUN, path)
    text = path.read_text(encoding="utf-8")
    page = _Page()
    page.feed(text)

    assert {"script", "link", "img", "iframe"} & set(page.tags) == set()
    assert {"src", "onload", "onclick"} & set(page.attributes) == set()
    assert page.targets == [f"#{each.id}" for each in RUN.findings]
    assert len(page.ids) == len(set(page.ids))
    assert {target[1:] for target in page.targets} <= set(page.ids)
    assert re.findall(r"@import|url\(", text) == []
    assert page.tags.count("article") == 3
    assert "&lt;script&gt;alert(1)" in text
    assert "2 errors, 1 warning, 0 notes" in text
    assert "9 of 10 facts" in text
    assert "A value that the client doesn&#x27;t know breaks it." in text


def test_the_page_has_a_card_for_each_finding_and_a_filter_for_each_severity_and_rule(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    write_html(RUN, path)
    text = path.read_text(encoding="utf-8")

    for heading in ("What", "Where", "Smallest input", "Why", "Fix"):
        assert f"<h3>{heading}</h3>" in text
    boxes = re.findall(r'<input type="checkbox" id="([^"]+)" checked>', text)
    assert boxes == [
        *("severity-error", "severity-warning"),
        *("rule-enum-closed", "rule-filter-dropped", "rule-broken-crashes"),
    ]
    for box in boxes:
        kind, _, name = box.partition("-")
        assert f'body:has(#{box}:not(:checked)) [data-{kind}="{name}"]{{display:none}}' in text
    assert '<meta name="viewport" content="width=device-width, initial-scale=1">' in text


def test_a_page_of_nothing_found_says_so(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    write_html(Run(["check"], []), path)
    text = path.read_text(encoding="utf-8")

    assert "Nothing was found." in text
    assert "checkbox" not in text


def test_three_findings_to_mend_first_are_named_and_no_note() -> None:
    note = replace(CLOSED, severity="note", rule="partial-model")

    assert mend_first([CLOSED, FILTER, CRASH, CRASH, note]) == [
        "mend first:",
        *(f"  {number}. {each.line}" for number, each in enumerate((CLOSED, FILTER, CRASH), start=1)),
    ]
    assert mend_first([note]) == []


def test_a_finding_is_one_short_line() -> None:
    assert FILTER.line == f"error filter-dropped at Incidents V2#List: a filter is ignored [{FILTER.id}]"
    assert "\n" not in replace(CLOSED, message="a\nb" * 500).line
    assert repr(Findings([FILTER, CRASH])) == f"{FILTER.line}\n{CRASH.line}"


def test_github_shows_annotations(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("client").mkdir()
    Path("client/models.py").touch()
    hostile = replace(FILTER, message="100%\n::error::", pointer="/a,b:c", severity="note")
    lines = list(annotations(Run([], [CLOSED, CRASH, hostile])))

    assert lines == [
        f"::error file=client/models.py,line=12,title=enum-closed /mode::{CLOSED.message} [{CLOSED.id}]",
        f"::warning title=broken-crashes::KeyError: 'id' [{CRASH.id}]",
        f"::notice title=filter-dropped Incidents V2#List /a%2Cb%3Ac::100%25%0A::error:: [{hostile.id}]",
    ]


def test_a_baseline_accepts_what_it_has_already_whatever_the_line_numbers(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    write_json(Run([], [CLOSED], known=[CRASH]), path)
    moved = replace(CLOSED, frame="client/models.py:99 in decode", count=1)
    new, known = without_known([moved, FILTER, CRASH], path)

    assert (new, known) == ([FILTER], [moved, CRASH])


DECODER = """
class Incident:
    def __init__(self, value):
        self.value = value

    @staticmethod
    def from_dict(value):
        {fault}
        return Incident(value)

    def as_json(self):
        return self.value

def encode(incident):
    return incident.value
"""
RAISES = "assert value['mode'] != 'tutorial'"
LOSES = "value = {**value, 'name': value['name'][:1]}"
WHERE = {
    "raises": (RAISES, []),
    "loses": (LOSES, ["--encode", "as_json"]),
    "loses, with a function": (LOSES, ["--encode", "client:encode"]),
    "loses, of the older revision": (LOSES, ["--encode", "as_json", "--document", "seed"]),
}


@pytest.mark.parametrize(("fault", "options"), WHERE.values(), ids=WHERE)
def test_the_ready_test_of_a_finding_fails_until_the_client_is_mended(
    tmp_path: Path, fault: str, options: list[str]
) -> None:
    fuzz = [str(Path(sys.executable).with_name("incident-double")), "fuzz", "client:Incident.from_dict"]
    (tmp_path / "client.py").write_text(DECODER.replace("{fault}", fault))
    only = ["--shape", "conforming", "--examples", "20", "--json", "report.json"]
    subprocess.run([*fuzz, *options, *only], cwd=tmp_path, stdout=subprocess.DEVNULL, check=False)
    (finding,) = json.loads((tmp_path / "report.json").read_text())["findings"]
    (tmp_path / "test_it.py").write_text(finding["test"])

    assert "1 failed" in pytest_says(tmp_path)
    (tmp_path / "client.py").write_text(DECODER.replace("{fault}", "pass"))
    assert "1 passed" in pytest_says(tmp_path)


def pytest_says(folder: Path) -> str:
    command = [sys.executable, "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n0", "test_it.py"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return done.stdout.splitlines()[-1]
