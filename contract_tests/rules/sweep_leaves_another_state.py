"""Leaves another state behind after a fault.

Why: Something went wrong between client and API, and afterwards there are two incidents instead of one, or one
that is half done although the client reported success. Nobody looks for that until it happens at night.

Evidence: behaviour.md#idempotency-replay, behaviour.md#bug-unstable-key: a repeat with the same key finds
what was done.

Fix: Send the same idempotency key with every try, look before writing again, and exit with an error where not
everything was done.
"""

from ..wire.rule import Rule

RULE = Rule(("sweep",), "error", "silent-loss")
