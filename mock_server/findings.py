"""What is wrong with how a client talks to a double: the one place that looks up to the harness, once it is asked."""

from typing import TYPE_CHECKING

from .pipeline import Double

if TYPE_CHECKING:
    from ..contract_tests.findings import Finding

__all__ = ["Finding", "findings"]


def findings(double: Double, *, since: int = 0) -> "list[Finding]":
    """What every rule for clients finds in the exchanges of the journal after that number; the worst first."""
    from ..contract_tests.judging import judge  # noqa: PLC0415
    from ..contract_tests.recording import conversation  # noqa: PLC0415 - serving doesn't pay for the harness

    with double.lock:
        exchanges = double.journal.since(since)
    return judge(conversation(double.document, exchanges))
