"""A value that the client doesn't know breaks it.

Why: The vendor adds values to enumerations without notice, and says that clients must expect it. A generated
client whose enumerations are closed stops working on the day that an incident has a status category it has
never heard of.

Evidence: behaviour.md#additive-is-wide, behaviour.md#bug-closed-models: new enum values count as additive.

Fix: Keep the text of an unknown value, or map it to a value of your own that stands for "unknown".
"""

from ...fixtures.schema.kinds import Constants
from ...fixtures.schema.places import Place
from ..wire.answers import refused
from ..wire.rule import Decoding, Fit, Rule


def _explains(place: Place) -> Fit:
    """A constant of the schema, which the client takes for another."""
    return Fit.ODD if isinstance(place.kind, Constants) and isinstance(place.value, str) else Fit.NONE


RULE = Rule(
    modes=("decode", "drive"),
    severity="error",
    outcome="leaked-exception",
    judge=refused("enum value"),
    decoding=Decoding(explains=_explains, changes=frozenset({"new-enum-value"})),
)
