"""Sweeping a function of this process, in place of a command."""

import time
import traceback
from collections.abc import Callable
from threading import Thread

from ...mock_server.pipeline import Double
from .outcomes import Ended
from .patience import SECONDS_BETWEEN_LOOKS, IsOver
from .sweeping import Run


def run_of(work: Callable[[Double], object]) -> Run:
    """Make a run of a function that is given the account: one that raises has failed, as a command would have.

    A function that doesn't end in time is left behind in its thread.
    """

    def run(double: Double, is_over: IsOver) -> Ended:
        began = time.monotonic()
        ended: list[tuple[int, str]] = []
        thread = Thread(target=lambda: ended.append(_called(work, double)), daemon=True)
        thread.start()
        while thread.is_alive() and not is_over():
            thread.join(SECONDS_BETWEEN_LOOKS)
        status, output = ended[0] if ended else (None, "")
        return Ended(status, output, time.monotonic() - began)

    return run


def _called(work: Callable[[Double], object], double: Double) -> tuple[int, str]:
    """The status and the output of a program that does nothing but call the function."""
    try:
        work(double)
    except SystemExit as error:
        is_number = error.code is None or isinstance(error.code, int)
        return (int(error.code or 0), "") if is_number else (1, str(error.code))
    except BaseException:  # noqa: BLE001 - whatever it raises says how it took the fault
        return 1, traceback.format_exc()
    return 0, ""
