"""What was found, for a person: the cause first, then where, then the smallest input that shows it."""

import json
from collections.abc import Sequence

from ...openapi.intake.printable import printable
from ..findings import SEVERITIES, Finding
from .run import Run

_LONGEST = 600
_MOST_PLACES = 4
_MENDED_FIRST = 3


def render(run: Run) -> str:
    """Give the report as text, which ends with one line of counts."""
    parts = [_finding(each) for each in run.findings]
    if run.known:
        parts.append(f"{len(run.known)} known from the baseline")
    return "\n".join([*parts, counted(run.findings)])


def mend_first(findings: Sequence[Finding]) -> list[str]:
    """Give the lines that name the three findings to mend first; none where there is nothing to mend, or to choose."""
    if len(findings) < 2:
        return []
    worst = [each for each in findings if each.severity != "note"][:_MENDED_FIRST]
    lines = [f"  {number}. {each.line}" for number, each in enumerate(worst, start=1)]
    return ["mend first:", *lines] if lines else []


def place_of(finding: Finding) -> str:
    """Say where a finding is, in a few words: the operation, and the pointer or parameter."""
    return " ".join(each for each in (finding.operation, finding.pointer) if each)


def counted(findings: Sequence[Finding]) -> str:
    """Say how many there are of each severity: `2 errors, 1 warning`."""
    counts = [
        (sum(each.severity == severity for each in findings), severity) for severity in reversed(SEVERITIES)
    ]
    return ", ".join(f"{count} {severity}{'' if count == 1 else 's'}" for count, severity in counts)


def _finding(finding: Finding) -> str:
    skew = "" if finding.verdict == "bug" else ", not in the revision that the client was built against"
    shown = f"{finding.outcome}; {_provoked(finding)}seen {_times(finding.count)}{skew}"
    lines = [f"{finding.severity}  {finding.rule}  {finding.message}"]
    where = [each for each in (finding.operation, finding.frame, _places(finding)) if each]
    lines += [f"    {each}" for each in where]
    lines.append(f"    {shown}{'' if finding.stable else '; not every time'}  [{finding.id}]")
    if finding.counterexample is not None:
        text = json.dumps(finding.counterexample, default=str, separators=(",", ":"))
        lines.append(f"    {text if len(text) <= _LONGEST else text[:_LONGEST] + '…'}")
    return "\n".join([*map(_shown, lines), ""])


def _shown(line: str) -> str:
    """A line, its indentation kept, of which a terminal obeys nothing and that begins no line of its own."""
    return printable(line.replace("\r\n", " ").replace("\n", " "))


def _provoked(finding: Finding) -> str:
    """The shape of the data, or the armed fault."""
    if finding.tier is None:
        return ""
    return f"with the fault {finding.tier}; " if ":" in finding.tier else f"{finding.tier} data; "


def _places(finding: Finding) -> str:
    if len(finding.places) < 2:
        return f"at {finding.pointer}" if finding.pointer else ""
    named = ", ".join(place or "the top" for place in finding.places[:_MOST_PLACES])
    others = len(finding.places) - _MOST_PLACES
    return f"at {named}, and in {others} more places" if others > 0 else f"at {named}"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
