"""Text of others as it may be printed: what a terminal would obey is shown instead."""

import re

_OBEYED = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters, marks that change the direction of text, and halves of characters, which can't be written."""


def printable(text: str) -> str:
    r"""Return the text on one line, with `\x1b` and the like for the characters that a terminal obeys."""
    return _OBEYED.sub(_escaped, text)


def one_line(text: str) -> str:
    """Return the text on one line, as `printable` does, with a space for each stretch of white space."""
    return printable(" ".join(text.split()))


def _escaped(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape", "surrogatepass").decode("ascii")
