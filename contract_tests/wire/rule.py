"""What a rule for clients is: how it judges a conversation or explains what a decoder did, and what it says of it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Literal

from ...fixtures.schema.places import Place
from ..findings import Outcome, Severity
from .conversation import Conversation, WebhookDelivery, WireExchange

Mode = Literal["decode", "watch", "command", "drive", "webhook", "sweep"]


@dataclass(frozen=True, slots=True)
class Breach:
    """One place where a rule was broken; those of one rule, operation and pointer are one finding."""

    message: str
    """One line for a person."""
    exchange: WireExchange | None = None
    """The exchange that shows it."""
    delivery: WebhookDelivery | None = None
    """The event that shows it."""
    pointer: str | None = None
    """Where: a JSON pointer into the body, or the name of a query parameter."""
    exception: str | None = None
    frame: str | None = None
    operation: str | None = None
    """The operationId, where no exchange names it."""
    severity: Severity | None = None
    """Its own, where it weighs more or less than the rule's."""


Judge = Callable[[Conversation], Iterator[Breach]]


class Fit(IntEnum):
    """How well a rule explains that a decoder fails for what stands in a place: the better is tried first."""

    NONE = 0
    ANY_VALUE = 1
    EMPTY = 2
    ABSENT = 3
    ODD = 4


@dataclass(frozen=True, slots=True)
class Decoding:
    """How a rule is recognised in what a decoder does with one value."""

    explains: Callable[[Place], Fit] = lambda _: Fit.NONE
    """How well it explains a failure that goes away when this place is changed; absent ones have the value `...`."""
    changes: frozenset[str] = frozenset()
    """What changed in an evolved or a broken value, where that alone makes it this rule's."""
    differences: frozenset[str] = frozenset()
    """The ways in which what comes back differs, as in ValueDifference, that are this rule's."""
    is_default: bool = False
    """Whether its outcome is this rule's where no other rule explains it."""
    of_broken: bool = False
    """Whether that goes only for what the contract doesn't permit."""
    is_of_spelling: bool = False
    """Whether how the text is spelled makes one fault of the rule different from another."""
    names_change: bool = False
    """Whether what was changed in the value makes one fault of the rule different from another."""
    severity_if_broken: Severity = "warning"
    """Its severity where only what the contract doesn't permit shows it."""
    severity_if_undeclared: Severity | None = None
    """The same, of a client that has no exception of its own to refuse with, where that makes a difference."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What a rule's module says of it."""

    modes: tuple[Mode, ...]
    """In which modes it can be seen."""
    severity: Severity
    outcome: Outcome
    judge: Judge | None = None
    """Finds the breaches in a conversation."""
    decoding: Decoding | None = None
    """How it is recognised when a decoder is fuzzed."""
    across_places: bool = False
    """Whether one fault of a client shows in many places, which are one finding then."""
