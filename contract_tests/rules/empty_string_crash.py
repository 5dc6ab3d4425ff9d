"""An empty text breaks the client.

Why: Texts that are required may be empty: `slack_channel_id` is, until the channel exists; the reporter's
role has no instructions.

Evidence: behaviour.md#channel-made-later, behaviour.md#default-roles, behaviour.md#bug-empty-channel: both are
so in the real API.

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
