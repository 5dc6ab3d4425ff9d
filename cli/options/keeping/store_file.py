"""The store of `serve`: the file in which all that its double is brought to is kept as it happens."""

from pathlib import Path
from typing import Any

import click

from ....mock_server.accounts import FIRST, Accounts
from ....mock_server.log.account_log import AccountLog
from ....mock_server.log.log import LogError, Owner
from ....mock_server.log.sqlite_log import SqliteLog
from ....mock_server.pipeline import Double

_SQLITE = "sqlite:///"
_FIRST = Owner(FIRST, "")


class StoreFile:
    """A store, which this process has for itself until the command ends. Raises click's error where it can't."""

    def __init__(self, text: str, context: click.Context) -> None:
        path = text.removeprefix(_SQLITE)
        if path == text:
            is_of_another_kind = path.startswith(("sqlite:", "file:"))
        else:
            is_of_another_kind = "?" in path or path == ":memory:"
        if is_of_another_kind or "://" in path or not path:
            raise click.BadParameter(f"a file, or {_SQLITE} and a file: {text}", param_hint="'--store'")
        self.shown = path
        self._context = context
        try:
            self._log = SqliteLog(Path(path))
            context.call_on_close(self._close)
            self.is_there = bool(self._log.owners())
        except LogError as error:
            raise click.ClickException(str(error)) from None
        self._account: AccountLog | None = None

    def resume(self, double: Double) -> None:
        """Bring a double to where the store ends, and keep it from there on. Raises click's error."""
        try:
            self._account = AccountLog.resume(double, self._log, _FIRST.name)
        except LogError as error:
            raise click.ClickException(f"{self.shown}: {error}") from None

    def keep(self, double: Double) -> None:
        """Keep a double from now on. Raises click's error."""
        try:
            self._account = AccountLog.keep(double, self._log, _FIRST)
        except LogError as error:
            raise click.ClickException(str(error)) from None

    def accounts(self, double: Double, **options: Any) -> Accounts:
        """Give the accounts beside a double that is kept. Raises click's error, for a key that two would have, too."""
        for owner in self._log.owners()[1:]:
            if owner.key in double.keys:
                raise click.ClickException(f"{self.shown}: the key is that of its account {owner.name}")
        try:
            accounts = Accounts(double, kept_in=self._log, **options)
        except LogError as error:
            raise click.ClickException(f"{self.shown}: {error}") from None
        self._context.call_on_close(accounts.suspend)  # before the log is closed
        return accounts

    def _close(self) -> None:
        if self._account is not None:
            self._account.close()
        self._log.close()
