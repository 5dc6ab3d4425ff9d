"""The options of `serve` that say where its double begins, beside a data set: a scenario, or a state that was saved."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click
from click.core import ParameterSource

from ...mock_server.pipeline import Double
from ...mock_server.scenarios import SHIPPED

# What reads YAML or JSON is imported only where it is asked for: a plain start shouldn't wait for it.
if TYPE_CHECKING:
    from ...mock_server.scenarios.reading import Scenario
    from .state_file import StateFile

F = TypeVar("F", bound=Callable[..., None])
_OF_A_DATA_SET = ("seed", "incidents", "shape")


def beginning_options(command: F) -> F:
    """Hands the command what was said as `scenario` and `state`."""
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
    return scenario(state(command))


class Beginning:
    """Where a double begins. Raises click's errors for what can't be."""

    def __init__(self, context: click.Context, scenario: str | None, state: Path | None) -> None:
        if scenario is not None:
            _require_alone(context, state)
        self._scenario = None if scenario is None else _scenario(scenario)
        self._file = None if state is None else _state_file(state)

    @property
    def needs_data_set(self) -> bool:
        """Whether it is a data set, and neither a scenario nor a state that was saved."""
        return self._scenario is None and (self._file is None or not self._file.is_there)

    @property
    def described(self) -> str:
        """For the announcement; empty for a data set that isn't saved."""
        if self._scenario is not None:
            return f" (scenario {self._scenario.name})"
        if self._file is None:
            return ""
        return (
            f" (from {self._file.shown})" if self._file.is_there else f" (to be saved in {self._file.shown})"
        )

    def apply_to(self, double: Double, *, clock: datetime | None) -> None:
        """Bring a double there, at that moment where one was said; resets will come back there."""
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

    def end(self, double: Double) -> None:
        """Save the state, where that was asked for. Raises OSError."""
        if self._file is not None:
            self._file.save(double)


def _require_alone(context: click.Context, state: Path | None) -> None:
    if state is not None:
        raise click.UsageError("--scenario and --state exclude each other", context)
    for name in _OF_A_DATA_SET:
        if context.get_parameter_source(name) is not ParameterSource.DEFAULT:
            raise click.UsageError(f"--scenario and --{name} exclude each other", context)


def _scenario(name_or_path: str) -> "Scenario":
    from ...mock_server.scenarios.reading import read_scenario  # noqa: PLC0415

    try:
        return read_scenario(name_or_path)
    except ValueError as error:
        raise click.ClickException(str(error)) from None


def _state_file(path: Path) -> "StateFile":
    from .state_file import StateFile  # noqa: PLC0415

    return StateFile(path)
