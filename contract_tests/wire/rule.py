"""What a rule for clients is: how it judges a conversation, and what it says of a breach."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from ..findings import Outcome, Severity
from .conversation import Conversation, Exchange, WebhookDelivery

Mode = Literal["decode", "watch", "drive", "webhook"]


@dataclass(frozen=True, slots=True)
class Breach:
    """One place where a rule was broken; those of one rule, operation and pointer are one finding."""

    message: str
    """One line for a person."""
    exchange: Exchange | None = None
    """The exchange that shows it."""
    delivery: WebhookDelivery | None = None
    """The event that shows it."""
    pointer: str | None = None
    """Where: a JSON pointer into the body, or the name of a query parameter."""
    exception: str | None = None
    frame: str | None = None
    operation: str | None = None
    """The operationId, where no exchange tells it."""


Judge = Callable[[Conversation], Iterator[Breach]]


@dataclass(frozen=True, slots=True)
class Rule:
    """What a rule's module says of it."""

    modes: tuple[Mode, ...]
    """In which modes it can be seen."""
    severity: Severity
    outcome: Outcome
    judge: Judge | None = None
    """Finds the breaches in a conversation."""
