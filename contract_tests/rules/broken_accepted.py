"""Broken data is taken in without a word.

Why: Being liberal is a choice. What is taken in here shows up later, and elsewhere.

Evidence: behaviour.md#what-clients-rely-on.

Fix: Check what matters to you: required properties, and types that you calculate with.
"""

from ..wire.rule import Decoding, Rule

RULE = Rule(
    modes=("decode",),
    severity="note",
    outcome="silent-acceptance",
    decoding=Decoding(is_default=True, of_broken=True, names_change=True, severity_if_broken="note"),
    across_places=True,
)
