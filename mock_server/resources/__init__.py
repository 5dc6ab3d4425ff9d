"""One file per resource: its behaviour, and a table `OPERATIONS` from operationId to handler.

Where the document alone says nearly everything, a table `COMPLETIONS` from operationId to the rest is enough.

A handler takes the store and a validated call. It returns the body of the document's normal answer (a JSON object, or
the bytes of one; None where the answer has no body), or raises a Problem. It changes state only through
`store.apply`, once it knows that nothing more can be refused.
"""

import pkgutil
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from ..request.call import Call
from ..store.store import Row, Store

Handler = Callable[[Store, Call], Mapping[str, Any] | bytes | None]


Completion = Callable[[Store, Call, Row, Row | None], Row]
"""Completes what the document alone makes of a request: the member as it is to be kept, and as it was before; None for
a new one. It may raise a Problem, and changes nothing itself."""


def handlers() -> Mapping[str, Handler]:
    """Every handler by its operationId. Raises ValueError when two resources claim the same one."""
    return _tables("OPERATIONS")


def completions() -> Mapping[str, Completion]:
    """Every completion by its operationId. Raises ValueError when two resources claim the same one."""
    return _tables("COMPLETIONS")


def _tables(table: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for module in pkgutil.iter_modules(__path__):
        operations: Mapping[str, Any] = getattr(import_module(f"{__name__}.{module.name}"), table, {})
        claimed_twice = found.keys() & operations.keys()
        if claimed_twice:
            raise ValueError(f"operations claimed by two resources: {', '.join(sorted(claimed_twice))}")
        found.update(operations)
    return found
