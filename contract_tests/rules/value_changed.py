"""What comes out of the client says something else than what went in.

Why: A fact that is lost or changed without a word is worse than an exception: nobody notices. Equal spellings
of one time or one number count as equal.

Evidence: behaviour.md#client-tf-read-after-write, behaviour.md#bug-absent-as-null.

Fix: Keep every property that the contract names, integers exact to 64 bits, and times with their offset.
"""

from ..wire.answers import changed
from ..wire.rule import Decoding, Rule

RULE = Rule(
    modes=("decode", "drive"),
    severity="error",
    outcome="silent-loss",
    judge=changed("lost", "changed"),
    decoding=Decoding(differences=frozenset({"lost", "changed"}), is_default=True),
)
