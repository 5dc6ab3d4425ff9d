"""A property that the client doesn't know breaks it.

Why: The vendor adds properties without notice: six have come to IncidentV2 within a year.

Evidence: behaviour.md#additive-is-wide, behaviour.md#incident-fields-added, behaviour.md#bug-closed-models: new
properties count as additive.

Fix: Ignore unknown properties, or keep them aside.
"""

from ..wire.answers import refused
from ..wire.rule import Decoding, Rule

RULE = Rule(
    modes=("decode", "drive"),
    severity="error",
    outcome="leaked-exception",
    judge=refused("unknown property"),
    decoding=Decoding(changes=frozenset({"new-property"})),
    across_places=True,
)
