"""Who watches for something to happen, and how a watch ends."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, ParamSpec

Given = ParamSpec("Given")


class Watch:
    """The handle of one watch."""

    def __init__(self, end: Callable[["Watch"], None]) -> None:
        self._end = end

    def end(self) -> None:
        """Watch no longer; once is enough."""
        self._end(self)


class Watchers(Generic[Given]):
    """The functions to call when something happens. May be added to and ended from any thread."""

    def __init__(self) -> None:
        self._watching: dict[Watch, Callable[Given, None]] = {}
        self._silent = 0

    def __len__(self) -> int:
        return len(self._watching)

    def add(self, call: Callable[Given, None]) -> Watch:
        """Call this from now on, until the watch ends."""
        watch = Watch(self._remove)
        self._watching = {**self._watching, watch: call}  # replaced whole: others may just be calling them
        return watch

    def _remove(self, watch: Watch) -> None:
        self._watching = {each: call for each, call in self._watching.items() if each is not watch}

    def notify(self, *args: Given.args, **kwargs: Given.kwargs) -> None:
        """Call each of them, the first first."""
        for call in () if self._silent else self._watching.values():
            call(*args, **kwargs)

    @contextmanager
    def silent(self) -> Iterator[None]:
        """Call nobody in the block."""
        self._silent += 1
        try:
            yield
        finally:
            self._silent -= 1
