"""An empty text breaks the client.

Why: Texts that are required may be empty: `slack_channel_id` is, until the channel exists; the reporter's
role has no instructions.

Evidence: behaviour.md#channel-made-later, behaviour.md#default-roles, behaviour.md#bug-empty-channel: both are
so in the real API.

Fix: Don't parse, split or look up a text before you know that there is one.
"""

from ..wire.rule import Rule

RULE = Rule(modes=("decode",), severity="error", outcome="leaked-exception")
