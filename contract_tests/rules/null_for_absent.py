"""`null` in the place of a property that may be absent breaks the client.

Why: The API leaves unset properties out, so `null` is not legal. Proxies, recorded fixtures and other doubles
write it all the same.

Evidence: BEHAVIOUR.md §7 (null and absence) and §11, class 12.

Fix: Take `null` for absence wherever a property is optional.
"""

from ..wire.rule import Rule

RULE = Rule(modes=("decode",), severity="warning", outcome="leaked-exception")
