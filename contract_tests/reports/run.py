"""The report of one run, as JSON of a version of its own, and runs that accept what an earlier one found."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ..findings import Finding
from .regression import regression_test

VERSION = 1
_NEEDED = {"id", "rule", "outcome", "severity", "message"}
"""What every finding in a report has, and what rendering it needs."""


class ReportError(ValueError):
    """A file that is no report; its text is one line that says why."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run of `incident-double fuzz` or `check`, and what it found."""

    arguments: Sequence[str]
    """The command line, without the name of the command: `fuzz`, and so on."""
    findings: Sequence[Finding]
    about: Mapping[str, Any] = field(default_factory=dict)
    """What was judged, and how much of it: `target`, `schema`, `seed`, `tried`."""
    coverage: Mapping[str, Any] = field(default_factory=dict)
    """What the client has met of all that there is."""
    known: Sequence[Finding] = ()
    """Findings that the baseline accepts."""

    def as_json(self) -> dict[str, Any]:
        """`{"version", "arguments", …about, "findings", "known", "coverage"}`."""
        return {
            "version": VERSION,
            "arguments": list(self.arguments),
            **self.about,
            "findings": [self._finding(each) for each in self.findings],
            "known": [self._finding(each) for each in self.known],
            "coverage": dict(self.coverage),
        }

    def _finding(self, finding: Finding) -> dict[str, Any]:
        shown = {"id": finding.id, **asdict(finding), "test": regression_test(finding, self.about)}
        del shown["across_places"]  # a fact about the rule
        return shown


def write_json(run: Run, path: Path) -> None:
    """Write the report. Raises OSError."""
    text = json.dumps(run.as_json(), indent=2, default=str)
    path.write_text(text + "\n", encoding="utf-8")


def read_report(path: Path) -> dict[str, Any]:
    """A report as `write_json` wrote it. Raises OSError, and ReportError for another file."""
    try:
        report = json.loads(path.read_bytes())
    except ValueError:
        raise ReportError(f"{path}: not a report: no JSON") from None
    if (
        not isinstance(report, dict)
        or report.get("version") != VERSION
        or not isinstance(report.get("findings"), list)
        or not all(isinstance(each, dict) and each.keys() >= _NEEDED for each in report["findings"])
    ):
        raise ReportError(f"{path}: not a report of version {VERSION}")
    return report


def without_known(findings: Sequence[Finding], baseline: Path) -> tuple[list[Finding], list[Finding]]:
    """The new findings, and those that an earlier report has already. Raises as `read_report` does."""
    report = read_report(baseline)
    ids = {each["id"] for each in [*report["findings"], *report.get("known", [])]}
    return [each for each in findings if each.id not in ids], [each for each in findings if each.id in ids]
