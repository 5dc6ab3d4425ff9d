"""A time that clocks hardly ever show breaks the client.

Why: Leap seconds and the year 0 are legal in RFC 3339, but most languages' own times can't hold them. Nobody
needs to act on it; who reads times from elsewhere may want to know.

Evidence: RFC 3339, section 5.6 and appendix D.

Fix: Where it matters, keep the text of a time beside the parsed one.
"""

from ...fixtures.schema.places import Place
from ..wire.rule import Decoding, Fit, Rule
from ..wire.times import is_extreme, is_time


def _explains(place: Place) -> Fit:
    """A leap second, or the year 0."""
    return Fit.ODD if is_time(place) and is_extreme(place.value) else Fit.NONE


RULE = Rule(
    modes=("decode",),
    severity="note",
    outcome="leaked-exception",
    decoding=Decoding(explains=_explains, is_of_spelling=True),
    across_places=True,
)
