"""The client invents a value for a property that was absent.

Why: An absent list is not an empty one: written back, it clears what was there, and whoever compares before
and after sees a change that nobody made.

Evidence: BEHAVIOUR.md §11 (TF: `[]` against absent) and class 12.

Fix: Keep absence: a marker of its own, or a default that encodes to nothing.
"""

from ..wire.answers import changed
from ..wire.rule import Rule

RULE = Rule(modes=("decode", "drive"), severity="error", outcome="silent-loss", judge=changed("invented"))
