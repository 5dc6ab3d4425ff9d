"""How a client took a fault, from how it ended, what it printed and what it did."""

from dataclasses import dataclass
from typing import Literal

from ..wire.printed_crashes import is_crash
from .comparing import StateDifference
from .plan import PlannedFault

Outcome = Literal[
    "copes", "gives up", "crashes", "hangs", "retries without end", "leaves another state behind"
]
FAULTY: tuple[Outcome, ...] = ("leaves another state behind", "crashes", "hangs", "retries without end")
"""What is wrong with a client, the worst first."""
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


def outcome_of(ended: Ended, difference: StateDifference, repeated: bool) -> Outcome:
    """How a client took the fault of a run; `repeated` is whether it sent the same again and again."""
    if difference.other:
        return "leaves another state behind"
    if ended.status is None:
        return "retries without end" if repeated else "hangs"
    if ended.status == 0:
        return "leaves another state behind" if difference.missing else "copes"
    return "crashes" if ended.status < 0 or is_crash(ended.output) else "gives up"
