"""Broken data is taken in without a word.

Why: Being liberal is a choice. What is taken in here shows up later, and elsewhere.

Evidence: behaviour.md#what-clients-rely-on.

Fix: Check what matters to you: required properties, and types that you calculate with.
"""

from ..wire.rule import Rule

RULE = Rule(modes=("decode",), severity="note", outcome="silent-acceptance")
