"""Being interrupted: what was found so far is reported, and no process left behind."""

import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from types import FrameType

ENDING = tuple(
    getattr(signal, name)
    for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGXCPU")
    if hasattr(signal, name)
)
"""The signals that end a process by default and that it can act on; not every system has all of them."""


@contextmanager
def taking_signals(take: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    """Have every signal that asks for an end taken in the block; what is ignored, as by nohup, stays so."""
    before = {
        number: signal.signal(number, take)
        for number in ENDING
        if signal.getsignal(number) is not signal.SIG_IGN
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def signals_as_interrupts() -> AbstractContextManager[None]:
    """Give every signal that asks for an end is KeyboardInterrupt in the block."""
    return taking_signals(_interrupt)


def _interrupt(_: int, __: FrameType | None) -> None:
    raise KeyboardInterrupt
