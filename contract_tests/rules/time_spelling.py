"""A legal spelling of a time breaks the client.

Why: RFC 3339 permits `z` and `t` in lower case, any offset and any number of decimals; the contract says no
more than `date-time`.

Evidence: behaviour.md#timestamps-utc: RFC 3339, section 5.6, has them all; the API itself has been seen to
write fractions of different lengths.

Fix: Use a parser for RFC 3339, not one for the most common spelling.
"""

from ...fixtures.schema.places import Place
from ..wire.rule import Decoding, Fit, Rule
from ..wire.times import is_extreme, is_time


def _explains(place: Place) -> Fit:
    """A time that has nothing extreme about it."""
    return Fit.ODD if is_time(place) and not is_extreme(place.value) else Fit.NONE


RULE = Rule(
    modes=("decode",),
    severity="error",
    outcome="leaked-exception",
    decoding=Decoding(explains=_explains, is_of_spelling=True),
    across_places=True,
)
