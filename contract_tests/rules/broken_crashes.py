"""Broken data makes an internal exception leak.

Why: A caller who guards against the client's own errors is not prepared for a `KeyError` or `TypeError` out
of its inside, which names neither the object nor what is wrong with it.

Evidence: behaviour.md#bug-error-envelope.

Fix: Raise an exception of your own from whatever goes wrong while decoding; `--expect` names it. Of a client that has
none, this is a note.
"""

from ..wire.rule import Decoding, Rule

RULE = Rule(
    modes=("decode",),
    severity="warning",
    outcome="leaked-exception",
    decoding=Decoding(is_default=True, of_broken=True, severity_if_undeclared="note"),
    across_places=True,
)
