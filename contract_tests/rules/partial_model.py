"""The client models a part of the properties only.

Why: What a model leaves out is no fault of it, as long as nothing that is left out is written back. It is named so that
a property that was meant to be there, and is misspelt, isn't overlooked.

Evidence: behaviour.md#bug-absent-as-null: hand-written models keep a part of an incident.

Fix: Nothing, if you need no more. `--complete` asks for every property, each that is missing an error of its own.
"""

from ..wire.rule import Rule

RULE = Rule(modes=("decode",), severity="note", outcome="silent-loss")
