"""What the double knows of a resource beyond its document: one file each, with a table `COMPLETIONS` from operationId.

The generic engine makes a member of what was sent, and a completion adds what no document says, or refuses it.
Resources of which the document says too little to begin with are in `resources` instead.
"""

from collections.abc import Callable, Mapping

from ..request.call import Call
from ..store.store import Row, Store
from ..tables import merged

Completion = Callable[[Store, Call, Row, Row | None], Row]
"""Completes what the document alone makes of a request: the member as it is to be kept, and as it was before; None for
a new one. It may raise a Problem, and changes nothing itself."""


def completions() -> Mapping[str, Completion]:
    """Give every completion by its operationId. Raises ValueError when two files claim the same one."""
    return merged(__name__, "COMPLETIONS")
