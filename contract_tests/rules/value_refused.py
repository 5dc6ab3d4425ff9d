"""A value that the contract permits breaks the client.

Why: The client knows less than the contract says: a list that may be empty, a number that may be large, text
of any script.

Evidence: behaviour.md#client-strict-models, behaviour.md#bug-closed-models.

Fix: Look at the counterexample: it is the smallest object that shows it. Loosen what the client assumes of
that place.
"""

from ...fixtures.schema.kinds import Array, Object
from ...fixtures.schema.places import Place
from ..wire.answers import refused
from ..wire.rule import Decoding, Fit, Rule


def _explains(place: Place) -> Fit:
    """An empty list, or else any number, text or constant."""
    if place.value == []:
        return Fit.EMPTY
    return (
        Fit.ANY_VALUE if place.value is not ... and not isinstance(place.kind, Array | Object) else Fit.NONE
    )


RULE = Rule(
    modes=("decode", "drive"),
    severity="error",
    outcome="leaked-exception",
    judge=refused("nothing"),
    decoding=Decoding(explains=_explains, is_default=True),
)
