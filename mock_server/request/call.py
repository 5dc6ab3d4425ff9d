"""A request that was let in, as handlers take it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ...openapi import Document, Operation
from .authentication import ApiKey
from .problem import missing_scope


@dataclass(slots=True)
class Call:
    """A request that was let in: its operation, its key and its validated arguments.

    `query` has what the operation declares: a scalar by its type, a list for an array parameter, and `{operator:
    [values]}` (one level deeper for nested ids) for a filter. `body` has only the nulls that the document permits,
    since the real API, whose document permits none, doesn't distinguish them from absent properties
    (behaviour.md#null-in-edit); `nulls` names the top-level ones that were sent. `notes` collects what is ignored in
    silence.
    """

    document: Document
    operation: Operation
    key: ApiKey
    path: Mapping[str, str]
    query: Mapping[str, Any]
    body: Mapping[str, Any]
    nulls: frozenset[str] = frozenset()
    base_url: str = ""
    token: str | None = None
    """The key that it came with, known or not; None for none."""
    notes: list[str] = field(default_factory=list)

    def require_scope(self, scope: str) -> None:
        """Raise the 403 Problem when the key lacks the scope."""
        if not self.key.grants(scope):
            raise missing_scope(scope)
