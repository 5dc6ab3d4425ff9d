"""Findings: each is one distinct thing that is wrong with a client, however often it showed."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from ..openapi import Json
from ..openapi.intake.printable import printable

Severity = Literal["note", "warning", "error"]
SEVERITIES: tuple[Severity, ...] = ("note", "warning", "error")
"""From what never fails a run to a breach of the contract."""

TIERS = ("realistic", "conforming", "evolved", "broken")
"""The shapes of data, from what a client meets every day to what nobody should send."""

_LONGEST_LINE = 160
"""Characters of a message on one line."""

Outcome = Literal[
    "leaked-exception",
    "silent-loss",
    "silent-acceptance",
    "hang",
    "death",
    "wrong-request",
    "ignored-signal",
    "wrong-answer",
]


@dataclass(frozen=True, slots=True)
class Finding:
    """One cause, with the smallest input that shows it."""

    rule: str
    """The id of the rule it breaks."""
    outcome: Outcome
    severity: Severity
    message: str
    """One line for a person."""
    cause: str = ""
    """What makes it another finding than those of the rule that have the same operation and pointer."""
    count: int = 1
    """How many inputs or exchanges showed it."""
    tier: str | None = None
    """The shape of data, or the fault, that provoked it."""
    operation: str | None = None
    """The operationId."""
    pointer: str | None = None
    """Where: a JSON pointer into the body, or the name of a query parameter."""
    places: tuple[str, ...] = ()
    """All the places where it showed, where that is more than one: as `pointer`, with `*` for every index."""
    exception: str | None = None
    """The full name of the exception's type."""
    frame: str | None = None
    """The client's own line that raised, as `package/module.py:12 in function`."""
    verdict: Literal["bug", "skew"] = "bug"
    """`skew` where the revision that the client was built against doesn't permit the input."""
    stable: bool = True
    """Whether it showed again each time it was tried again."""
    across_places: bool = False
    """Whether its rule counts one fault for all the places where it shows."""
    counterexample: Json = None
    """The smallest input (`{"base64": …}` for bytes that are no JSON), or the exchange."""

    @property
    def line(self) -> str:
        """The finding on one line: `error enum-closed at /mode: … [enum-closed-0123abcd]`."""
        where = " ".join(each for each in (self.operation, self.pointer) if each)
        message = " ".join(self.message.split())
        message = message if len(message) <= _LONGEST_LINE else f"{message[:_LONGEST_LINE]}…"
        return printable(
            f"{self.severity} {self.rule}{f' at {where}' if where else ''}: {message} [{self.id}]"
        )

    @property
    def id(self) -> str:
        """The same in every run that finds the same thing, whatever the line numbers."""
        pointer = "" if self.across_places else without_indices(self.pointer)
        parts = "\n".join(
            [self.rule, self.outcome, self.operation or "", pointer, self.exception or "", self.cause]
        )
        return f"{self.rule}-{hashlib.sha256(parts.encode()).hexdigest()[:8]}"


class Findings(list[Finding]):
    """Findings, which show themselves in a failing assertion as one short line each."""

    def __repr__(self) -> str:
        return "\n".join(each.line for each in self) or "[]"


def without_indices(pointer: str | None) -> str:
    """Give a JSON pointer with `*` for every index."""
    return re.sub(r"/\d+(?=/|$)", "/*", pointer or "")


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Put the worst first; of these what ordinary data or exchanges show, what is surest; then by rule and place."""
    return sorted(findings, key=_rank)


def _rank(finding: Finding) -> tuple[int, int, bool, bool, str, str]:
    return (
        -SEVERITIES.index(finding.severity),
        TIERS.index(finding.tier) if finding.tier in TIERS else 0,
        not finding.stable,
        finding.pointer is None,
        finding.rule,
        finding.id,
    )


def at_least(findings: Iterable[Finding], severity: Severity) -> list[Finding]:
    """Give those of that severity or a worse one."""
    return [each for each in findings if SEVERITIES.index(each.severity) >= SEVERITIES.index(severity)]
