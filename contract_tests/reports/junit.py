"""JUnit XML, which most CI systems show: one test case for each finding."""

import json
from pathlib import Path
from xml.etree import ElementTree

from ..findings import Severity, at_least
from .run import Run
from .writing import write_whole


def write_junit(run: Run, path: Path, *, fail_on: Severity) -> None:
    """Write the report; findings below `fail_on` are skipped tests. Raises OSError."""
    name = f"incident-double {run.arguments[0]}" if run.arguments else "incident-double"
    failing = at_least(run.findings, fail_on)
    suite = ElementTree.Element(
        "testsuite",
        name=name,
        tests=str(max(1, len(run.findings))),
        failures=str(len(failing)),
        skipped=str(len(run.findings) - len(failing)),
    )
    for each in run.findings:
        case = ElementTree.SubElement(
            suite, "testcase", classname=each.rule, name=_plain(f"{each.message} [{each.id}]")
        )
        shown = _plain(json.dumps(each.counterexample, default=str, indent=2))
        if each in failing:
            failure = ElementTree.SubElement(case, "failure", type=each.outcome, message=_plain(each.message))
            failure.text = shown
        else:
            ElementTree.SubElement(case, "skipped", message=each.severity)
    if not run.findings:
        ElementTree.SubElement(suite, "testcase", classname=name, name="nothing found")
    write_whole(path, ElementTree.tostring(suite, encoding="utf-8", xml_declaration=True))


def _plain(text: str) -> str:
    """The text without the characters that XML can't hold."""
    return "".join(
        each if each.isprintable() or each in "\n\t" else "\N{REPLACEMENT CHARACTER}" for each in text
    )
