"""The options of `serve` that say where its double begins, beside a data set: a scenario, or what was kept."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.core import ParameterSource

from ...mock_server.accounts import Accounts
from ...mock_server.pipeline import Double
from ...mock_server.scenarios import SHIPPED

# What reads YAML or JSON is imported only where it is asked for: a plain start shouldn't wait for it.
if TYPE_CHECKING:
    from ...mock_server.scenarios.reading import Scenario
    from .keeping.state_file import StateFile
    from .keeping.store_file import StoreFile

F = TypeVar("F", bound=Callable[..., None])
_OF_A_DATA_SET = ("seed", "incidents", "shape")
_PASSED_OVER = (*_OF_A_DATA_SET, "clock", "scenario", "state")
"""What says nothing any more once there is a store."""


def beginning_options(command: F) -> F:
    """Hand the command what was said as `scenario`, `state` and `store`."""
    scenario = click.option(
        "--scenario",
        metavar="NAME|FILE",
        help=f"Begin with this state and its faults: {', '.join(SHIPPED)}, or a YAML file.",
    )
    state = click.option(
        "--state",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Begin with the state in this file, if it is there, and save it there in the end.",
    )
    store = click.option(
        "--store",
        metavar="FILE",
        help="Keep every change in this file before it is answered, and go on from there if it is there already.",
    )
    return scenario(state(store(command)))


class Beginning:
    """Where a double begins. Raises click's errors for what can't be."""

    def __init__(
        self, context: click.Context, scenario: str | None, state: Path | None, store: str | None
    ) -> None:
        if scenario is not None:
            _require_alone(context, state)
        self._scenario = None if scenario is None else _scenario(scenario)
        self._file = None if state is None else _state_file(state, context)
        self._store = None if store is None else _store_file(store, context)
        self._passed_over = [f"--{name}" for name in _PASSED_OVER if _is_given(context, name)]

    @property
    def needs_data_set(self) -> bool:
        """Whether it is a data set, and neither a scenario nor what was kept."""
        is_saved = self._file is not None and self._file.is_there
        return self._scenario is None and not is_saved and not self.has_begun

    @property
    def has_begun(self) -> bool:
        """Whether there is a store that says how things stand."""
        return self._store is not None and self._store.is_there

    @property
    def described(self) -> str:
        """For the announcement; empty for a data set that isn't saved."""
        if self._store is not None:
            return f" ({'from' if self.has_begun else 'kept in'} {self._store.shown})"
        if self._scenario is not None:
            return f" (scenario {self._scenario.name})"
        if self._file is None:
            return ""
        return (
            f" (from {self._file.shown})" if self._file.is_there else f" (to be saved in {self._file.shown})"
        )

    @property
    def announced(self) -> list[str]:
        """The line that says what goes before what, where there is something to say."""
        if self._store is None or not self.has_begun or not self._passed_over:
            return []
        return [f"store     {self._store.shown} is there, and goes before {', '.join(self._passed_over)}"]

    def apply_to(self, double: Double, *, clock: datetime | None) -> None:
        """Bring a double there, at that moment where one was said; resets will come back there."""
        if self._store is not None and self.has_begun:
            self._store.resume(double)
            return
        if self.needs_data_set:
            return
        if self._scenario is not None:
            from ...mock_server.scenarios.beginning import begin  # noqa: PLC0415

            armed = [each.fault for each in double.faults.armed]
            try:
                begin(self._scenario, double, at=clock)
            except ValueError as error:
                raise click.ClickException(str(error)) from None
            for fault in armed:
                double.faults.arm(fault)
        elif self._file is not None:
            self._file.load(double)
            if clock is not None:
                double.clock.set(clock)
        double.set_baseline()

    def keep(self, double: Double) -> None:
        """Keep a double from now on, where that was asked for and isn't done already."""
        if self._store is not None and not self.has_begun:
            self._store.keep(double)

    @property
    def is_saved_as(self) -> str | None:
        """The file in which the state is saved in the end; None for none."""
        return None if self._file is None else self._file.shown

    def accounts(self, double: Double, **options: Any) -> Accounts:
        """Give the accounts of a server whose first one is that double. Raises click's error."""
        if self._store is not None:
            return self._store.accounts(double, **options)
        return Accounts(double, **options)

    def save(self, double: Double) -> None:
        """Save the state, where that was asked for. Raises OSError, and click's error for a file that changed."""
        if self._file is not None:
            self._file.save(double)


def _require_alone(context: click.Context, state: Path | None) -> None:
    if state is not None:
        raise click.UsageError("--scenario and --state exclude each other", context)
    for name in _OF_A_DATA_SET:
        if _is_given(context, name):
            raise click.UsageError(f"--scenario and --{name} exclude each other", context)


def _is_given(context: click.Context, name: str) -> bool:
    return context.get_parameter_source(name) not in (None, ParameterSource.DEFAULT)


def _scenario(name_or_path: str) -> "Scenario":
    from ...mock_server.scenarios.reading import read_scenario  # noqa: PLC0415

    try:
        return read_scenario(name_or_path)
    except ValueError as error:
        raise click.ClickException(str(error)) from None


def _state_file(path: Path, context: click.Context) -> "StateFile":
    from .keeping.state_file import StateFile  # noqa: PLC0415

    return StateFile(path, context)


def _store_file(text: str, context: click.Context) -> "StoreFile":
    from .keeping.store_file import StoreFile  # noqa: PLC0415 - SQLite too

    return StoreFile(text, context)
