"""The command that `check` judges: a process with a group of its own, of which nothing is left behind."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext

from ...contract_tests.decode.targets.processes import signal_name
from .interrupts import signals_as_interrupts

_SECONDS_TO_FINISH = 2.0


@contextmanager
def running(
    command: Sequence[str],
    environment: Mapping[str, str],
    *,
    stdout: int | None = None,
    stderr: int | None = None,
    handles_signals: bool = True,
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command until it ends, or the block does. SIGTERM is KeyboardInterrupt in the block.

    Where the block isn't in the main thread, signals are not for it to handle. Raises OSError when there is no such
    command.
    """
    with signals_as_interrupts() if handles_signals else nullcontext():
        process = subprocess.Popen(
            command, env={**os.environ, **environment}, stdout=stdout, stderr=stderr, start_new_session=True
        )
        politely = signal.SIGTERM
        try:
            yield process
        except KeyboardInterrupt:
            politely = signal.SIGINT
            raise
        finally:
            _end_group(process, politely, handles_signals=handles_signals)


def _end_group(
    process: subprocess.Popen[bytes], politely: signal.Signals, *, handles_signals: bool = True
) -> None:
    """End whatever is left of the process and of those that it started."""
    # However impatient the person is.
    before = signal.signal(signal.SIGINT, signal.SIG_IGN) if handles_signals else None
    try:
        deadline = time.monotonic() + _SECONDS_TO_FINISH
        is_left = _signal(process.pid, politely)
        while is_left and time.monotonic() < deadline:
            time.sleep(0.02)
            process.poll()
            is_left = _signal(process.pid, None)
        _signal(process.pid, signal.SIGKILL)
        process.wait()
    finally:
        if handles_signals:
            signal.signal(signal.SIGINT, before)


def _signal(group: int, number: signal.Signals | None) -> bool:
    """Send a signal to a group, or none; whether anybody is in it."""
    try:
        os.killpg(group, number or 0)
    except (ProcessLookupError, PermissionError):  # macOS says the latter of a group of zombies
        return False
    return True


def failure_of(status: int | None) -> str | None:
    """Give what went wrong with a command that ended with that status, negative for a signal; None for nothing."""
    if status is None:
        return "did not end in time"
    if status < 0:
        return f"was ended by {signal_name(-status)}"
    return f"ended with exit code {status}" if status else None
