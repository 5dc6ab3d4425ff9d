"""A time that clocks hardly ever show breaks the client.

Why: Leap seconds and the year 0 are legal in RFC 3339, but most languages' own times can't hold them. Nobody
needs to act on it; who reads times from elsewhere may want to know.

Evidence: RFC 3339, section 5.6 and appendix D.

Fix: Where it matters, keep the text of a time beside the parsed one.
"""

from ..wire.rule import Rule

RULE = Rule(modes=("decode",), severity="note", outcome="leaked-exception")
