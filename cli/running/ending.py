"""The signals that end `serve`: all of them as cleanly, and none of them twice."""

import os
import signal
from collections.abc import Callable
from types import FrameType, TracebackType

_ENDING = ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT")
"""Not every system has all of them."""


class Ending:
    """What a signal does in the block: it ends the server, and then waits while something is saved.

    A signal that this process was started to ignore, as by `nohup`, goes on being ignored. `saved_as` names what is
    saved in the end; None for nothing.
    """

    def __init__(self, saved_as: str | None) -> None:
        self._saved_as = saved_as
        self._end: Callable[[int], None] | None = None
        self._is_early = False
        self._is_saving = False
        self._before: dict[int, Callable[[int, FrameType | None], None] | int | None] = {}

    def __enter__(self) -> "Ending":
        numbers = [int(getattr(signal, name)) for name in _ENDING if hasattr(signal, name)]
        for number in numbers:
            if signal.getsignal(number) is not signal.SIG_IGN:
                self._before[number] = signal.signal(number, self._take)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def call(self, end: Callable[[int], None]) -> None:
        """Have a signal call this from now on, until saving begins."""
        self._end = end
        if self._is_early:
            end(signal.SIGTERM)

    def begin_saving(self) -> None:
        """Let a signal only say what it waits for, from now on."""
        self._is_saving = True

    def _take(self, number: int, _: FrameType | None) -> None:
        if self._is_saving:
            self._say(f"incident-double: saving {self._saved_as}; it ends when that is done")
        elif self._end is None:
            self._is_early = True
        else:
            self._end(number)

    def _say(self, line: str) -> None:
        if self._saved_as is not None:
            try:
                os.write(2, f"{line}\n".encode())  # what is written to may just be in use
            except OSError:
                return  # the terminal is gone
