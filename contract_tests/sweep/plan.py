"""Which faults a client is run under: for each operation that it uses, those that can strike it there."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ...openapi import Operation

FOREVER = 1_000_000
"""Requests that a fault strikes which doesn't pass by itself."""
SLOW = 3
"""Seconds that a slow answer takes."""


@dataclass(frozen=True, slots=True)
class PlannedFault:
    """A fault of one run."""

    operation: Operation
    kind: str
    """As it is armed, with its seconds."""
    count: int
    """How many requests it strikes."""

    @property
    def spec(self) -> str:
        """What arms it: `OPERATION:KIND*COUNT`."""
        return f"{self.operation.id}:{self.kind}" + ("" if self.count == 1 else f"*{self.count}")


def planned(operations: Iterable[Operation]) -> list[PlannedFault]:
    """Give every fault for every operation; the kinds that show most first, and of each kind the writes first."""
    found = [(rank, fault) for each in operations for rank, fault in enumerate(_faults(each))]
    return [fault for _, fault in sorted(found, key=lambda one: (one[0], one[1].operation.method == "GET"))]


def _faults(operation: Operation) -> Iterator[PlannedFault]:
    """The faults that can strike an operation, in an order that is the same for each."""
    is_write = operation.method != "GET"
    yield PlannedFault(operation, "lost" if is_write else "reset", 1)
    yield PlannedFault(operation, "500", FOREVER)
    yield PlannedFault(operation, "cut", 1)
    yield PlannedFault(operation, "429=1", 1)
    yield PlannedFault(operation, "evolved", FOREVER)
    yield PlannedFault(operation, "404-empty", FOREVER)
    yield PlannedFault(operation, "502", 1)
    if is_write:
        yield PlannedFault(operation, "reset", 1)
    for status in _refusals(operation):
        yield PlannedFault(operation, str(status), FOREVER)
    if _has_pages(operation):
        yield PlannedFault(operation, "short-page", FOREVER)
    yield PlannedFault(operation, f"delay={SLOW}", 1)


def _refusals(operation: Operation) -> list[int]:
    """The refusals that it documents and that can be meant for it."""
    meant = [403]
    if "{" in operation.path:
        meant.append(404)
    if operation.method != "GET":
        meant += [409, 422]
    return [status for status in meant if status in operation.responses]


def _has_pages(operation: Operation) -> bool:
    return any(each.name == "after" and each.location == "query" for each in operation.parameters)
