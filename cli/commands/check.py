"""`incident-double check`: is a client's conversation with the API as it should be?"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click
from starlette.types import ASGIApp

from ...contract_tests.drive.adapters import FORMS
from ...contract_tests.judging import judge
from ...contract_tests.reports.run import Run
from ...contract_tests.sweep.sweeping import Sweep
from ...contract_tests.sweep.verdicts import as_json, findings_of, table
from ...contract_tests.wire.conversation import Conversation
from ...contract_tests.wire.coverage import coverage_line, coverage_of
from ...contract_tests.wire.recording import Recorder
from ...fixtures import realistic
from ...fixtures.harness_extra import require_harness
from ...mock_server.accounts import Accounts
from ...mock_server.clock import Clock
from ...mock_server.pipeline import Double
from ...mock_server.shells.app import create_app
from ...mock_server.shells.serving import serving
from ...openapi import bundled, read_document
from ..options.arming import armed, fault_option
from ..options.driving import adapter, hold, passed_over, talking
from ..options.interception import WITH_EXTRA, Interception, can_intercept, interception_options
from ..options.reporting import Reporting, report_options
from ..options.sweeping import Sweeping, sweep_options
from ..options.webhook_options import check_webhooks
from ..running.descendants import ending_descendants
from ..running.interrupts import signals_as_interrupts
from ..running.receiver import Receiver
from ..running.session import Session

FAILED = 3
"""The exit code where nothing was found, but the command itself failed or never asked the double for anything."""
_VARIABLES = {
    "INCIDENT_IO_BASE_URL": "base_url",
    "INCIDENT_IO_API_KEY": "api_key",
    "INCIDENT_IO_WEBHOOK_SECRET": "webhook_secret",
}
_ASKED_NOTHING = "asked the double for nothing"
_MANY = 300
"""Incidents for a command: more than the largest page holds, or it couldn't show that it stops early."""
_FEW = 120
"""Incidents for what asks for pages of its own choice."""


@click.command("check", context_settings={"allow_interspersed_args": False})
@click.argument("command_line", nargs=-1, type=click.UNPROCESSED, metavar="[-- COMMAND...]")
@fault_option
@click.option(
    "--env",
    "variables",
    multiple=True,
    metavar="NAME=WHAT",
    help="Pass COMMAND the base_url, api_key or webhook_secret in this variable too; base_url/v2 adds a path to "
    "it; repeatable.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(0, min_open=True),
    metavar="SECONDS",
    help="End COMMAND after so long.",
)
@click.option("--client", metavar="ADAPTER", help=f"Drive this client: {FORMS}.")
@click.option(
    "--examples",
    type=click.IntRange(0),
    default=3,
    show_default=True,
    help="Have a driven client make so many generated calls of each operation.",
)
@click.option("--webhook", metavar="URL", help="Deliver events to the client's endpoint there.")
@click.option("--webhook-secret", metavar="whsec_...", help="Sign them with this; made up if not given.")
@click.option(
    "--seed", type=int, default=0, show_default=True, help="Make another data set from another seed."
)
@click.option(
    "--document",
    "path",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Serve this OpenAPI document instead of the bundled one.",
)
@sweep_options
@interception_options
@report_options
def command(
    command_line: tuple[str, ...],
    faults: tuple[str, ...],
    variables: tuple[str, ...],
    timeout: float | None,
    client: str | None,
    examples: int,
    webhook: str | None,
    webhook_secret: str | None,
    seed: int,
    path: Path | None,
    sweeping: Sweeping,
    interception: Interception,
    reporting: Reporting,
) -> int:
    """Judge how a command's client talks to the API.

    Serves a double, runs COMMAND with its base URL and key in INCIDENT_IO_BASE_URL and INCIDENT_IO_API_KEY, and
    judges every exchange; a client that has https://api.incident.io as a constant is brought to the double as `run`
    does. Exits with 1 for findings, with 3 when COMMAND itself failed or asked for nothing.

    With --sweep, runs COMMAND again and again, each time with another fault, and says how it takes each.
    With --client, takes the client through whole conversations instead, and judges what it gives back too.
    """
    if not command_line and webhook is None and client is None:
        raise click.UsageError("give a COMMAND after --, --client ADAPTER, or --webhook URL")
    if client is not None and examples:
        require_harness("check --client, unless with --examples 0,")
    check_webhooks([] if webhook is None else [webhook], webhook_secret)
    if client is not None and (command_line or webhook is not None):
        raise click.UsageError("--client goes without COMMAND and without --webhook")
    if sweeping.is_asked and (not command_line or webhook is not None or faults):
        raise click.UsageError("--sweep takes a COMMAND, and goes without --webhook and --fault")
    document = bundled() if path is None else read_document(path)
    start = datetime.now(UTC)  # for the client, which lives in the real present
    dataset = realistic(seed=seed, incidents=_MANY if command_line else _FEW, now=start)
    double = Double(document, dataset, clock=Clock(start), seed=seed, faults=armed(faults, document))
    connect = None if client is None else adapter(client, document)
    receiver = None if webhook is None else Receiver.given(webhook, webhook_secret, seed)
    names = _names(variables)
    session = Session(double, Recorder(double))
    accounts = Accounts(double)
    if not sweeping.is_asked:  # whose accounts are its own, and judged run by run
        accounts.opened.add(session.record)
    app = session.watching(create_app(accounts))
    with (
        ending_descendants(),
        serving(app) as base_url,
        _intercepted(interception, app, command_line) as intercepting,
    ):
        values = {"base_url": base_url, "api_key": double.api_key}
        if receiver is not None:
            values["webhook_secret"] = receiver.secret
            click.echo(f"webhook secret  {receiver.secret}", err=True)
        environment = intercepting | {
            name: values[what] + path for name, (what, path) in names.items() if what in values
        }
        if sweeping.is_asked:
            keys = [name for name, (what, _) in names.items() if what == "api_key"]
            swept = sweeping.sweep(accounts, command_line, environment, keys, timeout)
            return _sweep_verdict(swept, {"command": list(command_line), "seed": seed}, reporting)
        try:
            if connect is not None:
                with (
                    signals_as_interrupts(),
                    talking(connect, base_url, double, session.recorder, dataset) as session.talk,
                ):
                    hold(session.talk, examples=examples, seed=seed)
            else:
                session.run(command_line, environment, timeout, receiver)
        except KeyboardInterrupt:
            session.interrupted = True
            click.echo("interrupted: this is what was found so far", err=True)
    about = {"command": list(command_line), "client": client, "webhook": webhook, "seed": seed}
    return _verdict(session, about, reporting)


@contextmanager
def _intercepted(
    interception: Interception, app: ASGIApp, command_line: Sequence[str]
) -> Iterator[dict[str, str]]:
    """The variables that bring the command to the double whatever host it asks for, where that can be done."""
    if not command_line or not can_intercept():
        yield {}
        return
    with interception.variables(app) as variables:
        yield variables


def _names(texts: tuple[str, ...]) -> Mapping[str, tuple[str, str]]:
    """Read what each variable of the environment is to hold, and the path that is added to it."""
    names = {name: (what, "") for name, what in _VARIABLES.items()}
    for text in texts:
        name, _, value = text.partition("=")
        what, slash, path = value.partition("/")
        if not name or what not in _VARIABLES.values() or (slash and what != "base_url"):
            known = ", ".join(_VARIABLES.values())
            raise click.BadParameter(f"not NAME={{{known}}}: {text}", param_hint="'--env'")
        names[name] = what, slash + path
    return names


def _sweep_verdict(swept: Sweep, about: Mapping[str, object], reporting: Reporting) -> int:
    """Report how the client took each fault. Returns the exit code."""
    run = Run(sys.argv[1:], findings_of(swept), {**about, "sweep": as_json(swept)})
    try:
        status = reporting.finish(run)
    finally:
        click.echo(table(swept))
    return 130 if swept.interrupted else status


def _verdict(session: Session, about: Mapping[str, object], reporting: Reporting) -> int:
    """Report what was found. Returns the exit code."""
    conversations = session.conversations()
    said = Conversation(session.double.document, [each for one in conversations for each in one.exchanges])
    asked = len(said.exchanges)
    failure = session.failure or (None if asked or session.deliveries else _ASKED_NOTHING)
    run = Run(
        sys.argv[1:],
        judge(*conversations),
        {**about, "exchanges": asked, "events": len(session.deliveries), "failure": failure},
        coverage_of(said),
    )
    try:
        status = reporting.finish(run, summary=list(_summary(session, asked, run)))
    finally:
        if failure is not None and not session.interrupted:
            hint = f"; {WITH_EXTRA}" if failure == _ASKED_NOTHING and not can_intercept() else ""
            click.echo(f"incident-double: the command itself {failure}{hint}", err=True)
    if session.interrupted:
        return 130
    return status or (FAILED if failure else 0)


def _summary(session: Session, asked: int, run: Run) -> Iterator[str]:
    """What is said of a run besides its findings."""
    events = f", {len(session.deliveries)} events delivered" if session.deliveries else ""
    yield f"{asked} requests judged{events}"
    if asked:
        yield coverage_line(run.coverage)
    for line in [] if session.talk is None else passed_over(session.talk):
        yield f"not asked of it: {line}"
