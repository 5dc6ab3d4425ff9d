"""One self-contained page: no scripts, nothing loaded from elsewhere, dark and light."""

import json
from html import escape
from pathlib import Path

from ..findings import Finding
from ..rules import rules
from .regression import regression_test
from .run import Run
from .terminal import counted

_LONGEST = 20_000
"""Characters of a counterexample that are shown; all of it is in the JSON report."""
_STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
pre { overflow-x: auto; padding: .75rem; border: 1px solid color-mix(in srgb, currentColor 25%, transparent); }
article { border-top: 1px solid color-mix(in srgb, currentColor 25%, transparent); }
.error { color: light-dark(#b00020, #ff8a80); } .warning { color: light-dark(#8a5300, #ffcc80); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 1rem; } dd { margin: 0; }
"""


def write_html(run: Run, path: Path) -> None:
    """Write the report. Raises OSError."""
    path.write_text(page(run), encoding="utf-8", errors="backslashreplace")


def page(run: Run) -> str:
    """The whole page."""
    title = f"incident-double {' '.join(run.arguments)}"
    met = run.coverage.get("met")
    coverage = (
        f"<p>{met} of {run.coverage['facts']} facts of the schema were shown to the client.</p>"
        if met
        else ""
    )
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title><style>{_STYLE}</style>'
        f"<h1>{escape(title)}</h1><p>{counted(run.findings)}</p>{coverage}"
        + "".join(_finding(each, run) for each in run.findings)
        + "</html>\n"
    )


def _finding(finding: Finding, run: Run) -> str:
    described = rules().get(finding.rule)
    facts = {
        "what": finding.outcome,
        "operation": finding.operation,
        "place": ", ".join(finding.places) or finding.pointer,
        "raised in": finding.frame,
        "data": finding.tier,
        "seen": str(finding.count),
        "verdict": finding.verdict,
        "id": finding.id,
    }
    listed = "".join(f"<dt>{name}</dt><dd>{escape(text)}</dd>" for name, text in facts.items() if text)
    shown = json.dumps(finding.counterexample, indent=2, default=str, ensure_ascii=False)[:_LONGEST]
    test = regression_test(finding, run.about)
    return (
        f'<article id="{finding.id}"><h2><span class="{finding.severity}">{finding.severity}</span> {finding.rule}</h2>'
        f"<p>{escape(finding.message)}</p><dl>{listed}</dl><pre>{escape(shown)}</pre>"
        + (f"<details><summary>A test for it</summary><pre>{escape(test)}</pre></details>" if test else "")
        + (
            f"<details><summary>The rule</summary><pre>{escape(described.text)}</pre></details>"
            if described
            else ""
        )
        + "</article>"
    )
