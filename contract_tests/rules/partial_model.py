"""The client models a part of the properties only.

Why: What a model leaves out is no fault of it, as long as nothing that is left out is written back. It is named so that
a property that was meant to be there, and is misspelt, isn't overlooked.

Evidence: BEHAVIOUR.md §11, class 12.

Fix: Nothing, if you need no more. `--complete` asks for every property, each that is missing an error of its own.
"""

from ..wire.rule import Rule

RULE = Rule(modes=("decode",), severity="note", outcome="silent-loss")
