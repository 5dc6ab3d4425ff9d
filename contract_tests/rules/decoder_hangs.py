"""The client doesn't come back.

Why: One object stops everything that waits for it.

Evidence: behaviour.md#what-clients-rely-on.

Fix: Look for loops and regular expressions whose time grows with the input.
"""

from ..wire.answers import lost
from ..wire.calls import HANG
from ..wire.rule import Decoding, Rule

RULE = Rule(
    modes=("decode", "drive"),
    severity="error",
    outcome="hang",
    judge=lost(HANG),
    decoding=Decoding(is_default=True),
)
