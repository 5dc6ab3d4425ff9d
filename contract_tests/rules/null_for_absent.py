"""`null` in the place of a property that may be absent breaks the client.

Why: The API leaves unset properties out, so `null` is not legal. Proxies, recorded fixtures and other doubles
write it all the same.

Evidence: behaviour.md#null-in-edit, behaviour.md#absent-not-null, behaviour.md#bug-absent-as-null: absence and
`null` are the same to the API, and it writes the former.

Fix: Take `null` for absence wherever a property is optional.
"""

from ..wire.rule import Decoding, Rule

RULE = Rule(
    modes=("decode",),
    severity="warning",
    outcome="leaked-exception",
    decoding=Decoding(changes=frozenset({"null-for-optional"})),
    across_places=True,
)
