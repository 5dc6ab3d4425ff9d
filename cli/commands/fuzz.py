"""`incident-double fuzz`: does a client's deserialiser take what the contract permits?"""

import hashlib
import json
import sys
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import click
import orjson

from ...contract_tests.decode.fuzz import Fuzz
from ...contract_tests.decode.inputs import SHAPES, Input, in_report, inputs, of_corpus, of_report
from ...contract_tests.decode.outcomes import TargetError
from ...contract_tests.decode.targets.pulse import Pulse
from ...contract_tests.findings import Finding
from ...contract_tests.reports.run import Run
from ...contract_tests.rules import rules
from ...openapi import Document, bundled
from ..options.decoding import SEED, Subject, named_document
from ..options.reporting import Reporting, report_options
from ..running.descendants import Bounds, ending_descendants
from ..running.interrupts import signals_as_interrupts
from ..running.progress import counted
from ..running.supervising import Lost, say, supervise

_EXAMPLES = 5_000
_FILE = click.Path(path_type=Path)


@click.command("fuzz")
@click.argument("target", required=False)
@click.option(
    "--exec", "process", metavar="COMMAND", help="Fuzz a process that decodes one JSON line after another."
)
@click.option(
    "--fetch", is_flag=True, help="Give the process a URL to fetch each object from, as a double serves it."
)
@click.option(
    "--encode",
    metavar="NAME",
    help="Get JSON back by a method, or module:callable; `to_dict` by default.",
)
@click.option("--complete", is_flag=True, help="Ask for every property, not only those that it models.")
@click.option(
    "--expect",
    multiple=True,
    metavar="EXCEPTION",
    help="Take this exception for how the client refuses broken input; repeatable.",
)
@click.option(
    "--schema", "name", default="IncidentV2", show_default=True, help="Say which schema it decodes."
)
@click.option(
    "--document",
    metavar="FILE",
    help="Take the schema from this document; `seed` is the bundled older one.",
)
@click.option(
    "--built-against",
    metavar="FILE",
    help="Name the revision that the client was made from; `seed` by default.",
)
@click.option(
    "--shape", "shapes", multiple=True, type=click.Choice(SHAPES), help="Try only this shape; repeatable."
)
@click.option(
    "--budget", type=click.FloatRange(0, min_open=True), metavar="SECONDS", help="Go on for so long."
)
@click.option(
    "--examples", type=click.IntRange(1), metavar="N", help=f"Try so many inputs; {_EXAMPLES} by default."
)
@click.option("--seed", type=int, default=0, show_default=True, help="Make other inputs from another seed.")
@click.option(
    "--timeout",
    type=click.FloatRange(0, min_open=True),
    default=2.0,
    show_default=True,
    help="Give the decoder so many seconds for each input.",
)
@click.option(
    "--corpus",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Try what is there first; keep what is found.",
)
@report_options
def command(
    target: str | None,
    process: str | None,
    fetch: bool,
    encode: str | None,
    complete: bool,
    expect: tuple[str, ...],
    name: str,
    document: str | None,
    built_against: str | None,
    shapes: tuple[str, ...],
    budget: float | None,
    examples: int | None,
    seed: int,
    timeout: float,
    corpus: Path | None,
    reporting: Reporting,
) -> int:
    """Find what breaks a client's decoder.

    TARGET is module:callable or module:Class.method, which takes parsed JSON. Each finding is one cause, with the
    smallest input that shows it.
    """
    if (target is None) == (process is None):
        raise click.UsageError("give either TARGET or --exec COMMAND")
    if fetch and process is None:
        raise click.UsageError("--fetch goes with --exec")
    contract = named_document(document)
    older = _built_against(built_against, document)
    for each in filter(None, (contract, older)):
        if name not in each.schemas:
            if built_against is None and each is older:
                older = None  # the seed's revision has no part in it
                continue
            raise click.BadParameter(f"the document has no schema {name}", param_hint="'--schema'")
    if examples is None and budget is None:
        examples = _EXAMPLES
    corpus = corpus and corpus.absolute()  # wherever a decoder goes
    subject = Subject(target, process, fetch, encode, expect, name, document, timeout)

    def judge(pulse: Pulse | None = None) -> int:
        try:
            decoder = subject.opened(contract, pulse)
            fuzz = Fuzz(
                decoder, contract, name, built_against=older, complete=complete, declares=bool(expect)
            )
            chosen = inputs(
                contract, name, seed=seed, shapes=shapes or SHAPES, corpus=of_corpus(contract, name, corpus)
            )
            try:
                found, interrupted = _run(fuzz, islice(chosen, examples), examples, budget)
            finally:
                decoder.close()
        except TargetError as error:
            raise click.ClickException(str(error)) from None
        if corpus is not None:
            _keep(found, corpus)
        about = {**subject.as_json(), "built_against": built_against, "seed": seed, "tried": fuzz.tried}
        coverage = fuzz.coverage()
        no_round_trip = "no round trip was judged: name what gives JSON back with --encode"
        tried = f"{fuzz.tried} inputs tried, met {coverage['met']} of {coverage['facts']} facts of {name}"
        summary = [tried] if fuzz.encodes else [no_round_trip, tried]
        status = reporting.finish(Run(sys.argv[1:], found, about, coverage), summary=summary)
        return 130 if interrupted else status

    about = {**subject.as_json(), "built_against": built_against, "seed": seed}
    with ending_descendants():
        if target is not None:
            return supervise(judge, lambda lost: _lost(lost, about, timeout, reporting), seconds=timeout)
        with Bounds(say):
            return judge()


def _lost(lost: Lost, about: dict[str, Any], timeout: float, reporting: Reporting) -> int:
    """Report that the decoder ended the process, or wouldn't be stopped. Returns the exit code."""
    hangs = lost.status is None
    rule = rules()[id_ := "decoder-hangs" if hangs else "decoder-dies"].rule
    if lost.status is None and lost.reason:
        message = f"it had to be stopped: {lost.reason}"
    elif lost.status is None:
        message = f"a call of more than {timeout:g} seconds couldn't be interrupted"
    elif lost.reason:
        message = f"the run was ended: {lost.reason}"
    elif lost.status < 0:
        message = f"the process was ended by signal {-lost.status}"
    else:
        message = f"the process was ended with exit code {lost.status}"
    try:
        counterexample = orjson.loads(lost.text)
    except orjson.JSONDecodeError:
        counterexample = in_report(lost.text)
    finding = Finding(id_, rule.outcome, rule.severity, message, counterexample=counterexample)
    reporting.finish(Run(sys.argv[1:], [finding], about, {}), summary=["nothing else was judged"])
    return 1


def _built_against(path: str | None, document: str | None) -> Document | None:
    """The revision that the client was made from: where none is named, the other one of the two that are built in."""
    if path is not None or document is None:
        return named_document(path or SEED)
    return bundled() if document == SEED else None


def _run(
    fuzz: Fuzz, chosen: Iterator[Input], examples: int | None, budget: float | None
) -> tuple[list[Finding], bool]:
    """What was found, and whether that was interrupted: then it is found out in haste."""
    with signals_as_interrupts():
        try:
            with counted("fuzz", examples) as advance:
                fuzz.run(_watched(chosen, advance), until=_within(budget))
            return fuzz.findings(), False
        except KeyboardInterrupt:
            click.echo("interrupted: this is what was found so far", err=True)
            return fuzz.findings(hastily=True), True


def _watched(chosen: Iterator[Input], advance: Callable[[], None]) -> Iterator[Input]:
    for each in chosen:
        yield each
        advance()


def _within(seconds: float | None) -> Callable[[], bool]:
    if seconds is None:
        return lambda: False
    end = time.monotonic() + seconds
    return lambda: time.monotonic() >= end


def _keep(found: list[Finding], corpus: Path) -> None:
    """Write the counterexamples down, for the next run to begin with."""
    corpus.mkdir(parents=True, exist_ok=True)
    for each in found:
        is_value = of_report(each.counterexample, each.tier or "").body is None
        if is_value and isinstance(each.counterexample, dict | list) and each.severity != "note":
            text = json.dumps(each.counterexample)
            digest = hashlib.sha256(text.encode()).hexdigest()[:16]
            (corpus / f"{digest}.json").write_text(text, encoding="utf-8")
