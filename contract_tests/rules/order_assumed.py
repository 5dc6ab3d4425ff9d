"""Properties in another order break the client.

Why: The order of properties in a JSON object means nothing, and the vendor counts its change as additive.

Evidence: behaviour.md#additive-is-wide: another order of properties counts as additive.

Fix: Look properties up by name.
"""

from ..wire.rule import Decoding, Rule

RULE = Rule(
    modes=("decode",),
    severity="error",
    outcome="leaked-exception",
    decoding=Decoding(changes=frozenset({"reordered"})),
    across_places=True,
)
