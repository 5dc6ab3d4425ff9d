"""Sends the same request again and again without end.

Why: A fault that doesn't pass turns such a client into a flood: the account's limits are used up for everybody,
and the program never reports what is wrong.

Evidence: behaviour.md#rate-limit-headers, behaviour.md#bug-list-exhausted: buckets are shared by
everything that uses a key.

Fix: Try a few times, wait longer each time, then give up with the reason.
"""

from ..wire.rule import Rule

RULE = Rule(("sweep",), "error", "hang")
