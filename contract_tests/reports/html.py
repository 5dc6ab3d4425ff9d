"""One self-contained page for a person: a summary, an index, filters, and a card for each finding.

No scripts, and nothing loaded from elsewhere: the filters are check boxes that a style looks at. Dark and light.
"""

import json
import re
from collections.abc import Iterable
from html import escape
from pathlib import Path

from ..findings import SEVERITIES, Finding
from ..rules import rules
from .regression import regression_test
from .run import Run
from .terminal import counted, place_of
from .writing import write_whole

_LONGEST = 20_000
"""Characters of a counterexample that are shown; all of it is in the JSON report."""
_STYLE = Path(__file__).with_name("report.css")
_PARAGRAPH = re.compile(r"\n\n(\w+): ")


def write_html(run: Run, path: Path) -> None:
    """Write the report. Raises OSError."""
    write_whole(path, page(run).encode("utf-8", "backslashreplace"))


def page(run: Run) -> str:
    """Give the whole page."""
    title = f"incident-double {' '.join(run.arguments)}"
    style = _STYLE.read_text(encoding="utf-8") + "".join(map(_hiding, _filters(run.findings)))
    body = _index(run.findings) + "".join(_card(each, run) for each in run.findings)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{style}</style></head><body>"
        f"<header><h1>{escape(title)}</h1>{_summary(run)}</header>"
        f"{_choice(run.findings)}<main>{body}</main></body></html>\n"
    )


def _summary(run: Run) -> str:
    lines = [counted(run.findings)]
    if run.known:
        lines.append(f"{len(run.known)} known from the baseline")
    if met := run.coverage.get("met"):
        lines.append(f"{met} of {run.coverage['facts']} facts of the schema were shown to the client.")
    return "".join(f"<p>{escape(line)}</p>" for line in lines)


def _filters(findings: Iterable[Finding]) -> list[tuple[str, str]]:
    """What can be hidden: `(kind, name)` of each severity and each rule there is, in the order of the findings."""
    found = list(findings)
    severities = [each for each in reversed(SEVERITIES) if any(each == one.severity for one in found)]
    ids = dict.fromkeys(each.rule for each in found)
    return [*(("severity", each) for each in severities), *(("rule", each) for each in ids)]


def _hiding(choice: tuple[str, str]) -> str:
    """The style that hides what isn't chosen."""
    kind, name = choice
    return f'body:has(#{kind}-{name}:not(:checked)) [data-{kind}="{name}"]{{display:none}}'


def _choice(findings: Iterable[Finding]) -> str:
    if not (choices := _filters(findings)):
        return ""
    boxes = {
        kind: "".join(
            f'<label><input type="checkbox" id="{kind}-{escape(name)}" checked> {escape(name)}</label>'
            for each, name in choices
            if each == kind
        )
        for kind in ("severity", "rule")
    }
    sets = "".join(f"<fieldset><legend>{kind}</legend>{inside}</fieldset>" for kind, inside in boxes.items())
    return f"<form>{sets}</form>"


def _index(findings: Iterable[Finding]) -> str:
    lines = [
        f'<li {_data(each)}><a href="#{escape(each.id)}"><span class="{each.severity}">{each.severity}</span> '
        f"<b>{escape(each.rule)}</b> {escape(place_of(each))}</a></li>"
        for each in findings
    ]
    return (
        f'<nav aria-label="Findings"><ol>{"".join(lines)}</ol></nav>'
        if lines
        else "<p>Nothing was found.</p>"
    )


def _data(finding: Finding) -> str:
    return f'data-severity="{finding.severity}" data-rule="{escape(finding.rule)}"'


def _card(finding: Finding, run: Run) -> str:
    text = rules()[finding.rule].text if finding.rule in rules() else ""
    title, *paragraphs = _PARAGRAPH.split(text)
    said = dict(zip(paragraphs[::2], paragraphs[1::2], strict=True))
    test = regression_test(finding, run.about)
    return (
        f'<article id="{escape(finding.id)}" {_data(finding)}>'
        f'<h2><span class="{finding.severity}">{finding.severity}</span> {escape(finding.rule)}</h2>'
        + _part("What", f"<p>{escape(finding.message)}</p><p>{escape(title)}</p>")
        + _part("Where", _where(finding))
        + _part("Smallest input", _input(finding))
        + "".join(_part(name, f"<p>{escape(said[name])}</p>") for name in ("Why", "Fix") if name in said)
        + (f"<details><summary>A test for it</summary><pre>{escape(test)}</pre></details>" if test else "")
        + "</article>"
    )


def _part(name: str, inside: str) -> str:
    return f"<section><h3>{name}</h3>{inside}</section>" if inside else ""


def _where(finding: Finding) -> str:
    facts = {
        "operation": finding.operation,
        "place": ", ".join(finding.places) or finding.pointer,
        "raised in": finding.frame,
        "outcome": finding.outcome,
        "data": finding.tier,
        "seen": f"{finding.count} times" if finding.count > 1 else "once",
        "verdict": finding.verdict,
        "id": finding.id,
    }
    listed = "".join(f"<dt>{name}</dt><dd>{escape(text)}</dd>" for name, text in facts.items() if text)
    return f"<dl>{listed}</dl>"


def _input(finding: Finding) -> str:
    if finding.counterexample is None:
        return ""
    shown = json.dumps(finding.counterexample, indent=2, default=str, ensure_ascii=False)[:_LONGEST]
    return f"<pre>{escape(shown)}</pre>"
