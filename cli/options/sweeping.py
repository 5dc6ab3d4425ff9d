"""The options of `check --sweep`, and the sweep of a command."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import Any

import click

from ...contract_tests.sweep.outcomes import Ended
from ...contract_tests.sweep.patience import IsOver
from ...contract_tests.sweep.sweeping import Sweep, SweepError, sweep
from ...mock_server.accounts import Accounts
from ...mock_server.pipeline import Double
from ..running.interrupts import signals_as_interrupts
from ..running.sweep_run import run_once


@dataclass(frozen=True, slots=True)
class Sweeping:
    """The options of `sweep_options`."""

    is_asked: bool
    jobs: int
    budget: float | None

    def sweep(
        self,
        accounts: Accounts,
        command: Sequence[str],
        environment: Mapping[str, str],
        key_names: Sequence[str],
        timeout: float | None,
    ) -> Sweep:
        """Sweep a command, whose key is in the variables of these names. Raises click's error where that fails.

        Without a fault it may take so many seconds.
        """

        @contextmanager
        def opened() -> Iterator[Double]:
            entry = accounts.open()
            try:
                yield entry.double
            finally:
                accounts.end(entry.name)

        def run(double: Double, is_over: IsOver) -> Ended:
            own = dict.fromkeys(key_names, double.api_key)
            return run_once(command, {**environment, **own}, is_over)

        try:
            with signals_as_interrupts():
                return sweep(opened, run, jobs=self.jobs, budget=self.budget, timeout=timeout)
        except SweepError as error:
            raise click.ClickException(str(error)) from None


def sweep_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options `--sweep`, `--jobs` and `--budget`, as `sweeping`."""

    @wraps(command)
    def swept(sweeps: bool, jobs: int, budget: float | None, **others: Any) -> Any:
        if budget is not None and not sweeps:
            raise click.UsageError("--budget goes with --sweep")
        return command(sweeping=Sweeping(sweeps, jobs, budget), **others)

    for option in (
        click.option(
            "--budget",
            type=click.FloatRange(0, min_open=True),
            metavar="SECONDS",
            help="Sweep for so long at most, the faults that show most first.",
        ),
        click.option(
            "--jobs",
            type=click.IntRange(1, 64),
            default=2,
            show_default=True,
            metavar="N",
            help="Run COMMAND so many times at once.",
        ),
        click.option(
            "--sweep",
            "sweeps",
            is_flag=True,
            help="Run COMMAND once for each fault that can strike each operation it uses.",
        ),
    ):
        swept = option(swept)
    return swept
