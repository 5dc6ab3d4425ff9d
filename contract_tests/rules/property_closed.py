"""A property that the client doesn't know breaks it.

Why: The vendor adds properties without notice: six have come to IncidentV2 within a year.

Evidence: BEHAVIOUR.md §0, §9 (fields added) and §11, class 11.

Fix: Ignore unknown properties, or keep them aside.
"""

from ..wire.answers import refused
from ..wire.rule import Rule

RULE = Rule(
    modes=("decode", "drive"), severity="error", outcome="leaked-exception", judge=refused("property-closed")
)
