"""The options that say which double is made, those of `serve` and of `run`, and making it."""

import functools
import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import click

from ...fixtures.shapes.shaped_dataset import SHAPES, require_shape
from ...fixtures.shapes.shaped_dataset import dataset as shaped_dataset
from ...mock_server.clock import Clock, moment
from ...mock_server.control.guesses import check_token
from ...mock_server.pipeline import Double
from ...mock_server.request.authentication import ApiKey, parse_api_key
from ...openapi import bundled, read_document
from ..running.progress import busy, watched
from .arming import armed, fault_option
from .beginnings import Beginning, beginning_options
from .webhook_options import check_webhooks


class DoubleOptions:
    """The options of `double_options`. Raises click's errors for what makes no sense, and DocumentError."""

    def __init__(
        self,
        *,
        seed: int,
        incidents: int,
        shape: str,
        api_keys: tuple[str, ...],
        no_rate_limit: bool,
        rate_limit: int | None,
        path: Path | None,
        scenario: str | None,
        state: Path | None,
        store: str | None,
        faults: tuple[str, ...],
        webhooks: tuple[str, ...],
        webhook_secret: str | None,
        control_token: str | None,
        clock: datetime | None,
    ) -> None:
        require_shape(shape)
        if no_rate_limit and rate_limit is not None:
            raise click.UsageError("--no-rate-limit and --rate-limit exclude each other")
        self._seed = seed
        self._document = bundled() if path is None else read_document(path)
        self._keys = _keys(api_keys)
        self._rate_limit = 0 if no_rate_limit else rate_limit
        self._faults = armed(faults, self._document)
        check_webhooks(webhooks, webhook_secret)
        self._webhooks = webhooks
        self._webhook_secret = webhook_secret
        self._clock = clock
        self.control_token = _token(control_token)
        self.beginning = Beginning(click.get_current_context(), scenario, state, store)
        needs_data_set = self.beginning.needs_data_set
        self._shape = shape if needs_data_set else "realistic"
        self._incidents = incidents if needs_data_set else 0

    @property
    def api_key(self) -> str | None:
        """The first key that was given; None for none."""
        return self._keys[0].token if self._keys else None

    def make(self) -> Double:
        """Give the double, where it begins. A person at a terminal sees how far it is."""
        start = self._clock or datetime.now(UTC)
        with _uncollected():
            watch = partial(watched, what="incidents", count=self._incidents)
            dataset = shaped_dataset(
                self._shape,
                seed=self._seed,
                incidents=self._incidents,
                now=start,
                watch=watch,
            )
            with busy("index", self._incidents):
                double = Double(
                    self._document,
                    dataset,
                    keys=self._keys,
                    clock=Clock(start),
                    seed=self._seed,
                    rate_limit=self._rate_limit,
                    faults=self._faults,
                )
                self.beginning.apply_to(double, clock=self._clock)
                double.store.belongings.prepare()
                self._register_webhooks(double)
                self.beginning.keep(double)
            del dataset  # the double has taken over what it needs
        return double

    def _register_webhooks(self, double: Double) -> None:
        """Have events sent to all that were named and are not there already."""
        known = {each.url for each in double.webhooks.endpoints()}
        with double.lock:
            for url in self._webhooks:
                if url not in known:
                    double.webhooks.add(url, secret=self._webhook_secret)
        if self._webhooks and not self.beginning.has_begun:
            double.set_baseline()


def _moment(context: click.Context, parameter: click.Parameter, text: str | None) -> datetime | None:
    try:
        return None if text is None else moment(text)
    except ValueError as error:
        raise click.BadParameter(str(error), context, parameter) from None


_OPTIONS = (
    click.option(
        "--seed", type=int, default=0, show_default=True, help="Make another data set from another seed."
    ),
    click.option(
        "--incidents",
        type=click.IntRange(0),
        default=120,
        show_default=True,
        help="Start with so many incidents.",
    ),
    click.option(
        "--shape",
        type=click.Choice(SHAPES),
        default="realistic",
        show_default=True,
        help="Make believable incidents; all that the contract permits; one of each fact; what may come tomorrow.",
    ),
    click.option(
        "--api-key",
        "api_keys",
        multiple=True,
        metavar="KEY[=ROLE,ROLE]",
        help="Accept this key, with these roles or with all; repeatable.",
    ),
    click.option("--no-rate-limit", is_flag=True, help="Never answer 429."),
    click.option(
        "--rate-limit", type=click.IntRange(1), metavar="N", help="Let every bucket hold N requests a minute."
    ),
    click.option(
        "--document",
        "path",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Serve this OpenAPI document instead of the bundled one.",
    ),
    beginning_options,
    fault_option,
    click.option(
        "--webhook",
        "webhooks",
        multiple=True,
        metavar="URL",
        help="Send an event there for every change of an incident, an action or a follow-up; repeatable.",
    ),
    click.option(
        "--webhook-secret", metavar="whsec_...", help="Sign events with this; made up if not given."
    ),
    click.option(
        "--control-token",
        metavar="TOKEN",
        envvar="INCIDENT_DOUBLE_CONTROL_TOKEN",
        help="Open the control plane to whoever sends this token, instead of to this machine "
        "(or set INCIDENT_DOUBLE_CONTROL_TOKEN).",
    ),
    click.option(
        "--clock",
        callback=_moment,
        metavar="ISO",
        help="Start the double's time here, and place the data set before it; the present if left out.",
    ),
)


DOUBLE_PARAMETERS = (
    *("seed", "incidents", "shape", "api_keys", "no_rate_limit", "rate_limit", "path", "scenario", "state"),
    "store",
    *("faults", "webhooks", "webhook_secret", "control_token", "clock"),
)
"""The parameters of `double_options`, by the names that click knows them by."""


def double_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that say which double is made, as `made_of`."""

    @functools.wraps(command)
    def chosen(**given: Any) -> Any:
        options = {name: given.pop(name) for name in DOUBLE_PARAMETERS}
        return command(made_of=DoubleOptions(**options), **given)

    for option in reversed(_OPTIONS):
        chosen = option(chosen)
    return chosen


@contextmanager
def _uncollected() -> Iterator[None]:
    """What is made in the block stays: looking for garbage among it, now or later, would only take time."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _keys(texts: tuple[str, ...]) -> list[ApiKey]:
    roles = bundled().schemas["IdentityV1"]["properties"]["roles"]["items"]["enum"]
    try:
        return [parse_api_key(text, roles) for text in texts]
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="'--api-key'") from None


def _token(text: str | None) -> str | None:
    if text is not None and not (text and text.isascii() and text.isprintable() and " " not in text):
        problem = "a control token is made of printable ASCII characters, without spaces"
        raise click.BadParameter(problem, param_hint="'--control-token'")
    if text is not None:
        try:
            check_token(text)
        except ValueError as error:
            raise click.BadParameter(str(error), param_hint="'--control-token'") from None
    return text
