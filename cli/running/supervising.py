"""Judging in a process of its own: a decoder that ends the process, or never returns, can't end the verdict."""

import errno
import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from types import FrameType
from typing import IO, NoReturn

import click

from ...contract_tests.decode.targets.pulse import Pulse
from .crashes import CRASHED, crashed, reason_of
from .descendants import Bounds
from .interrupts import taking_signals

_SECONDS_BETWEEN_LOOKS = 0.02
_GRACE = 3.0
"""Seconds that a call may take beyond its limit, before it is clear that the decoder doesn't let itself be stopped."""
_MOST_IDLE = 300.0
"""Seconds without a call, after which it is clear that the decoder goes on outside of its calls: making an input of a
large schema may take long."""
_SECONDS_TO_GIVE_IN = 10.0
"""After a signal that asks for an end."""
_REFUSED = 2
_INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class Lost:
    """How a process ended that was to reach a verdict."""

    status: int | None
    """Its exit code, negative for a signal; None where it had to be stopped."""
    text: bytes
    """The input that it was decoding, or had decoded last."""
    reason: str = ""
    """Why it was ended, where that was done here."""


def supervise(work: Callable[[Pulse], int], lost: Callable[[Lost], int], *, seconds: float) -> int:
    """Do the work in a process of its own, whose exit code is returned. What it raises as a ClickException is raised.

    Where that process ends before the work does, or a call takes longer than so many seconds and can't be interrupted,
    `lost` says what becomes of it; 130 is what comes of a signal that leaves nothing to be judged. Where the system
    can't fork, the work is done here.
    """
    pulse = Pulse()
    pulse.own()
    if not hasattr(os, "fork"):
        return work(pulse)
    sys.stdout.flush()
    sys.stderr.flush()
    reading, writing = os.pipe()
    bounds = Bounds(say)  # what it takes note of here is not the decoder's
    child = os.fork()
    if child == 0:
        os.close(reading)
        _work_and_leave(work, pulse, writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as results, _forwarding(child, pulse), bounds:
        status, reason = _ended(child, pulse, seconds + _GRACE)
        result = _result(results) if status is not None else b""
    if pulse.is_interrupted and not result:
        say("interrupted, and nothing was judged")
        return _INTERRUPTED
    ended_here = next(iter(bounds.reasons.values()), reason)
    if status is None or not result or (status == 0 and ended_here):
        return lost(Lost(status, pulse.text, ended_here))
    if result.startswith(b"?"):
        return lost(Lost(status, pulse.text, result[1:].decode()))
    if result.startswith(b"!"):
        raise click.ClickException(result[1:].decode())
    return status


def say(line: str) -> None:
    """Say on stderr what had to be done."""
    click.echo(f"incident-double: {line}", err=True)


def _result(results: IO[bytes]) -> bytes:
    """What the process said when it was done; nothing where a copy of it may still hold its end of the pipe."""
    os.set_blocking(results.fileno(), False)
    return results.read() or b""


def _work_and_leave(work: Callable[[Pulse], int], pulse: Pulse, writing: int) -> NoReturn:
    """Do the work, say that it is done, and end without whatever the decoder has left to be done at an exit."""
    status, result = CRASHED, b"."
    try:
        os.setpgid(0, 0)  # so that Ctrl-C comes once, by way of the process that supervises
        pulse.own()
        status = work(pulse)
    except click.ClickException as error:
        status, result = _REFUSED, b"!" + error.format_message().encode()
    except OSError as error:
        if error.errno == errno.EBADF:
            result = b"?it closed files that it hadn't opened"
        else:
            status, result = _REFUSED, b"!" + reason_of(error).encode(errors="replace")
    except BaseException as error:  # noqa: BLE001 - a fault of our own, which must not look like a verdict
        result = b""  # there is none, where not even this can be said any more
        say(crashed(error, sys.argv[1:], os.environ))
        result = b"."
    finally:
        with suppress(OSError, ValueError, AttributeError):  # the decoder may have closed what it didn't open
            sys.stdout.flush()
            sys.stderr.flush()
        with suppress(OSError):
            os.write(writing, result)
        os._exit(status)


def _ended(child: int, pulse: Pulse, seconds: float) -> tuple[int | None, str]:
    """Wait for a process to end: its exit code, negative for a signal; None for one that had to be stopped, and why."""
    asked_to_end: float | None = None
    while True:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status), ""
        if pulse.is_interrupted and asked_to_end is None:
            asked_to_end = time.monotonic()
        gives_not_in = asked_to_end is not None and time.monotonic() - asked_to_end > _SECONDS_TO_GIVE_IN
        if pulse.seconds_in_call() > seconds or gives_not_in:
            _stop(child)
            return None, ""
        if pulse.seconds_idle() > _MOST_IDLE:
            _stop(child)
            return None, f"it went on outside of its calls for more than {_MOST_IDLE:g} seconds"
        time.sleep(_SECONDS_BETWEEN_LOOKS)


def _stop(child: int) -> None:
    with suppress(ProcessLookupError):  # it has left its group
        os.killpg(child, signal.SIGKILL)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def _forwarding(child: int, pulse: Pulse) -> AbstractContextManager[None]:
    """Hand signals that ask for an end to the process."""

    def forward(number: int, _: FrameType | None) -> None:
        pulse.interrupt()
        with suppress(ProcessLookupError):
            os.kill(child, number)

    return taking_signals(forward)
