"""A log in a SQLite file, which one process has for itself."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import RLock
from typing import Any

from .file_lock import FileLock, InUseError
from .log import Kept, Kind, LogError, Owner

_APPLICATION = 0x1D0B1E
"""Marks a store among SQLite files."""
_FORMAT = 1
_MOST_AT_ONCE = 500
"""Entries that are deleted in one transaction: others wait for it."""
_PROBE = 64 * 1024
"""Bytes without which nothing is written."""
_SCHEMA = """
CREATE TABLE accounts (name TEXT PRIMARY KEY, key TEXT NOT NULL, begins_like TEXT NOT NULL);
CREATE TABLE entries (number INTEGER PRIMARY KEY AUTOINCREMENT, account TEXT NOT NULL, content BLOB NOT NULL);
CREATE INDEX entries_of_account ON entries (account, number);
CREATE TABLE snapshots (
    number INTEGER PRIMARY KEY AUTOINCREMENT, account TEXT NOT NULL, kind TEXT NOT NULL, covers INTEGER NOT NULL,
    standing TEXT NOT NULL DEFAULT 'writing'
);
-- A snapshot is 'kept', or 'writing' while its parts are written; once it is 'needless', it is deleted bit by bit.
CREATE TABLE parts (
    snapshot INTEGER NOT NULL, number INTEGER NOT NULL, content BLOB NOT NULL, PRIMARY KEY (snapshot, number)
);
"""
_KEEP = "UPDATE snapshots SET standing = 'kept' WHERE number = ? AND standing = 'writing'"
_CLEAR_ENTRIES = (
    "DELETE FROM entries WHERE number IN"
    " (SELECT number FROM entries WHERE account = ? AND number <= ? LIMIT ?)"
)
_CLEAR_PARTS = "DELETE FROM parts WHERE rowid IN (SELECT rowid FROM parts WHERE snapshot = ? LIMIT 4)"


class SqliteLog:
    """A log in a file, which is made where it isn't there (see `Log`).

    Raises LogError for one that another process has, that is damaged, or that is no log.
    """

    def __init__(self, path: Path) -> None:
        try:
            self.path = path.resolve()
        except RuntimeError:
            raise LogError(f"{path}: a link that leads to itself") from None
        if self.path.exists() and not self.path.is_file():
            raise LogError(f"{path} is not a file")
        self._mutex = RLock()
        """Held while the connection is used."""
        try:
            self._lock = FileLock(self.path)
        except InUseError as error:
            raise LogError(str(error)) from None
        except OSError as error:
            raise LogError(f"{path}: can't be written in {self.path.parent}: {error.strerror}") from None
        try:
            self._connection = self._opened()
            self._tidy()
        except BaseException:
            self._lock.release()
            raise

    def owners(self) -> Sequence[Owner]:
        """Give the accounts, the first one first."""
        return [
            Owner(*row) for row in self._rows("SELECT name, key, begins_like FROM accounts ORDER BY rowid")
        ]

    def open(self, owner: Owner, start: Iterable[bytes]) -> None:
        """Begin to keep an account, which begins with that snapshot, or like another one."""
        number = 0 if owner.begins_like else self._written(owner.name, "start", start, self.head())
        with self._transaction() as connection:
            connection.execute("INSERT INTO accounts VALUES (?, ?, ?)", owner)
            connection.execute(_KEEP, [number])

    def end(self, name: str) -> None:
        """Keep an account no longer."""
        with self._transaction() as connection:
            connection.execute("DELETE FROM accounts WHERE name = ?", [name])
            connection.execute("UPDATE snapshots SET standing = 'needless' WHERE account = ?", [name])
        self._clear(name)

    def append(self, name: str, content: bytes) -> int:
        """Add an entry. Returns its number."""
        with self._transaction() as connection:
            done = connection.execute("INSERT INTO entries (account, content) VALUES (?, ?)", [name, content])
            return done.lastrowid or 0

    def probe(self) -> None:
        """Raise LogError where nothing can be written now: a little room is asked for, and given back."""
        with self._transaction() as connection:
            insert = "INSERT INTO entries (account, content) VALUES ('', zeroblob(?))"
            done = connection.execute(insert, [_PROBE])
            connection.execute("DELETE FROM entries WHERE number = ?", [done.lastrowid])

    def head(self) -> int:
        """Give the number of the last entry there ever was."""
        found = self._rows("SELECT seq FROM sqlite_sequence WHERE name = 'entries'")
        return int(found[0][0]) if found else 0

    def read(self, name: str, after: int) -> Iterator[bytes]:
        """Yield the entries of an account with higher numbers, in order."""
        of_it = "SELECT number, content FROM entries WHERE account = ? AND number > ? ORDER BY number LIMIT ?"
        while rows := self._rows(of_it, name, after, _MOST_AT_ONCE):
            yield from (content for _, content in rows)
            after = rows[-1][0]

    def snapshot(self, name: str, kind: Kind) -> Kept | None:
        """Give the newest snapshot of an account; None where it has none of its own of the kind."""
        found = self._rows(
            "SELECT number, covers FROM snapshots WHERE account = ? AND kind = ? AND standing = 'kept'"
            " ORDER BY number DESC LIMIT 1",
            *(name, kind),
        )
        return Kept(found[0][1], self._parts(found[0][0])) if found else None

    def replace(self, name: str, kind: Kind, parts: Iterable[bytes], covers: int) -> None:
        """Put a snapshot in place of the one before, and of the entries up to that number."""
        number = self._written(name, kind, parts, covers)
        # One that begins anew makes needless what it was before, too.
        older = "account = ? AND number < ?" + (" AND kind = 'state'" if kind == "state" else "")
        with self._transaction() as connection:
            needless = f"UPDATE snapshots SET standing = 'needless' WHERE {older}"  # noqa: S608 - nothing from outside
            connection.execute(needless, [name, number])
            connection.execute(_KEEP, [number])
        self._clear(name)

    def close(self) -> None:
        """Let go of the file; once is enough."""
        with self._mutex, suppress(sqlite3.Error):
            self._connection.close()
        self._lock.release()

    def _opened(self) -> sqlite3.Connection:
        try:
            connection = sqlite3.connect(self.path, timeout=1, isolation_level=None, check_same_thread=False)
            try:
                self._prepare(connection)
            except BaseException:
                connection.close()
                raise
        except sqlite3.DatabaseError as error:
            raise LogError(f"{self.path}: {_reason(error)}") from None
        return connection

    def _prepare(self, connection: sqlite3.Connection) -> None:
        """Have the file for this process alone, and see that it is a log that can be read and written."""
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        ((application,), (format_,)) = (
            connection.execute(f"PRAGMA {name}").fetchone() for name in ("application_id", "user_version")
        )
        is_new = connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
        if not is_new and application != _APPLICATION:
            raise LogError(f"{self.path} is not a store of incident-double")
        if not is_new and format_ != _FORMAT:
            raise LogError(f"{self.path} is a store of another version: format {format_}, not {_FORMAT}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        if is_new:
            connection.executescript(
                f"BEGIN IMMEDIATE; PRAGMA application_id = {_APPLICATION}; PRAGMA user_version = {_FORMAT};"
                f"{_SCHEMA} COMMIT;"
            )
        ((found,),) = connection.execute("PRAGMA quick_check(1)").fetchall()
        if found != "ok":
            raise LogError(f"{self.path} is damaged: {' '.join(found.split())}")
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("ROLLBACK")

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """One that is on the disk when the block has ended; where that can't be, it never was. Raises LogError."""
        with self._mutex:
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException as error:
                with suppress(sqlite3.Error):
                    self._connection.execute("ROLLBACK")
                if isinstance(error, sqlite3.Error):
                    raise LogError(f"{self.path}: {_reason(error)}") from None
                raise

    def _rows(self, statement: str, *values: Any) -> list[Any]:
        with self._mutex:
            try:
                return self._connection.execute(statement, values).fetchall()
            except sqlite3.Error as error:
                raise LogError(f"{self.path}: {_reason(error)}") from None

    def _parts(self, snapshot: int) -> Iterator[bytes]:
        number = 0
        of_it = "SELECT content FROM parts WHERE snapshot = ? AND number = ?"
        while rows := self._rows(of_it, snapshot, number):
            yield rows[0][0]
            number += 1

    def _written(self, name: str, kind: Kind, parts: Iterable[bytes], covers: int) -> int:
        """The number of a snapshot, all of whose parts are there, but which doesn't count yet."""
        with self._transaction() as connection:
            values = (name, kind, covers)
            done = connection.execute(
                "INSERT INTO snapshots (account, kind, covers) VALUES (?, ?, ?)", values
            )
            number = done.lastrowid or 0
        try:
            for place, part in enumerate(parts):
                with self._transaction() as connection:
                    connection.execute("INSERT INTO parts VALUES (?, ?, ?)", [number, place, part])
        except BaseException:
            with suppress(LogError):
                self._changed("UPDATE snapshots SET standing = 'needless' WHERE number = ?", number)
                self._clear(name)
            raise
        return number

    def _tidy(self) -> None:
        """Delete what a process that ended in the middle has left."""
        self._changed("UPDATE snapshots SET standing = 'needless' WHERE standing = 'writing'")
        names = self._rows("SELECT account FROM snapshots UNION SELECT DISTINCT account FROM entries")
        for (name,) in names:
            self._clear(name)

    def _clear(self, name: str) -> None:
        """Delete what counts no longer of an account, little by little: others may want to write meanwhile."""
        ((covered, has_ended),) = self._rows(
            "SELECT (SELECT max(covers) FROM snapshots WHERE account = ? AND standing = 'kept'),"
            " NOT EXISTS (SELECT 1 FROM accounts WHERE name = ?)",
            *(name, name),
        )
        covered = self.head() if has_ended else covered or 0
        while self._changed(_CLEAR_ENTRIES, name, covered, _MOST_AT_ONCE) == _MOST_AT_ONCE:
            pass
        needless = self._rows(
            "SELECT number FROM snapshots WHERE account = ? AND standing = 'needless'", name
        )
        for (number,) in needless:
            while self._changed(_CLEAR_PARTS, number):
                pass
            self._changed("DELETE FROM snapshots WHERE number = ?", number)

    def _changed(self, statement: str, *values: Any) -> int:
        """Carry out one statement, and return how many rows it has changed."""
        with self._transaction() as connection:
            return connection.execute(statement, values).rowcount


def _reason(error: sqlite3.Error) -> str:
    text = " ".join(str(error).split())
    if text == "file is not a database":
        return "not a store of incident-double"
    return text
