"""What a validating library wraps into one exception, taken apart: each thing that it says is wrong, and where."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..outcomes import Issue

_MOST = 200
"""Issues of one exception."""


def issues_of(error: BaseException) -> tuple[Issue, ...]:
    """Yield the issues in an exception of pydantic, cattrs, marshmallow or the like; none of one that is one itself."""
    found = _of_group(error, ()) if isinstance(error, BaseExceptionGroup) else _of_library(error)
    return tuple(issue for issue, _ in zip(found, range(_MOST), strict=False))


def issues_of_json(answer: Mapping[str, Any]) -> tuple[Issue, ...]:
    """Give the issues that an error in an answer lists, as zod does in `issues`, `errors`, or its message."""
    for listed in (answer.get("issues"), answer.get("errors"), _parsed(answer.get("message"))):
        if isinstance(listed, list) and (found := tuple(_of_list(listed[:_MOST]))):
            return found
    return ()


def _parsed(message: Any) -> Any:
    if not isinstance(message, str) or not message.lstrip().startswith("["):
        return None
    try:
        return json.loads(message)
    except (ValueError, RecursionError):
        return None


def _of_list(listed: Sequence[Any]) -> Iterator[Issue]:
    for each in listed:
        if isinstance(each, Mapping) and isinstance(path := each.get("path", each.get("loc")), list | tuple):
            kind = str(each.get("code") or each.get("type") or "")
            yield Issue(_steps(path), kind, str(each.get("message") or each.get("msg") or kind))


def _of_library(error: BaseException) -> Iterator[Issue]:
    errors = getattr(error, "errors", None)
    if callable(errors):
        try:
            listed = errors()
        except Exception:  # noqa: BLE001 - whatever a client calls by that name
            return
        if isinstance(listed, list):
            yield from _of_list(listed)
    elif isinstance(errors, list):
        yield from _of_list(errors)
    elif isinstance(messages := getattr(error, "messages", None), dict):  # of marshmallow
        yield from _of_messages(messages, ())


def _of_messages(messages: Any, path: tuple[str | int, ...]) -> Iterator[Issue]:
    if isinstance(messages, dict):
        for step, each in messages.items():
            yield from _of_messages(each, (*path, *_steps([step])))
    elif isinstance(messages, list):
        for each in messages:
            yield Issue(path, "", str(each))


def _of_group(error: BaseException, path: tuple[str | int, ...]) -> Iterator[Issue]:
    """The leaves of an exception group, with the places that cattrs notes beside each."""
    path = (*path, *_noted(error))
    if isinstance(error, BaseExceptionGroup):
        for each in error.exceptions:
            yield from _of_group(each, path)
    else:
        kind = type(error)
        name = f"{kind.__module__}.{kind.__qualname__}".removeprefix("builtins.")
        yield Issue(path, name, f"{name}: {error}")


def _noted(error: BaseException) -> Iterator[str | int]:
    for note in getattr(error, "__notes__", ()):
        step = getattr(note, "name", getattr(note, "index", None))
        if isinstance(step, str | int):
            yield step


def _steps(path: Sequence[Any]) -> tuple[str | int, ...]:
    return tuple(step if isinstance(step, str | int) else str(step) for step in path)
