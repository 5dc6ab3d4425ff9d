"""Armed faults: what goes wrong on purpose, for which requests and how often; nothing is left to chance."""

import math
import re
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

from ...openapi import Document, Json
from .armed_fault import ArmedFault
from .kinds import HELP, kind_named, kinds_for

_SPEC = re.compile(r"([a-z0-9-]+)(?:=(\d+(?:\.\d+)?))?(?:\*(\d+))?(?:@(\d+))?")
_MOST_SECONDS = 86_400
_MOST_REQUESTS = 2**53
"""Beyond which a client in JavaScript couldn't say how many."""


class Armed(NamedTuple):
    """A fault that has yet to strike, or to strike again."""

    fault: ArmedFault
    to_pass: int
    """How many requests it still lets pass."""
    left: int
    """How many it strikes then."""

    def as_json(self) -> dict[str, Json]:
        """Give it as `fault_of` reads it, with `left` besides; `first` and `count` are what was asked for."""
        fault = self.fault
        return {
            "operation": fault.operation,
            "kind": fault.kind,
            "seconds": fault.seconds,
            "count": fault.count,
            "first": fault.first,
            "left": self.left,
        }


class Faults:
    """The armed faults of one double. Those that fit an operation strike in the order in which they were armed.

    `operations` are the ids of those that there are: which of them a fault fits is worked out when it is armed.
    """

    def __init__(self, operations: Iterable[str], armed: Iterable[ArmedFault] = ()) -> None:
        self._operations = tuple(operations)
        self._fitting: dict[str, Sequence[str]] = {}
        self._armed: dict[int, Armed] = {}
        self._last = 0
        self._waiting: dict[str, deque[int]] = {}
        """By operation the numbers of the armed faults that fit it."""
        for fault in armed:
            self.arm(fault)

    def __len__(self) -> int:
        """How many have yet to strike, or strike again."""
        return len(self._armed)

    @property
    def armed(self) -> Sequence[Armed]:
        """Those that have yet to strike, or strike again, in their order."""
        return tuple(self._armed.values())

    @property
    def numbered(self) -> Mapping[int, Armed]:
        """Those by their numbers, by which each can be disarmed."""
        return dict(self._armed)

    def disarm(self, number: int) -> None:
        """Disarm one. Raises KeyError for a number that none has."""
        armed = self._armed.pop(number)
        for each in self._fitted(armed.fault.operation):
            self._waiting[each].remove(number)

    def arm(self, fault: ArmedFault) -> None:
        """Add one, behind the others."""
        self._append(Armed(fault, fault.first - 1, fault.count))

    def clear(self) -> None:
        """Disarm all."""
        self._armed.clear()
        self._waiting.clear()

    def snapshot(self) -> Sequence[Armed]:
        """Say how things stand, for `restore`."""
        return self.armed

    def restore(self, snapshot: Sequence[Armed]) -> None:
        """Go back to a snapshot of these."""
        if snapshot != self.armed:
            self.clear()
            for armed in snapshot:
                self._append(armed)

    def take(self, operation_id: str) -> ArmedFault | None:
        """Take the fault that strikes this request, if there is one; counts the request."""
        waiting = self._waiting.get(operation_id)
        if not waiting:
            return None
        number = waiting[0]
        fault, to_pass, left = self._armed[number]
        if to_pass:
            self._armed[number] = Armed(fault, to_pass - 1, left)
            return None
        if left > 1:
            self._armed[number] = Armed(fault, 0, left - 1)
        else:
            del self._armed[number]
            for each in self._fitted(fault.operation):
                self._waiting[each].remove(number)
        return fault

    def _append(self, armed: Armed) -> None:
        self._last += 1
        self._armed[self._last] = armed
        for each in self._fitted(armed.fault.operation):
            self._waiting.setdefault(each, deque()).append(self._last)

    def _fitted(self, pattern: str) -> Sequence[str]:
        if pattern not in self._fitting:
            self._fitting[pattern] = tuple(each for each in self._operations if fnmatchcase(each, pattern))
        return self._fitting[pattern]


def parse_fault(text: str, document: Document) -> ArmedFault:
    """Read a fault from `OPERATION:KIND[=SECONDS][*COUNT][@FIRST]`.

    `Incidents V2#List:429=2*3@5` refuses the fifth, sixth and seventh list, to be asked again in 2 seconds. Raises
    ValueError, one line that says what is wrong.
    """
    operation, _, rest = text.rpartition(":")
    parts = _SPEC.fullmatch(rest)
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


def fault_of(given: Mapping[str, Any], document: Document) -> ArmedFault:
    """Read a fault from JSON: `operation`, `kind` and, if need be, `seconds`, `count` and `first`, as in the text.

    A status may be a number too, as YAML has it without quotes. `left` and `number`, which an armed one
    has, are passed over. Raises ValueError, one line that says what is wrong.
    """
    known = {"operation", "kind", "seconds", "count", "first", "left", "number"}
    unknown = sorted(map(str, given.keys() - known))
    if unknown:
        raise ValueError(f"a fault has no {unknown[0]} (it has operation, kind, seconds, count and first)")
    operation, kind = given.get("operation"), given.get("kind")
    if type(kind) is int:
        kind = str(kind)
    if not isinstance(operation, str) or not isinstance(kind, str):
        raise ValueError("a fault has an operation and a kind, and both are texts")
    seconds = given.get("seconds")
    if seconds is not None and (isinstance(seconds, bool) or not isinstance(seconds, int | float)):
        raise ValueError(f"the seconds of a fault are a number: {seconds!r}")
    return _fault(
        document,
        operation,
        kind,
        seconds=seconds,
        count=_counted(given, "count"),
        first=_counted(given, "first"),
        zero_is_none=True,  # as it is said of one that takes no time
    )


def _counted(given: Mapping[str, Any], name: str) -> int:
    number = given.get(name, 1)
    if isinstance(number, bool) or not isinstance(number, int):
        raise ValueError(f"the {name} of a fault is a whole number: {number!r}")
    return number


def _fault(
    document: Document,
    operation: str,
    kind: str,
    *,
    seconds: float | None,
    count: int,
    first: int,
    zero_is_none: bool = False,
) -> ArmedFault:
    """The fault, where the document and the kind permit it. Raises ValueError."""
    fitting = [each for each in document.operations.values() if fnmatchcase(each.id, operation)]
    if not fitting:
        raise ValueError(f"no such operation: {operation} (see 'incident-double operations')")
    if kind not in kinds_for(fitting):
        raise ValueError(f"no such fault: {kind} (it may be {HELP})")
    known = kind_named(kind)
    if known.seconds is None and not (seconds is None or (zero_is_none and seconds == 0)):
        raise ValueError(f"{kind} takes no time: {operation}:{kind}")
    if not 1 <= count <= _MOST_REQUESTS or not 1 <= first <= _MOST_REQUESTS:
        raise ValueError(f"a fault strikes at least once, and the first request is 1: {operation}:{kind}")
    duration = float((known.seconds or 0) if seconds is None else seconds)
    if not 0 <= duration <= _MOST_SECONDS:
        raise ValueError(f"a fault takes a day ({_MOST_SECONDS} seconds) at most: {operation}:{kind}")
    if known.whole_seconds and not math.isclose(duration, round(duration)):
        raise ValueError(f"Retry-After is in whole seconds: {operation}:{kind}")
    return ArmedFault(operation, kind, duration, count, first)
