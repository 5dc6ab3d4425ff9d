"""A legal spelling of a time breaks the client.

Why: RFC 3339 permits `z` and `t` in lower case, any offset and any number of decimals; the contract says no
more than `date-time`.

Evidence: behaviour.md#timestamps-utc: RFC 3339, section 5.6, has them all; the API itself has been seen to
write fractions of different lengths.

Fix: Use a parser for RFC 3339, not one for the most common spelling.
"""

from ..wire.rule import Rule

RULE = Rule(modes=("decode",), severity="error", outcome="leaked-exception")
