"""Run the acceptance tests against a fresh double: `python -m parity`."""

import os
from datetime import UTC, datetime
from pathlib import Path

import click

from incident_double.mock_server import running

from .account import environment
from .program import list_tests, run_tests
from .table import Result, read, third, worse, write
from .tofu import built

_ROOT = Path(__file__).parents[1]
PAGE = _ROOT / "docs" / "parity.md"
_MINUTES = 60


@click.command()
@click.argument("program", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--in",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder of the tests' package, where they find their files.  [default: the program's]",
)
@click.option("--third", "is_third", is_flag=True, help="A third of the tests, another one every day.")
@click.option("--only", default="^TestAcc", help="The tests whose name fits this expression.")
def main(program: Path | None, folder: Path | None, *, is_third: bool, only: str) -> None:
    """Hold the results of the tests in PROGRAM against docs/parity.md, and bring it up to date unless one is worse.

    PROGRAM is the compiled test program of the vendor's provider: nothing of the vendor's comes with this project.
    """
    tofu = built(_ROOT / "build" / "parity") if program is not None else None
    if program is None or tofu is None:
        lacking = (
            "a PROGRAM of the provider's acceptance tests" if program is None else "Go, to build OpenTofu"
        )
        click.echo(f"parity: not run, for want of {lacking}")
        return
    program, folder = program.resolve(), (folder or program.parent).resolve()
    tests = list_tests(program, folder, only)
    chosen = third(tests, datetime.now(UTC).toordinal()) if is_third else tests
    results: list[Result] = []
    with running(rate_limit=0) as double:
        variables = {**os.environ, **environment(double, tofu)}
        for result in run_tests(program, folder, chosen, variables, _MINUTES):
            click.echo(result.row())
            results.append(result)
    silent = [
        Result(test, "failed", "the run ended before it") for test in chosen if test not in _names(results)
    ]
    results += silent
    page = PAGE.read_text(encoding="utf-8")
    before = read(page)
    bad = worse(before, results)
    for result in bad:
        click.echo(f"worse than before ({before[result.test].verdict}): {result.row()}", err=True)
    if bad:
        raise click.exceptions.Exit(1)
    PAGE.write_text(write(page, before | {each.test: each for each in results}), encoding="utf-8")


def _names(results: list[Result]) -> set[str]:
    return {result.test for result in results}


if __name__ == "__main__":
    main(prog_name="make parity")
