"""One file per resource: its behaviour, and a table `OPERATIONS` from operationId to handler.

A handler takes the store and a validated call. It returns the body of the document's normal answer (a JSON object, or
the bytes of one; None where the answer has no body), or raises a Problem. It changes state only through
`store.apply`, once it knows that nothing more can be refused.
"""

from collections.abc import Callable, Mapping
from typing import Any

from ..request.call import Call
from ..request.messages import Parts
from ..store.store import Store
from ..tables import merged

Handler = Callable[[Store, Call], Mapping[str, Any] | Parts | bytes | None]


def handlers() -> Mapping[str, Handler]:
    """Give every handler by its operationId. Raises ValueError when two resources claim the same one."""
    return merged(__name__, "OPERATIONS")
