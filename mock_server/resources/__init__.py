"""One file per resource: its behaviour, and a table `OPERATIONS` from operationId to handler.

A handler takes the store and a validated call. It returns the body of the document's normal answer (a JSON object, or
the bytes of one; None where the answer has no body), or raises a Problem. It changes state only through
`store.apply`, once it knows that nothing more can be refused.
"""

import pkgutil
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from ..request.call import Call
from ..store.store import Store

Handler = Callable[[Store, Call], Mapping[str, Any] | bytes | None]


def handlers() -> Mapping[str, Handler]:
    """Every handler by its operationId. Raises ValueError when two resources claim the same one."""
    found: dict[str, Handler] = {}
    for module in pkgutil.iter_modules(__path__):
        operations: Mapping[str, Handler] = import_module(f"{__name__}.{module.name}").OPERATIONS
        claimed_twice = found.keys() & operations.keys()
        if claimed_twice:
            raise ValueError(f"operations claimed by two resources: {', '.join(sorted(claimed_twice))}")
        found.update(operations)
    return found
