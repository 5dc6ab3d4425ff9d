"""What one outcome says about a client: nothing, or the symptoms by which its faults are grouped."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from ...fixtures.schema.kinds import Constants, Node, children
from ...fixtures.schema.places import Path, site
from ...openapi import Json
from ...openapi.json_pointer import pointer
from ..findings import Outcome as FindingOutcome
from ..wire.differences import differences
from .inputs import BROKEN, Input
from .outcomes import Died, Hung, Outcome, Raised, Returned
from .targets.processes import death_line, last_error

Cause = tuple[str, ...]
"""The same for every input that shows the same fault."""

_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][-+]?\d+)?")
_LONGEST_MESSAGE = 250
_LONGEST_PLAIN = 4
"""Shorter texts of the input are only taken out of a message where they stand in quotes."""


@dataclass(frozen=True, slots=True)
class Symptom:
    """One way in which a client failed on one input."""

    outcome: FindingOutcome
    """As in Finding."""
    cause: Cause
    message: str
    path: Path | None = None
    exception: str | None = None
    frame: str | None = None


def symptoms(node: Node, each: Input, outcome: Outcome) -> Iterator[Symptom]:
    """Yield everything that the outcome shows."""
    legal = each.tier != BROKEN
    match outcome:
        case Raised() if legal and outcome.issues:
            yield from _issues(outcome, each.value, _constants(node))
        case Raised() if legal or not outcome.declared:
            shown = exception_line(outcome)
            cause = (
                _cause_of(outcome, each.value, _constants(node))
                if legal
                else (BROKEN, outcome.exception, without_line(outcome.frame))
            )
            yield Symptom("leaked-exception", cause, shown, exception=outcome.exception, frame=outcome.frame)
        case Hung():
            yield Symptom("hang", ("" if legal else BROKEN,), f"no answer within {outcome.seconds:g} seconds")
        case Died():
            cause = ("" if legal else BROKEN, str(outcome.status), last_error(outcome))
            yield Symptom("death", cause, death_line(outcome))
        case Returned() if not legal:
            yield Symptom("silent-acceptance", (each.change,), f"accepted without a word: {each.change}")
        case Returned() if outcome.encodes:
            yield from _losses(node, each.value, outcome.value)


def exception_line(raised: Raised) -> str:
    """Give the exception on one line."""
    message = " ".join(raised.message.split())[:_LONGEST_MESSAGE]
    return f"{raised.exception}: {message}" if message else raised.exception


def _issues(raised: Raised, value: Json, constants: frozenset[str]) -> Iterator[Symptom]:
    """Each thing that an exception says is wrong, as a symptom of its own."""
    seen = set()
    for issue in raised.issues:
        cause = (
            raised.exception,
            issue.kind,
            site(issue.path),
            _without_input(issue.message, value, constants),
        )
        if cause not in seen:
            seen.add(cause)
            message = " ".join(issue.message.split())[:_LONGEST_MESSAGE]
            shown = f"{raised.exception}: {pointer(issue.path) or 'the value'}: {message}"
            yield Symptom("leaked-exception", cause, shown, exception=raised.exception, frame=raised.frame)


def _cause_of(raised: Raised, value: Json, constants: frozenset[str]) -> Cause:
    """Where it was raised, and in which words."""
    return raised.exception, raised.origin, _without_input(raised.message, value, constants)


def _without_input(message: str, value: Json, constants: frozenset[str]) -> str:
    """The words of an exception without numbers, what they repeat of the input, and what might have stood there."""
    for text in sorted(_texts(value) | constants, key=lambda text: (-len(text), text)):
        for quoted in (repr(text), f'"{text}"', *([text] if len(text) > _LONGEST_PLAIN else [])):
            message = message.replace(quoted, "…")
    return _NUMBER.sub("N", message)


@cache
def _constants(node: Node) -> frozenset[str]:
    """The texts that a schema enumerates, wherever in it."""
    waiting, seen = [node], {id(node)}
    found: set[str] = set()
    for each in waiting:
        for kind in each.kinds:
            if isinstance(kind, Constants):
                found.update(text for text in kind.values if isinstance(text, str) and text)
            inside = [child for child in children(kind) if id(child) not in seen]
            seen.update(map(id, inside))
            waiting += inside
    return frozenset(found)


def _texts(value: Json) -> set[str]:
    found: set[str] = set()
    waiting = [value]
    for each in waiting:
        if isinstance(each, str):
            found.add(each)
        elif isinstance(each, dict):
            waiting.extend(each.values())
        elif isinstance(each, list):
            waiting.extend(each)
    return found - {""}


def without_line(frame: str) -> str:
    """Give the place in the client's code, without the number of its line."""
    return re.sub(r":\d+ ", " ", frame)


def _losses(node: Node, sent: Json, returned: Json) -> Iterator[Symptom]:
    seen = set()
    for each in differences(node, sent, returned, may_add=True):
        # Every time is rounded in the same way.
        cause = (each.how,) if each.how == "rounded" else (each.how, site(each.path))
        if cause not in seen:
            seen.add(cause)
            message = f"{pointer(each.path) or 'the value'}: sent {each.sent}, came back {each.returned}"
            yield Symptom("silent-loss", cause, message, path=each.path)
