"""Versions of members, which count their changes and keep two clients from undoing each other's."""

from collections.abc import Mapping
from typing import Any

from ...request.problem import ErrorEntry, Problem
from ...store.store import Row

_VERSION = "version"


def next_version(before: Row, after: Row, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the changed member with its next version, where members show one.

    What was given names the version that the change makes. Raises the 409 Problem when that isn't the next one.
    """
    version = before.get(_VERSION)
    if not isinstance(version, int) or isinstance(version, bool):
        return dict(after)
    if given.get(_VERSION, version + 1) != version + 1:
        raise stale(f"version must be {version + 1}, one more than that of the latest change")
    return {**after, _VERSION: version + 1}


def following(before: Any, after: Any, given: Any) -> Any:
    """Return a part of a member with its next version, where it shows one and the change was made to the present one.

    Raises the 409 Problem for the version of an earlier one.
    """
    if not all(isinstance(each, Mapping) for each in (before, after, given)):
        return after
    version, read = before.get(_VERSION), given.get(_VERSION)
    if not isinstance(version, int) or not isinstance(read, int):
        return after
    if read != version:
        raise stale(f"version must be {version}, that of the latest change")
    return {**after, _VERSION: version + 1}


def stale(message: str) -> Problem:
    """Return the 409 Problem for a version that has been overtaken (an assumption)."""
    return Problem(409, ErrorEntry("conflict", message, _VERSION, _VERSION))
