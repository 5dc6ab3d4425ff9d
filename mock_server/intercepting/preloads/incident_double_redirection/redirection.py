"""Putting redirections in force, and letting them go: the innermost goes before the others."""

from __future__ import annotations

from .connections import forget_connections
from .leading import ACTIVE, RESOLVED, Redirection
from .patching import LatePatches
from .replacements import REPLACEMENTS

_patches: list[LatePatches] = []
"""What is patched while any is in force."""


def begin(redirection: Redirection) -> None:
    """Put it in force, over those that are. Connections to its hosts that are kept open are closed."""
    with ACTIVE.lock:
        if not _patches:
            _patches.append(LatePatches(REPLACEMENTS))
        ACTIVE.redirections.append(redirection)
    forget_connections(redirection.hosts)


def end(redirection: Redirection) -> None:
    """Let it be in force no longer, whichever others are. Connections that it led away are closed."""
    with ACTIVE.lock:
        ACTIVE.redirections.remove(redirection)
        if not ACTIVE.redirections:
            _patches.pop().undo()
            RESOLVED.clear()
    forget_connections(redirection.hosts)
