"""Workflow commands of GitHub Actions, which shows them as annotations of the run and of the lines they name."""

import re
from collections.abc import Iterator
from pathlib import Path

from ..findings import Finding, Severity
from .run import Run
from .terminal import place_of

_COMMANDS: dict[Severity, str] = {"error": "error", "warning": "warning", "note": "notice"}
_MOST = 10
"""Of each severity; GitHub shows no more of one step."""
_FRAME = re.compile(r"(?P<file>[^:]+):(?P<line>\d+) in ")


def annotations(run: Run) -> Iterator[str]:
    """Yield one line for each finding, the worst first: `::error file=…,line=…,title=…::message`."""
    for severity, command in _COMMANDS.items():
        for finding in [each for each in run.findings if each.severity == severity][:_MOST]:
            place = place_of(finding)
            properties = {**_position(finding), "title": f"{finding.rule} {place}".strip()}
            listed = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
            yield f"::{command} {listed}::{_data(f'{finding.message} [{finding.id}]')}"


def _position(finding: Finding) -> dict[str, str]:
    """The file and line of the client's own that raised, where it lies in the working directory."""
    match = _FRAME.match(finding.frame or "")
    return match.groupdict() if match and Path(match["file"]).is_file() else {}


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
