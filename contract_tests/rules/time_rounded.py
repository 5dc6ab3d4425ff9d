"""A time loses what is finer than a millisecond.

Why: The API writes milliseconds at most, so nothing of its own is lost; the contract permits more.

Evidence: behaviour.md#timestamps-utc: what was recorded live has milliseconds at most.

Fix: Where it matters, keep the text of a time beside the parsed one.
"""

from ..wire.answers import changed
from ..wire.rule import Decoding, Rule

RULE = Rule(
    modes=("decode", "drive"),
    severity="note",
    outcome="silent-loss",
    judge=changed("rounded"),
    decoding=Decoding(differences=frozenset({"rounded"})),
    across_places=True,
)
