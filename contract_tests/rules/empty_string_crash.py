"""An empty text breaks the client.

Why: Texts that are required may be empty: `slack_channel_id` is, until the channel exists; the reporter's
role has no instructions.

Evidence: BEHAVIOUR.md §6, §9 and §11, class 13.

Fix: Don't parse, split or look up a text before you know that there is one.
"""

from ..wire.rule import Rule

RULE = Rule(modes=("decode",), severity="error", outcome="leaked-exception")
