"""Doesn't end when something goes wrong.

Why: A program that waits for ever holds up whatever waits for it, and says nothing.

Evidence: behaviour.md#error-envelope: an answer may be late, cut or lost, and a client can't know which.

Fix: Give every request a timeout, and the whole of the work an end.
"""

from ..wire.rule import Rule

RULE = Rule(("sweep",), "error", "hang")
