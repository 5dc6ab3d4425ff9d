"""The client needs a property that may be absent.

Why: The API leaves out what isn't set: severity, summary, incident type, assignee. Whether a property is
there depends on the incident, so such a client works until it meets the wrong one.

Evidence: behaviour.md#bug-absent-as-null, behaviour.md#no-nullable: optional means that the key may be absent.

Fix: Read optional properties with a default, and tell absence apart from emptiness.
"""

from ..wire.answers import refused
from ..wire.rule import Rule

RULE = Rule(
    modes=("decode", "drive"),
    severity="error",
    outcome="leaked-exception",
    judge=refused("optional-required"),
)
