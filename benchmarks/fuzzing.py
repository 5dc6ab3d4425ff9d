"""How many objects a second a decoder is tried with: making them, handing them over, judging what comes."""

import sys
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from statistics import median
from time import perf_counter

from incident_double.contract_tests.decode.fuzz import Fuzz
from incident_double.contract_tests.decode.inputs import SHAPES, inputs
from incident_double.contract_tests.decode.outcomes import Target
from incident_double.contract_tests.decode.targets.callables import CallableTarget
from incident_double.contract_tests.decode.targets.processes import ProcessTarget
from incident_double.openapi import bundled

from .figure import Figure, processor_seconds

NAME = "IncidentV2"
SDK = "incident_io.models.incident_v2:IncidentV2.from_dict"
ECHO = f"{sys.executable} {Path(__file__).with_name('echo.py')}"
BEGUN = 2_500
"""After so many, every object is made by chance, as in the long part of a run."""
TRIED = 1_000


def measure(rounds: int) -> Iterator[Figure]:
    """Yield the figures of this module."""
    with closing(CallableTarget(SDK)) as target:
        running = _Running(target)
        seconds = processor_seconds(running.go_on, rounds=rounds)
    yield Figure("fuzz the official SDK's decoder, in process", TRIED / seconds, ">= 3000", "a second")
    with closing(ProcessTarget(ECHO)) as target:
        running = _Running(target)
        # Two processes are at it, so only the time of day counts.
        seconds = median(_elapsed(running) for _ in range(rounds))
    yield Figure("fuzz a decoder across a process", TRIED / seconds, ">= 700", "a second")


class _Running:
    """A run in its long part, which goes on for some objects each time."""

    def __init__(self, target: Target) -> None:
        self._fuzz = Fuzz(target, bundled(), NAME)
        self._inputs = inputs(bundled(), NAME, seed=0, shapes=SHAPES)
        self._fuzz.run(islice(self._inputs, BEGUN))

    def go_on(self) -> None:
        """Try some more."""
        self._fuzz.run(islice(self._inputs, TRIED))


def _elapsed(running: _Running) -> float:
    start = perf_counter()
    running.go_on()
    return perf_counter() - start
