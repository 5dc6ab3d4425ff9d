"""Armed faults: what goes wrong on purpose, for which requests and how often; nothing is left to chance."""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

from ...openapi import Document, Json
from .armed_fault import KINDS, SECONDS, ArmedFault, kinds_for

__all__ = ["KINDS", "Armed", "ArmedFault", "Faults", "fault_of", "parse_fault"]

_SPEC = re.compile(r"([a-z0-9-]+)(?:=(\d+(?:\.\d+)?))?(?:\*(\d+))?(?:@(\d+))?")
_MOST_SECONDS = 86_400
_MOST_REQUESTS = 2**53
"""Beyond which a client in JavaScript couldn't say how many."""


class Armed(NamedTuple):
    """A fault that has yet to strike, or to strike again."""

    fault: ArmedFault
    to_spare: int
    """How many requests it still lets pass."""
    left: int
    """How many it strikes then."""

    def as_json(self) -> dict[str, Json]:
        """As `fault_of` reads it, with `left` besides; `first` and `count` are what was asked for."""
        fault = self.fault
        return {
            "operation": fault.operation,
            "kind": fault.kind,
            "seconds": fault.seconds,
            "count": fault.count,
            "first": fault.spared + 1,
            "left": self.left,
        }


class Faults:
    """The armed faults of one double. Those that fit an operation strike in the order in which they were armed."""

    def __init__(self, armed: Iterable[ArmedFault] = ()) -> None:
        self._armed: list[Armed] = []
        for fault in armed:
            self.arm(fault)

    def __len__(self) -> int:
        """How many have yet to strike, or strike again."""
        return len(self._armed)

    @property
    def armed(self) -> Sequence[Armed]:
        """Those that have yet to strike, or strike again, in their order."""
        return tuple(self._armed)

    def arm(self, fault: ArmedFault) -> None:
        """Add one, behind the others."""
        self._armed.append(Armed(fault, fault.spared, fault.count))

    def clear(self) -> None:
        """Disarm all."""
        self._armed = []

    def snapshot(self) -> tuple[Armed, ...]:
        """How things stand, for `restore`."""
        return tuple(self._armed)

    def restore(self, snapshot: tuple[Armed, ...]) -> None:
        """Let things stand as they did then."""
        self._armed = list(snapshot)

    def take(self, operation_id: str) -> ArmedFault | None:
        """The fault that strikes this request, if there is one; counts the request."""
        for place, armed in enumerate(self._armed):
            fault, to_spare, left = armed
            if not fnmatchcase(operation_id, fault.operation):
                continue
            if to_spare:
                self._armed[place] = Armed(fault, to_spare - 1, left)
                return None
            if left > 1:
                self._armed[place] = Armed(fault, 0, left - 1)
            else:
                del self._armed[place]
            return fault
        return None


def parse_fault(text: str, document: Document) -> ArmedFault:
    """A fault from `OPERATION:KIND[=SECONDS][*COUNT][@FIRST]`. Raises ValueError, one line that says what is wrong.

    `Incidents V2#List:429=2*3@5` refuses the fifth, sixth and seventh list, to be asked again in 2 seconds.
    """
    operation, _, told = text.rpartition(":")
    parts = _SPEC.fullmatch(told)
    if not operation or parts is None:
        raise ValueError(f"not OPERATION:KIND[=SECONDS][*COUNT][@FIRST]: {text}")
    kind, seconds, count, first = parts.groups()
    return _fault(
        document,
        operation,
        kind,
        seconds=None if seconds is None else float(seconds),
        count=int(count or "1"),
        first=int(first or "1"),
    )


def fault_of(told: Mapping[str, Any], document: Document) -> ArmedFault:
    """A fault from JSON: `operation`, `kind` and, if need be, `seconds`, `count` and `first`, as in the text.

    A status may be a number too, as YAML has it without quotes. `left`, which an armed one tells, is passed over.
    Raises ValueError, one line that says what is wrong.
    """
    known = {"operation", "kind", "seconds", "count", "first", "left"}
    unknown = sorted(map(str, told.keys() - known))
    if unknown:
        raise ValueError(f"a fault has no {unknown[0]} (it has operation, kind, seconds, count and first)")
    operation, kind = told.get("operation"), told.get("kind")
    if type(kind) is int:
        kind = str(kind)
    if not isinstance(operation, str) or not isinstance(kind, str):
        raise ValueError("a fault has an operation and a kind, and both are texts")
    seconds = told.get("seconds")
    if seconds == 0 and kind not in SECONDS:
        seconds = None  # as it is told of one that takes no time
    if seconds is not None and (isinstance(seconds, bool) or not isinstance(seconds, int | float)):
        raise ValueError(f"the seconds of a fault are a number: {seconds!r}")
    return _fault(
        document,
        operation,
        kind,
        seconds=seconds,
        count=_counted(told, "count"),
        first=_counted(told, "first"),
    )


def _counted(told: Mapping[str, Any], name: str) -> int:
    number = told.get(name, 1)
    if isinstance(number, bool) or not isinstance(number, int):
        raise ValueError(f"the {name} of a fault is a whole number: {number!r}")
    return number


def _fault(
    document: Document, operation: str, kind: str, *, seconds: float | None, count: int, first: int
) -> ArmedFault:
    """The fault, where the document and the kind permit it. Raises ValueError."""
    fitting = [each for each in document.operations.values() if fnmatchcase(each.id, operation)]
    if not fitting:
        raise ValueError(f"no such operation: {operation} (see 'incident-double operations')")
    if kind not in kinds_for(fitting):
        raise ValueError(f"no such fault: {kind} (it may be {KINDS})")
    if seconds is not None and kind not in SECONDS:
        raise ValueError(f"{kind} takes no time: {operation}:{kind}")
    if not 1 <= count <= _MOST_REQUESTS or not 1 <= first <= _MOST_REQUESTS:
        raise ValueError(f"a fault strikes at least once, and the first request is 1: {operation}:{kind}")
    duration = SECONDS.get(kind, 0.0) if seconds is None else float(seconds)
    if not 0 <= duration <= _MOST_SECONDS:
        raise ValueError(f"a fault takes a day ({_MOST_SECONDS} seconds) at most: {operation}:{kind}")
    if kind == "429" and not math.isclose(duration, round(duration)):
        raise ValueError(f"Retry-After is in whole seconds: {operation}:{kind}")
    return ArmedFault(operation, kind, duration, count, first - 1)
