"""An id of another format or length breaks the client.

Why: The vendor counts a change of the format of ids as additive. Real ids are ULIDs although parts of the
document speak of UUIDs.

Evidence: behaviour.md#additive-is-wide, behaviour.md#ids-are-ulids, behaviour.md#ids-not-uuids: another format
or length of ids counts as additive.

Fix: Treat ids as opaque texts.
"""

from ..wire.rule import Decoding, Rule

RULE = Rule(
    modes=("decode",),
    severity="error",
    outcome="leaked-exception",
    decoding=Decoding(changes=frozenset({"new-id"})),
    across_places=True,
)
