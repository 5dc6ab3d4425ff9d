"""What is wrong with how a client talks to a double: the one place that looks up to the harness, once it is asked."""

from dataclasses import replace
from typing import TYPE_CHECKING

from .journal.redaction import Redaction
from .pipeline import Double

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from ..contract_tests.findings import Finding as Finding  # noqa: PLC0414 - named on
    from ..contract_tests.findings import Findings as Findings  # noqa: PLC0414


def findings(double: Double, *, since: int = 0) -> "Findings":
    """Give what every rule for clients finds in the exchanges of the journal after that number; the worst first."""
    from ..contract_tests.findings import Findings as Found  # noqa: PLC0415
    from ..contract_tests.judging import judge  # noqa: PLC0415
    from ..contract_tests.wire.recording import conversation  # noqa: PLC0415 - serving doesn't pay for the harness

    with double.lock:
        exchanges = double.journal.since(since)
    redaction = double.redaction()
    return Found(_shown(each, redaction) for each in judge(conversation(double.document, exchanges)))


def sweep_findings(
    open_account: "Callable[[], AbstractContextManager[Double]]",
    work: "Callable[[Double], object]",
    *,
    jobs: int = 1,
) -> "Findings":
    """Give what is wrong with how a function takes each fault that can strike each operation it uses; the worst first.

    Raises ValueError, in one line, for a function that fails without any fault, or does something else each time.
    """
    from ..contract_tests.findings import Findings as Found  # noqa: PLC0415
    from ..contract_tests.sweep.functions import run_of  # noqa: PLC0415
    from ..contract_tests.sweep.sweeping import sweep  # noqa: PLC0415
    from ..contract_tests.sweep.verdicts import findings_of  # noqa: PLC0415

    return Found(findings_of(sweep(open_account, run_of(work), jobs=jobs)))


def _shown(finding: "Finding", redaction: Redaction) -> "Finding":
    """The same, without what may not be shown."""
    return replace(
        finding,
        message=redaction.text(finding.message),
        cause=redaction.text(finding.cause),
        pointer=None if finding.pointer is None else redaction.text(finding.pointer),
        places=tuple(map(redaction.text, finding.places)),
        counterexample=redaction.value(finding.counterexample),
    )
