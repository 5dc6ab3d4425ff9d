"""Doubles that are kept in a store, killed at any moment, and opened anew."""

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

from incident_double.mock_server import Double
from incident_double.mock_server.log.account_log import AccountLog
from incident_double.mock_server.log.log import Owner
from incident_double.mock_server.log.sqlite_log import SqliteLog

NAME = "default"


class Lasting:
    """A double in a store of its own, and its successors: each made by `make`, and brought to where the store ends."""

    def __init__(self, folder: Path, make: Callable[[], Double]) -> None:
        self._folder, self._make, self._life = folder, make, 0
        self.log = SqliteLog(self.path)
        self.double = make()
        self.account = AccountLog.keep(self.double, self.log, Owner(NAME, ""))

    @property
    def path(self) -> Path:
        """The file of the present life."""
        return self._folder / f"{self._life}.db"

    def die(self) -> Double:
        """End as by `kill -9`: the next one has what is in the files at this moment, and nothing else."""
        before = self.path
        self._life += 1
        for suffix in ("", "-wal"):
            if before.with_name(before.name + suffix).exists():
                shutil.copy(
                    before.with_name(before.name + suffix), self.path.with_name(self.path.name + suffix)
                )
        self.account.close()
        self.log.close()
        self.log = SqliteLog(self.path)
        self.double = self._make()
        self.account = AccountLog.resume(self.double, self.log, NAME)
        return self.double

    def close(self) -> None:
        """End cleanly."""
        self.account.close()
        self.log.close()


def check_integrity(path: Path) -> None:
    """See that SQLite finds nothing wrong with a store that nobody has."""
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()
