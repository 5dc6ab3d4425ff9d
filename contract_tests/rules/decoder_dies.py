"""The client's process ends.

Why: One object takes everything else down with it, and leaves nothing that reports it.

Evidence: behaviour.md#client-tf-calls: the Terraform provider panics on an answer that it didn't expect.

Fix: Catch what decoding raises at the place where it is called, and bound recursion.
"""

from ..wire.answers import lost
from ..wire.calls import DEATH
from ..wire.rule import Decoding, Rule

RULE = Rule(
    modes=("decode", "drive"),
    severity="error",
    outcome="death",
    judge=lost(DEATH),
    decoding=Decoding(is_default=True),
)
