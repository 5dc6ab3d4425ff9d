"""The client needs a property that may be absent.

Why: The API leaves out what isn't set: severity, summary, incident type, assignee. Whether a property is
there depends on the incident, so such a client works until it meets the wrong one.

Evidence: behaviour.md#bug-absent-as-null, behaviour.md#no-nullable: optional means that the key may be absent.

Fix: Read optional properties with a default, and distinguish absence from emptiness.
"""

from ...fixtures.schema.places import Place
from ..wire.answers import refused
from ..wire.rule import Decoding, Fit, Rule


def _explains(place: Place) -> Fit:
    """A property that may be absent, and is."""
    return Fit.ABSENT if place.value is ... else Fit.NONE


RULE = Rule(
    modes=("decode", "drive"),
    severity="error",
    outcome="leaked-exception",
    judge=refused("absent property"),
    decoding=Decoding(explains=_explains),
)
