"""`incident-double drift`: compare the facts of a document with the bundled one."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from ...openapi import Document, DocumentError, bundled, parse, read_document
from ...openapi.drift import Difference, Drift, compare, known_exceptions
from ...openapi.intake.printable import one_line, printable
from ...openapi.intake.reading import InputError, read_url, without_credentials

_SIGNS = {"added": "+", "removed": "-"}


@click.command
@click.argument("source", metavar="FILE-OR-URL")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of lines.")
def command(source: str, as_json: bool) -> int:
    """Say how another document differs from the bundled one.

    One line for each fact of the bundled operations: `+` and `-` for what was added and removed, `loosened` and
    `tightened` for what now permits more or less. Descriptions and examples aren't compared. Differences that the
    bundled document has from the vendor's on purpose are counted, not listed.

    Exit code 0: no difference. 1: differences. 2: the document can't be read.
    """
    other = _read(source)
    try:
        drift = compare(bundled(), other)
    except DocumentError as error:
        raise DocumentError(one_line(f"{without_credentials(source)}: {error}")) from None
    exceptions = known_exceptions()
    unexpected = [difference for difference in drift.differences if difference not in exceptions]
    expected = {
        difference: exceptions[difference] for difference in drift.differences if difference in exceptions
    }
    lines = [_as_json(drift, unexpected, expected)] if as_json else _as_lines(drift, unexpected, expected)
    for line in lines:
        click.echo(line if as_json else printable(line))
    return 1 if unexpected else 0


def _read(source: str) -> Document:
    if not source.startswith(("http://", "https://")):
        return read_document(Path(source))
    try:
        text = read_url(source)
    except InputError as error:
        raise DocumentError(str(error)) from None
    return parse(text, name=without_credentials(source))


def _as_lines(drift: Drift, unexpected: list[Difference], expected: dict[Difference, str]) -> list[str]:
    """A line for each difference; where many operations differ in the same way, one line for all of them."""
    operations: dict[tuple[str, str, str], list[str]] = {}
    for difference in unexpected:
        change = (difference.kind, difference.place, difference.fact)
        operations.setdefault(change, []).append(difference.operation)
    lines = [
        f"{_SIGNS.get(kind, kind):9}  {_named(names)}  {place}: {fact}"
        for (kind, place, fact), names in operations.items()
    ]
    if expected:
        lines.append(f"{_counted(len(expected), 'difference')} known and meant")
    if drift.only_in_other:
        lines.append(f"{_counted(len(drift.only_in_other), 'operation')} only in the other document")
    return lines or ["no difference"]


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _named(operations: list[str]) -> str:
    return operations[0] if len(operations) == 1 else f"{operations[0]} and {len(operations) - 1} more"


def _as_json(drift: Drift, unexpected: list[Difference], expected: dict[Difference, str]) -> str:
    report = {
        "differences": [asdict(difference) for difference in unexpected],
        "known": [{**asdict(difference), "reason": reason} for difference, reason in expected.items()],
        "only_in_other": drift.only_in_other,
    }
    return json.dumps(report, indent=2, ensure_ascii=False)
