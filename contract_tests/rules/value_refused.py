"""A value that the contract permits breaks the client.

Why: The client knows less than the contract says: a list that may be empty, a number that may be large, text
of any script.

Evidence: behaviour.md#client-strict-models, behaviour.md#bug-closed-models.

Fix: Look at the counterexample: it is the smallest object that shows it. Loosen what the client assumes of
that place.
"""

from ..wire.answers import refused
from ..wire.rule import Rule

RULE = Rule(
    modes=("decode", "drive"), severity="error", outcome="leaked-exception", judge=refused("value-refused")
)
