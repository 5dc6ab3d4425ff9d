"""How a client took a fault, from how it ended, what it printed and what it did."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ..wire.conversation import WireExchange
from ..wire.printed_crashes import is_crash
from ..wire.queries import same_request
from .comparing import StateDifference
from .plan import PlannedFault

Outcome = Literal[
    "copes", "gives up", "crashes", "hangs", "retries without end", "leaves another state behind"
]
FAULTY: tuple[Outcome, ...] = ("leaves another state behind", "crashes", "hangs", "retries without end")
"""What is wrong with a client, the worst first."""
MANY = 20
"""How often the same request is sent by a client that knows no end."""
_LAST_LINES = 6


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended."""

    status: int | None
    """Its exit code, negative for a signal; None where it had to be stopped."""
    output: str = ""
    """The last that it printed, or how the exception reads."""
    seconds: float = 0.0

    @property
    def last_lines(self) -> str:
        """The end of what it printed."""
        return "\n".join(self.output.rstrip().splitlines()[-_LAST_LINES:])


@dataclass(frozen=True, slots=True)
class Trial:
    """One run under one fault."""

    fault: PlannedFault
    outcome: Outcome
    ended: Ended
    difference: StateDifference
    struck: bool
    """Whether the fault came to strike."""

    @property
    def shown(self) -> str:
        """What shows that something is wrong with the client."""
        if self.outcome == "leaves another state behind":
            return self.difference.described()
        return self.ended.last_lines


def outcome_of(ended: Ended, difference: StateDifference, exchanges: Sequence[WireExchange]) -> Outcome:
    """How a client took the fault of a run."""
    if difference.other:
        return "leaves another state behind"
    if ended.status is None:
        return "retries without end" if _most_repeated(exchanges) >= MANY else "hangs"
    if ended.status == 0:
        return "leaves another state behind" if difference.missing else "copes"
    return "crashes" if ended.status < 0 or is_crash(ended.output) else "gives up"


def _most_repeated(exchanges: Sequence[WireExchange]) -> int:
    counts: dict[tuple[str, ...], int] = {}
    for each in exchanges:
        key = same_request(each)
        counts[key] = counts.get(key, 0) + 1
    return max(counts.values(), default=0)
