"""JSON Pointer (RFC 6901): the path to a value in a document, as a text."""

from collections.abc import Iterable


def pointer(path: Iterable[str | int]) -> str:
    """Write a path as a pointer; empty for the whole document."""
    return "".join(f"/{escaped(str(step))}" for step in path)


def escaped(step: str) -> str:
    """Write one step of a path as it stands between the slashes."""
    return step.replace("~", "~0").replace("/", "~1")


def unescaped(step: str) -> str:
    """Read one step of a path from between the slashes."""
    return step.replace("~1", "/").replace("~0", "~")
