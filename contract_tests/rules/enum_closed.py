"""A value that the client doesn't know breaks it.

Why: The vendor adds values to enumerations without notice, and says that clients must expect it. A generated
client whose enumerations are closed stops working on the day that an incident has a status category it has
never heard of.

Evidence: behaviour.md#additive-is-wide, behaviour.md#bug-closed-models: new enum values count as additive.

Fix: Keep the text of an unknown value, or map it to a value of your own that stands for "unknown".
"""

from ..wire.answers import refused
from ..wire.rule import Rule

RULE = Rule(
    modes=("decode", "drive"), severity="error", outcome="leaked-exception", judge=refused("enum-closed")
)
