"""The options of `serve` that say which accounts it holds beside the first."""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import click

from ...mock_server.accounts import IDLE, Accounts
from ...mock_server.pipeline import Double
from .beginnings import Beginning


@dataclass(frozen=True, slots=True)
class AccountOptions:
    """The options of `account_options`."""

    per_key: bool
    idle: float
    """In seconds."""

    def accounts(self, double: Double, beginning: Beginning) -> Accounts:
        """Give the accounts of a server whose first one is that double, and which begins like that."""
        return beginning.accounts(double, idle=self.idle, per_key=self.per_key)


def account_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that say which accounts it holds, as `holding`."""

    @functools.wraps(command)
    def holding(account_per_key: bool, account_idle: float, **others: Any) -> Any:
        return command(holding=AccountOptions(account_per_key, account_idle), **others)

    for option in (
        click.option(
            "--account-idle",
            type=click.FloatRange(0, min_open=True),
            default=IDLE,
            show_default=True,
            metavar="SECONDS",
            help="End accounts, all but the first, that nobody has used for so long.",
        ),
        click.option(
            "--account-per-key",
            is_flag=True,
            help="Open an account of its own for each key that isn't known yet.",
        ),
    ):
        holding = option(holding)
    return holding
