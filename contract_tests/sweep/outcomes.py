"""How a client took a fault, from how it ended, what it printed and what it did."""

from dataclasses import dataclass
from enum import StrEnum

from ..wire.printed_crashes import is_crash
from .comparing import StateDifference
from .plan import PlannedFault

_LAST_LINES = 6


class Outcome(StrEnum):
    """How a client takes a fault; what a table calls it, and the rule that it breaks, if any."""

    LEAVES_ANOTHER_STATE = ("leaves another state behind", "STATE", "sweep-leaves-another-state")
    CRASHES = ("crashes", "CRASHES", "sweep-crashes")
    HANGS = ("hangs", "HANGS", "sweep-hangs")
    RETRIES_WITHOUT_END = ("retries without end", "RETRIES", "sweep-retries-without-end")
    GIVES_UP = ("gives up", "gives up", None)
    COPES = ("copes", "copes", None)

    sign: str
    rule: str | None

    def __new__(cls, name: str, sign: str, rule: str | None) -> "Outcome":
        """Make one that is its name wherever it is written."""
        outcome = str.__new__(cls, name)
        outcome._value_, outcome.sign, outcome.rule = name, sign, rule
        return outcome


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended."""

    status: int | None
    """Its exit code, negative for a signal; None where it had to be stopped."""
    output: str = ""
    """The last that it printed, or how the exception reads."""
    seconds: float = 0.0

    @property
    def how(self) -> str:
        """How it ended, in words."""
        return "it had to be stopped" if self.status is None else f"it ended with {self.status}"

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
        if self.outcome is Outcome.LEAVES_ANOTHER_STATE:
            return self.difference.described()
        return self.ended.last_lines


def outcome_of(ended: Ended, difference: StateDifference, repeated: bool) -> Outcome:
    """Say how a client took the fault of a run; `repeated` is whether it sent the same again and again."""
    if difference.other:
        return Outcome.LEAVES_ANOTHER_STATE
    if ended.status is None:
        return Outcome.RETRIES_WITHOUT_END if repeated else Outcome.HANGS
    if ended.status == 0:
        return Outcome.LEAVES_ANOTHER_STATE if difference.missing else Outcome.COPES
    return Outcome.CRASHES if ended.status < 0 or is_crash(ended.output) else Outcome.GIVES_UP
