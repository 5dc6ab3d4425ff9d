"""An id of another format or length breaks the client.

Why: The vendor counts a change of the format of ids as additive. Real ids are ULIDs although parts of the
document speak of UUIDs.

Evidence: BEHAVIOUR.md §0 and §5 (ids "in UUID format").

Fix: Treat ids as opaque texts.
"""

from ..wire.rule import Rule

RULE = Rule(modes=("decode",), severity="error", outcome="leaked-exception")
