"""What `fuzz` and `check` have in common: where a report goes, and what a run's exit code says."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial, wraps
from pathlib import Path
from typing import Any

import click

from ...contract_tests.findings import SEVERITIES, Severity, at_least
from ...contract_tests.reports.github import annotations
from ...contract_tests.reports.html import write_html
from ...contract_tests.reports.junit import write_junit
from ...contract_tests.reports.run import Run, read_report, without_known, write_json
from ...contract_tests.reports.terminal import mend_first, render
from ...openapi.intake.printable import printable
from ...openapi.intake.reading import InputError

_FILE = click.Path(path_type=Path, dir_okay=False)


@dataclass(frozen=True, slots=True)
class Reporting:
    """The options of `report_options`."""

    json_file: Path | None
    junit_file: Path | None
    html_file: Path | None
    baseline: Path | None
    fail_on: Severity
    github: bool = False

    def check(self) -> None:
        """Raise click's error for files that can't be read or written, before anything is run."""
        if self.baseline is not None:
            try:
                read_report(self.baseline)
            except InputError as error:
                raise click.ClickException(str(error)) from None
        for path in (self.json_file, self.junit_file, self.html_file):
            if path is not None and not path.parent.is_dir():
                raise click.ClickException(f"{path.parent}: no such folder")

    def finish(self, run: Run, *, summary: Sequence[str] = ()) -> int:
        """Write and print the report, then the lines of a summary, then what to mend first.

        Returns the exit code: 1 for findings that the run fails on. Raises click's error, once all else is done, for
        a report that can't be written.
        """
        if self.baseline is not None:
            new, known = without_known(run.findings, self.baseline)
            run = replace(run, findings=new, known=known)
        problems = [*self._written(run)]
        if self.github:
            for line in annotations(run):
                click.echo(printable(line))
        for line in (render(run), *summary, *mend_first(run.findings)):
            click.echo(line)
        if problems:
            raise click.ClickException("; ".join(problems))
        return int(bool(at_least(run.findings, self.fail_on)))

    def _written(self, run: Run) -> Iterator[str]:
        """Write the report in each form that is asked for. Yields what is wrong with those that can't be written."""
        writers = (
            (self.json_file, write_json),
            (self.junit_file, partial(write_junit, fail_on=self.fail_on)),
            (self.html_file, write_html),
        )
        for path, write in writers:
            try:
                if path is not None:
                    write(run, path)
            except OSError as error:
                yield f"{path}: can't be written: {error.strerror}"


def report_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of reports and `--fail-on`, as `reporting`."""

    @wraps(command)
    def reported(
        json_file: Path | None,
        junit_file: Path | None,
        html_file: Path | None,
        baseline: Path | None,
        fail_on: Severity,
        github: bool,
        **others: Any,
    ) -> Any:
        reporting = Reporting(json_file, junit_file, html_file, baseline, fail_on, github)
        reporting.check()
        return command(reporting=reporting, **others)

    for option in (
        click.option(
            "--fail-on",
            type=click.Choice(SEVERITIES),
            default="error",
            show_default=True,
            help="Exit with 1 from this severity on.",
        ),
        click.option(
            "--baseline", type=_FILE, metavar="FILE", help="Accept what this JSON report has already."
        ),
        click.option(
            "--github/--no-github",
            envvar="GITHUB_ACTIONS",
            help="Print annotations for GitHub Actions; there by default.",
        ),
        click.option(
            "--html", "html_file", type=_FILE, metavar="FILE", help="Write the report there, as a page."
        ),
        click.option(
            "--junit", "junit_file", type=_FILE, metavar="FILE", help="Write the report there, as JUnit XML."
        ),
        click.option(
            "--json", "json_file", type=_FILE, metavar="FILE", help="Write the report there, as JSON."
        ),
    ):
        reported = option(reported)
    return reported
