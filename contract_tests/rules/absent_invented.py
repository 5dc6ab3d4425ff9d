"""The client invents a value for a property that was absent.

Why: An absent list is not an empty one: written back, it clears what was there, and whoever compares before
and after sees a change that nobody made.

Evidence: behaviour.md#client-tf-read-after-write, behaviour.md#bug-absent-as-null: `[]` for absent broke the
plans of the Terraform provider.

Fix: Keep absence: a marker of its own, or a default that encodes to nothing.
"""

from ..wire.answers import changed
from ..wire.rule import Decoding, Rule

RULE = Rule(
    modes=("decode", "drive"),
    severity="error",
    outcome="silent-loss",
    judge=changed("invented"),
    decoding=Decoding(differences=frozenset({"invented"})),
)
