"""Whether two JSON values say the same, however they spell it."""

from collections.abc import Iterator

from ..openapi import Json, rfc3339

Difference = tuple[str, Json, Json]
"""A JSON pointer, and the values there: None where there is none."""


def differences(expected: Json, actual: Json, pointer: str = "") -> Iterator[Difference]:
    """Where the second value doesn't say what the first says.

    One point in time in two spellings is the same, and so is one number; an absent property is the same as a null one.
    """
    if isinstance(expected, dict) and isinstance(actual, dict):
        for name in [*expected, *(name for name in actual if name not in expected)]:
            step = name.replace("~", "~0").replace("/", "~1")
            yield from differences(expected.get(name), actual.get(name), f"{pointer}/{step}")
    elif isinstance(expected, list) and isinstance(actual, list) and len(expected) == len(actual):
        for index, (one, other) in enumerate(zip(expected, actual, strict=True)):
            yield from differences(one, other, f"{pointer}/{index}")
    elif not _are_same(expected, actual):
        yield pointer, expected, actual


def _are_same(expected: Json, actual: Json) -> bool:
    if isinstance(expected, bool) or isinstance(actual, bool):
        return expected is actual
    if expected == actual:
        return True
    if isinstance(expected, str) and isinstance(actual, str):
        return are_same_text(expected, actual)
    return False


def are_same_text(expected: str, actual: str) -> bool:
    """Whether two texts are equal, or name one point in time."""
    if expected == actual:
        return True
    try:
        return rfc3339.instant(expected) == rfc3339.instant(actual)
    except ValueError:
        return False
