"""One file per rule: what a client must not do, why, and how it is seen.

A rule's module has a docstring (a first line that says what is wrong, then paragraphs that begin with `Why:`,
`Evidence:` and `Fix:`), and `RULE`. Its id is the module's name with hyphens. Rules that are seen on the wire, or in
what a driven client gives back, have a `judge`; those that are seen when decoding are told by `decode`.
"""

import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from inspect import getdoc
from typing import Literal

from ..findings import Outcome, Severity
from ..wire.conversation import Conversation, Exchange, WebhookDelivery

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


@dataclass(frozen=True, slots=True)
class Described:
    """A rule with its id and its text."""

    id: str
    rule: Rule
    text: str
    """The docstring of its module."""

    @property
    def title(self) -> str:
        """One line that says what is wrong."""
        return self.text.partition("\n")[0]


@cache
def rules() -> Mapping[str, Described]:
    """Every rule by its id, in alphabetical order."""
    found = {}
    for each in sorted(pkgutil.iter_modules(__path__), key=lambda each: each.name):
        module = import_module(f"{__name__}.{each.name}")
        id_ = each.name.replace("_", "-")
        found[id_] = Described(id_, module.RULE, getdoc(module) or "")
    return found
