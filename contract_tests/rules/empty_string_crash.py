"""An empty text breaks the client.

Why: Texts that are required may be empty: `slack_channel_id` is, until the channel exists; the reporter's
role has no instructions.

Evidence: BEHAVIOUR.md §6, §9 and §11, class 13.

Fix: Don't parse, split or look up a text before you know that there is one.
"""

from ...fixtures.schema.places import Place
from ..wire.rule import Decoding, Fit, Rule


def _explains(place: Place) -> Fit:
    """An empty text."""
    return Fit.EMPTY if place.value == "" else Fit.NONE


RULE = Rule(
    modes=("decode",), severity="error", outcome="leaked-exception", decoding=Decoding(explains=_explains)
)
