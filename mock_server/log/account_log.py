"""The transactions of an account that lasts: each is in the log before whoever made it is answered."""

import logging
from collections.abc import Callable, Iterator
from threading import Lock, RLock, Thread
from types import TracebackType
from typing import Any

import orjson

from ...openapi import Json
from ...openapi.rfc3339 import written
from ..account import Account
from ..store.transactions import CommitError
from ..webhooks.outbox import OutboxSnapshot
from .chance import Follower
from .contents import Picture, written_clock
from .log import Log, LogError, Owner
from .outbox_json import changes
from .pending import Pending
from .replay import begin, catch_up

log = logging.getLogger("incident_double")

_LEAST_TO_COMPACT = 4 * 1024 * 1024
"""Bytes of entries before a snapshot takes their place; more where a snapshot is large."""


class AccountLog:
    """The lock of an account whose changes go to a log (see `Transactions`).

    What is no part of it: limits, faults, the journal, snapshots to go back to, and chance that reads have used.
    """

    def __init__(self, account: Account, kept_in: Log, name: str) -> None:
        self._account, self._log, self._name = account, kept_in, name
        self._lock = RLock()
        self._depth = 0
        self._pending = Pending()
        self._has_failed = False
        """Whether the last commit has."""
        self._is_behind = False
        """Whether the account could not be brought back to where the log ends."""
        self._outbox_lock = Lock()
        """Held while what has changed of the outbox is found and logged; taken after `_lock`, never before."""
        self._size = 0
        """Bytes of the entries since the last snapshot."""
        self._snapshot_size = 0
        self._compacting: Thread | None = None
        self._is_closed = False
        self._follow()
        account.webhooks.hold()
        account.store.recorders.add(self._pending.add)
        account.clock.watch(self._pending.note_clock)
        account.webhooks.recorders.add(self._pending.note_outbox)
        account.webhooks.attempt_recorders.add(self._log_attempt)
        account.lock = self

    @classmethod
    def keep(cls, account: Account, kept_in: Log, owner: Owner) -> "AccountLog":
        """Begin to keep an account in a log, which begins as it is now. Raises LogError."""
        kept_in.open(owner, Picture.of(account).parts())
        return cls(account, kept_in, owner.name)

    @classmethod
    def resume(cls, account: Account, kept_in: Log, name: str) -> "AccountLog":
        """Bring an account to where its log ends, and go on from there. Raises LogError.

        Where it has no beginning of its own in the log, it begins as it is.
        """
        begin(account, kept_in, name)
        catch_up(account, kept_in, name)
        account.webhooks.chance.seed(f"webhooks {account.seed} {kept_in.head()}")  # no id is given twice
        return cls(account, kept_in, name)

    def __enter__(self) -> object:
        self._lock.acquire()
        self._depth += 1
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if self._depth == 1 and self._pending:
                self.commit()
        finally:
            self._depth -= 1
            self._lock.release()

    def check(self) -> None:
        """Raise CommitError where the last commit has failed, and another one would: to go back takes long."""
        if self._has_failed:
            try:
                self._log.probe()
            except LogError as error:
                raise CommitError(str(error)) from None
            self._has_failed = False

    def commit(self) -> None:
        """Have in the log what has changed up to now. Raises CommitError; then the account is as the log has it."""
        if self._is_behind:
            self._go_back()
            raise CommitError(f"{self._name}: what came before could not be saved")
        if not self._pending:
            return
        try:
            self._write()
        except LogError as error:
            self._has_failed = True
            self._go_back()
            raise CommitError(str(error)) from None
        self._pending.clear()
        self._account.webhooks.release()
        self._compact_if_due()

    def replaced(self, *, by_start: bool = False) -> None:
        """Take note that the account has gone to another state as a whole."""
        self._pending.replace(by_start=by_start)

    def rebased(self) -> None:
        """Take note that the account now counts as having begun as it is."""
        self._pending.has_changed = self._pending.is_rebased = True

    def close(self) -> None:
        """Send nothing more, and write nothing more."""
        self._account.webhooks.stop()
        with self._lock:
            self._is_closed = True
        if self._compacting is not None:
            self._compacting.join()

    def _follow(self) -> None:
        """Begin to look for what changes from now on."""
        self._chance = Follower()
        self._chance.written(self._account.store.random.getstate())
        self._outbox = self._account.webhooks.snapshot()

    def _write(self) -> None:
        pending = self._pending
        if pending.is_rebased or pending.is_whole:
            covers = self._log.head()
            picture = Picture.of(self._account)
            self._log.replace(self._name, "start" if pending.is_rebased else "state", picture.parts(), covers)
            self._follow()
            self._size = 0
        else:
            with self._outbox_lock:
                self._append(self._entry(), pending=True)

    def _entry(self) -> dict[str, Json]:
        account, pending = self._account, self._pending
        entry: dict[str, Any] = {}
        if pending.is_reset:
            entry["reset"], self._chance = True, Follower()
        if pending.changes:
            entry["changes"] = [[each.collection, each.id, each.after] for each in pending.changes]
        if pending.has_clock or pending.is_reset:
            entry["clock"] = written_clock(account.clock)
        chance = self._chance.written(account.store.random.getstate())
        if chance is not None:
            entry["chance"] = chance
        return entry

    def _append(self, entry: dict[str, Any], *, pending: bool) -> None:
        """Log an entry, with what has changed of the outbox. Raises LogError."""
        webhooks = self._account.webhooks
        now = webhooks.snapshot()
        if pending and webhooks.held:
            held = {each.key: each for each in webhooks.held}
            now = OutboxSnapshot(now.endpoints, {**now.deliveries, **held})
        before = self._account.start.webhooks if entry.get("reset", False) else self._outbox
        if changed := changes(before, now):
            entry["webhooks"] = changed
        content = orjson.dumps({"at": written(self._account.clock.now()), **entry})
        self._log.append(self._name, content)
        self._outbox = now
        self._size += len(content)

    def _log_attempt(self) -> None:
        """Log what came of an attempt to deliver.

        Without the account's lock: whoever holds that may wait for the thread that delivers to end.
        """
        if self._is_closed:
            return
        try:
            with self._outbox_lock:
                self._append({}, pending=False)
        except LogError as error:
            log.warning("%s: what came of a delivery could not be saved; it may be sent once more", error)

    def _go_back(self) -> None:
        """Be as the log has it, whatever has changed since."""
        try:
            catch_up(self._account, self._log, self._name)
        except LogError as error:
            log.error("%s", error)
            self._is_behind = True
        else:
            self._is_behind = False
            self._follow()
        self._pending.clear()

    def _compact_if_due(self) -> None:
        if self._size > max(_LEAST_TO_COMPACT, self._snapshot_size // 2) and self._compacting is None:
            self._size = 0
            covers, picture = self._log.head(), Picture.of(self._account)
            self._compacting = Thread(target=self._compact, args=(picture.parts, covers), daemon=True)
            self._compacting.start()

    def _compact(self, parts: Callable[[], Iterator[bytes]], covers: int) -> None:
        """Write a snapshot in place of the entries, while others go on writing."""
        try:
            self._log.replace(self._name, "state", self._while_open(parts()), covers)
        except LogError as error:
            log.warning("%s: the store goes on growing", error)
        except _ClosedError:
            return
        finally:
            self._compacting = None

    def _while_open(self, parts: Iterator[bytes]) -> Iterator[bytes]:
        size = 0
        for part in parts:
            if self._is_closed:
                raise _ClosedError
            size += len(part)
            yield part
        self._snapshot_size = size


class _ClosedError(Exception):
    """There is no need to go on."""
