"""A sweep: two clean runs, then one in an account of its own for each operation and each fault that can strike it."""

import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from threading import Event

from ...mock_server.faults.arming import parse_fault
from ...mock_server.pipeline import Double
from ...openapi import Operation
from ..wire.conversation import WireExchange
from ..wire.recording import Recorder
from .comparing import CleanRuns
from .effects import Effects
from .outcomes import Ended, Trial, outcome_of
from .patience import MANY, IsOver, Patience, most_repeated
from .plan import PlannedFault, planned

Open = Callable[[], AbstractContextManager[Double]]
"""Opens an account that begins where all others of the sweep do, and ends with its block."""
Run = Callable[[Double, IsOver], Ended]
"""Runs the client once against an account, until it ends or its time is over."""
_SECONDS_OF_SILENCE = 10.0
_TIMES_AS_LONG = 4
_SECONDS_FOR_A_CLEAN_RUN = 600.0
_LEAST_SECONDS_FOR_A_CLEAN_RUN = 60.0
"""However small the budget is: without such a run there is nothing to be said."""


class SweepError(ValueError):
    """The client can't be swept; the text is one line that says why."""


@dataclass(frozen=True, slots=True)
class Sweep:
    """What became of a sweep."""

    operations: Sequence[Operation]
    """Those that the client uses."""
    trials: Sequence[Trial]
    """In the order of the plan."""
    not_tried: Sequence[PlannedFault]
    """What the budget was too small for, or what an interruption left."""
    interrupted: bool = False


@dataclass(frozen=True, slots=True)
class _Seen:
    """What one run came to."""

    ended: Ended
    effects: Effects
    exchanges: Sequence[WireExchange]


def sweep(
    open_account: Open, run: Run, *, jobs: int = 1, budget: float | None = None, timeout: float | None = None
) -> Sweep:
    """Run the client under every fault, `jobs` at a time, for `budget` seconds at most, or to the end.

    `timeout` is how many seconds it may take without a fault, by default as long as the budget lasts. Raises
    SweepError for a client that fails without any fault, asks for nothing, or does something else each time.
    """
    began = time.monotonic()
    allowed = _SECONDS_FOR_A_CLEAN_RUN if budget is None else max(budget, _LEAST_SECONDS_FOR_A_CLEAN_RUN)
    allowed = allowed if timeout is None else timeout
    first, second = (_seen(open_account, run, allowed) for _ in range(2))
    for each in (first, second):
        if each.ended.status != 0:
            raise SweepError(f"the client fails without any fault: {each.ended.last_lines or each.ended.how}")
    operations = _used([*first.exchanges, *second.exchanges])
    if not operations:
        raise SweepError("the client asked the double for nothing")
    try:
        clean = CleanRuns(first.effects, second.effects)
    except ValueError as error:
        raise SweepError(str(error)) from None
    seconds = max(_SECONDS_OF_SILENCE, _TIMES_AS_LONG * max(first.ended.seconds, second.ended.seconds))
    most = MANY + max(most_repeated(each.exchanges) for each in (first, second))
    plan = planned(operations)

    stopped = Event()

    def attempt(fault: PlannedFault) -> Trial | None:
        if stopped.is_set() or (budget is not None and time.monotonic() - began > budget):
            return None
        return _trial(fault, open_account, run, clean, (seconds, most))

    with ThreadPoolExecutor(jobs) as pool:
        futures = [pool.submit(attempt, fault) for fault in plan]
        try:
            for future in futures:
                future.result()
        except KeyboardInterrupt:
            stopped.set()
    trials = [future.result() for future in futures]
    return Sweep(
        operations,
        [each for each in trials if each is not None],
        [fault for fault, each in zip(plan, trials, strict=True) if each is None],
        stopped.is_set(),
    )


def _trial(
    fault: PlannedFault, open_account: Open, run: Run, clean: CleanRuns, limits: tuple[float, int]
) -> Trial:
    seen = _seen(open_account, run, *limits, fault)
    difference = clean.compare(seen.effects)
    outcome = outcome_of(seen.ended, difference, most_repeated(seen.exchanges) >= limits[1])
    struck = any(each.fault is not None for each in seen.exchanges)
    return Trial(fault, outcome, seen.ended, difference, struck)


def _seen(
    open_account: Open,
    run: Run,
    seconds: float,
    most: int | None = None,
    fault: PlannedFault | None = None,
) -> _Seen:
    with open_account() as double:
        if fault is not None:
            double.faults.arm(parse_fault(fault.spec, double.document))
        effects, recorder = Effects(double), Recorder(double)
        try:
            in_all = seconds if fault is None else None  # what has no fault has its time, and no more
            ended = run(double, Patience(recorder, seconds, most, in_all=in_all).is_over)
        finally:
            effects.end()
        with double.lock:
            exchanges = recorder.exchanges
    return _Seen(ended, effects, exchanges)


def _used(exchanges: Iterable[WireExchange]) -> list[Operation]:
    """The operations that were asked for, in the order in which they first were."""
    found = {each.operation.id: each.operation for each in exchanges if each.operation is not None}
    return list(found.values())
