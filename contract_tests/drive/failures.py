"""What went wrong inside a driven client, as its caller would see it."""

import inspect
import sysconfig
import traceback
from pathlib import Path
from types import FrameType
from typing import Any

from ...openapi import Json
from ..wire.conversation import Failure
from .client import Client, FailureError

_HARNESS = Path(__file__).resolve().parents[1]
_STANDARD = Path(sysconfig.get_path("stdlib"))
_INSTALLED = {Path(sysconfig.get_path(each)) for each in ("purelib", "platlib")}
_DEEPEST = 6


def failure(error: Exception, client: Client) -> Failure:
    """Give what a client raised."""
    if isinstance(error, FailureError):
        return error.failure
    kind = type(error)
    return Failure(
        exception=f"{kind.__module__}.{kind.__qualname__}".removeprefix("builtins."),
        message=str(error),
        frame=_own_frame(error, Path(inspect.getfile(type(client)))),
        declared=isinstance(error, client.errors),
        details=readable(error),
    )


def readable(error: Exception) -> Json:
    """Give the public attributes of an exception as JSON; bytes as the text that they are."""
    return _plain(_public(error), _DEEPEST)


def _public(value: Any) -> dict[str, Any]:
    slots = [name for each in type(value).__mro__ for name in getattr(each, "__slots__", ())]
    names = [*getattr(value, "__dict__", {}), *slots]
    return {name: getattr(value, name, None) for name in names if not name.startswith("_")}


def _plain(value: Any, deepest: int) -> Json:
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    if deepest == 0:
        return None
    if isinstance(value, dict):
        return {str(name): _plain(each, deepest - 1) for name, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(each, deepest - 1) for each in value]
    return _plain(_public(value), deepest - 1)


def _own_frame(error: Exception, adapter: Path) -> str:
    """The innermost line of the client itself, neither of the harness nor of a library that the client uses."""
    frames = [
        (frame, line)
        for frame, line in traceback.walk_tb(error.__traceback__)
        if not _is_in(frame, _HARNESS) and (_is_installed(frame) or not _is_in(frame, _STANDARD))
    ]
    own = [each for each in frames if _file(each[0]) != adapter] or frames
    if not own:
        return ""
    home = _home(_file(own[0][0]))
    frame, line = [each for each in own if _home(_file(each[0])) == home][-1]
    return f"{_shown(_file(frame))}:{line} in {frame.f_code.co_name}"


def _file(frame: FrameType) -> Path:
    return Path(frame.f_code.co_filename)


def _is_in(frame: FrameType, folder: Path) -> bool:
    return _file(frame).is_relative_to(folder)


def _is_installed(frame: FrameType) -> bool:
    return any(_is_in(frame, folder) for folder in _INSTALLED)


def _home(file: Path) -> Path:
    """The installed package that a file belongs to, or else the folder it lies in."""
    for folder in _INSTALLED:
        if file.is_relative_to(folder):
            return folder / file.relative_to(folder).parts[0]
    return file.parent


def _shown(file: Path) -> str:
    for folder in _INSTALLED:
        if file.is_relative_to(folder):
            return file.relative_to(folder).as_posix()
    return "/".join(file.parts[-2:])
