"""What `module:callable` names."""

import functools
import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..outcomes import TargetError


def load(target: str) -> Callable[[Any], Any]:
    """Import the module, from the working directory too, and find the callable. Raises TargetError."""
    module_name, colon, path = target.partition(":")
    if not colon or not module_name or not path:
        raise TargetError(f"not of the form module:callable: {target}")
    if str(Path.cwd()) not in sys.path:
        sys.path.insert(0, str(Path.cwd()))  # where `python -m` would look too
    try:
        module = importlib.import_module(module_name)
        found: Any = functools.reduce(getattr, path.split("."), module)
    except BaseException as error:  # noqa: BLE001 - importing runs the client's code, which may end itself
        raise TargetError(f"can't load {target}: {type(error).__name__}{_text(error)}") from None
    if not callable(found):
        raise TargetError(f"not callable: {target}")
    return found  # type: ignore[no-any-return]


def _text(error: BaseException) -> str:
    try:
        return f": {error}" if str(error) else ""
    except BaseException:  # noqa: BLE001 - whatever its text does
        return ""


def load_exception(name: str) -> type[BaseException]:
    """Give the exception of a dotted name, or of a built-in one. Raises TargetError."""
    module, _, attribute = name.rpartition(".")
    found = load(f"{module or 'builtins'}:{attribute}")
    if not (isinstance(found, type) and issubclass(found, BaseException)):
        raise TargetError(f"not an exception: {name}")
    return found
