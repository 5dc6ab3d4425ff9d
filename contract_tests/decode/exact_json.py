"""Reading JSON without losing anything of its numbers."""

import json
import re

import orjson

from ...openapi import Json

_MOST_DIGITS = 4_000
"""Python makes no integers of more than some 4,300, since that takes long."""
_LARGE = re.compile(rb"\d{19}")


def parse(text: bytes) -> Json:
    """Give what a JSON text holds, large integers exactly. Raises ValueError for what is no JSON."""
    value = orjson.loads(text)
    return json.loads(text) if _LARGE.search(text) else value  # orjson takes a double for them


def parse_loosely(text: bytes) -> Json:
    """Give what a text holds that some writers take for JSON: with NaN, infinite numbers, or half a surrogate pair."""
    try:
        return parse(text)
    except orjson.JSONDecodeError:
        try:
            return json.loads(text, parse_int=_integer)
        except RecursionError:
            raise ValueError("nested too deeply") from None


def _integer(digits: str) -> int | float:
    return int(digits) if len(digits) < _MOST_DIGITS else float(digits)
