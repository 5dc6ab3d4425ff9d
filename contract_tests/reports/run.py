"""The report of one run, as JSON of a version of its own, and runs that accept what an earlier one found."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ...openapi.intake.printable import one_line
from ...openapi.intake.reading import InputError, UnfitJsonError, parse_json, read_file
from ..findings import Finding
from .regression import regression_test
from .report_schema import VERSION, has_unknown_severity, is_report
from .writing import write_whole


class ReportError(InputError):
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
        """Give `{"version", "arguments", …about, "findings", "known", "coverage"}`."""
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
    write_whole(path, (text + "\n").encode())


def read_report(path: Path) -> dict[str, Any]:
    """Give a report as `write_json` wrote it. Raises InputError, of which ReportError is one for another file."""
    text = read_file(path)
    try:
        report = parse_json(text)
    except UnfitJsonError as error:
        raise ReportError(one_line(f"{path}: not a report: {error}")) from None
    except ValueError:
        raise ReportError(one_line(f"{path}: not a report: no JSON")) from None
    if has_unknown_severity(report):
        raise ReportError(one_line(f"{path}: a finding with an unknown severity"))
    if not is_report(report):
        raise ReportError(one_line(f"{path}: not a report of version {VERSION}"))
    found: dict[str, Any] = report
    return found


def without_known(findings: Sequence[Finding], baseline: Path) -> tuple[list[Finding], list[Finding]]:
    """Give the new findings, and those that an earlier report has already. Raises as `read_report` does."""
    report = read_report(baseline)
    ids = {each["id"] for each in [*report["findings"], *report.get("known", [])]}
    return [each for each in findings if each.id not in ids], [each for each in findings if each.id in ids]
