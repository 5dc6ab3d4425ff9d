"""JSON that is nested more deeply than can be shown, judged or stored: it can be read, but not be written again."""

import orjson

from ...openapi import Json

_WRAPPED = 54
"""How many levels may lie around a value where it is shown, reported or stored; orjson writes 254."""


def is_too_deep(value: Json) -> bool:
    """Say whether a JSON value has more levels than 200."""
    for _ in range(_WRAPPED):
        value = [value]
    try:
        orjson.dumps(value)
    except orjson.JSONEncodeError:
        return True
    return False


def parsed(text: bytes | str) -> Json:
    """Give the JSON value of a text. Raises ValueError where it isn't JSON, or is nested too deeply."""
    value = orjson.loads(text)
    if is_too_deep(value):
        raise ValueError("nested too deeply")
    return value
