"""Crashes in its own decoding when the API answers otherwise than well.

Why: An error of a key, a type or a decoder says where the client stumbled, not what happened: the user sees a
traceback in place of "the API was unavailable".

Evidence: behaviour.md#error-envelope, behaviour.md#bug-error-envelope: refusals, pages of HTML, empty 404s
and answers that are cut in half all occur.

Fix: Look at status and content type before decoding, and turn what can't be decoded into an error of the
client's own.
"""

from ..wire.rule import Rule

RULE = Rule(("sweep",), "error", "leaked-exception")
