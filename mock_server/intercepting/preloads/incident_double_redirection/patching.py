"""Functions of other modules, replaced for a while; of modules that are yet to be imported, once they are."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib.machinery import PathFinder
from typing import Any

_ABSENT = object()
Factory = Callable[[Any], Any]
"""Makes a replacement from the original."""


class Patch:
    """A replacement of one attribute. Where others have patched it since, it stays, and passes on what it is given."""

    def __init__(self, owner: Any, name: str, replacement: Factory) -> None:
        self._owner = owner
        self._name = name
        self._own = vars(owner).get(name, _ABSENT)
        self._replacement = replacement(getattr(owner, name))
        setattr(owner, name, self._replacement)

    def undo(self) -> None:
        """Put back what was there."""
        if vars(self._owner).get(self._name) is not self._replacement:
            return
        if self._own is _ABSENT:
            delattr(self._owner, self._name)
        else:
            setattr(self._owner, self._name, self._own)


class LatePatches:
    """Patches of modules, by their names: made at once where they are loaded, as soon as they are where they aren't."""

    def __init__(self, patches: Mapping[str, Callable[[Any], list[Patch]]]) -> None:
        self._patches = patches
        self._done: list[Patch] = []
        for name in patches:
            if name in sys.modules:
                self._patch(name)
        sys.meta_path.insert(0, self)

    def find_spec(self, name: str, path: Any, target: Any = None) -> Any:
        """Give the module's own spec, with its patches made at the end of its import."""
        if name not in self._patches:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is None or spec.loader is None:
            return spec
        execute = spec.loader.exec_module

        def execute_and_patch(module: Any) -> None:
            execute(module)
            if self in sys.meta_path:
                self._patch(name)

        spec.loader.exec_module = execute_and_patch  # type: ignore[method-assign]
        return spec

    def undo(self) -> None:
        """Put back what was there."""
        sys.meta_path.remove(self)
        for patch in reversed(self._done):
            patch.undo()

    def _patch(self, name: str) -> None:
        self._done += self._patches[name](sys.modules[name])
