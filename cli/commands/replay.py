"""`incident-double replay`: what of an earlier report still shows?"""

import contextlib
import io
import shlex
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

from ...contract_tests.decode.outcomes import TargetError
from ...contract_tests.findings import SEVERITIES, Severity
from ...contract_tests.reports.run import read_report
from ...fixtures.harness_extra import MissingHarnessError, require_harness
from ...openapi import DocumentError
from ...openapi.intake.printable import printable
from ...openapi.intake.reading import InputError
from ..options.decoding import Subject, named_document
from . import check

Report = Mapping[str, Any]
Consent = Callable[[str], None]


@click.command("replay")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--fail-on",
    type=click.Choice(SEVERITIES),
    default="error",
    show_default=True,
    help="Exit with 1 when something of this severity or a worse one still shows.",
)
@click.option("--yes", is_flag=True, help="Run what the report names without asking.")
def command(file: Path, fail_on: Severity, yes: bool) -> int:
    """Say of each finding of a report whether it still shows.

    FILE is what `fuzz --json` or `check --json` wrote. Each counterexample of `fuzz` is put to the decoder once more;
    for `check`, the same command line is run again. What is going to run is printed, and you are asked first. Paths in
    it are as they were: run it in the same folder.
    """
    try:
        report = read_report(file)
        severities = [SEVERITIES.index(each["severity"]) for each in report["findings"]]
    except InputError as error:
        raise click.ClickException(str(error)) from None
    arguments = report.get("arguments") or [""]
    replays = {"fuzz": _decoded_again, "check": _checked_again}
    if arguments[0] not in replays:
        raise click.ClickException(f"{file}: only reports of {' and '.join(replays)} can be replayed")
    try:
        shown, status = replays[arguments[0]](report, partial(_consent, file, yes=yes))
    except (TargetError, DocumentError) as error:
        raise click.ClickException(str(error)) from None
    except MissingHarnessError:
        raise
    except ValueError as error:
        raise click.ClickException(f"{file}: {error}") from None
    for each in report["findings"]:
        said = "still shows" if each["id"] in shown else "gone"
        line = f"{said:11}  {each['severity']}  {each['rule']}  {each['message']}  [{each['id']}]"
        click.echo(printable(line.replace("\n", " ")))
    click.echo(f"{len(shown)} of {len(report['findings'])} still show")
    worst = SEVERITIES.index(fail_on)
    failing = any(
        each["id"] in shown and severity >= worst
        for each, severity in zip(report["findings"], severities, strict=True)
    )
    return 1 if failing else status


def _consent(file: Path, what: str, *, yes: bool) -> None:
    """Say what is going to run, and ask whether it may. Raises click's error where nobody can be asked."""
    if not yes and not sys.stdin.isatty():
        raise click.ClickException(f"{file}: would run {what}: nobody is there to ask, so say --yes")
    click.echo(f"replaying  {printable(what)}")
    if not yes:
        click.confirm("run it?", abort=True, err=True)


def _decoded_again(report: Report, consent: Consent) -> tuple[set[str], int]:
    """The ids of the findings that still show. Raises ValueError for a report that can't be replayed."""
    require_harness("replay of what fuzz reported")
    from ...contract_tests.decode.replaying import still_shows  # noqa: PLC0415 - imports Hypothesis

    subject = Subject.of_report(report)
    document = named_document(subject.document)
    if subject.schema not in document.schemas:
        raise ValueError(f"the document has no schema {subject.schema}")
    consent(subject.target or subject.exec or "")
    target = subject.opened(document)
    try:
        return {
            each["id"] for each in report["findings"] if still_shows(target, document, subject.schema, each)
        }, 0
    finally:
        target.close()


def _checked_again(report: Report, consent: Consent) -> tuple[set[str], int]:
    """The ids that are found again, and the exit code where the command itself failed or was interrupted."""
    arguments = [str(each) for each in report["arguments"][1:]]
    named = shlex.join(["check", *arguments])  # before click takes the list apart
    with TemporaryDirectory() as folder:
        again = Path(folder, "report.json")
        context = check.command.make_context("check", arguments)
        consent(named)
        # Whatever was written then stays as it is.
        context.params |= {"json_file": again, "junit_file": None, "html_file": None, "baseline": None}
        with context, contextlib.redirect_stdout(io.StringIO()):
            status: int = check.command.invoke(context)
        found = {each["id"] for each in read_report(again)["findings"]}
    return {id_ for id_ in _ids(report) if id_ in found}, 0 if status == 1 else status


def _ids(report: Report) -> Iterator[str]:
    return (each["id"] for each in report["findings"])
