"""The accounts of one server: which of them a request is for, and how they come and go."""

import gc
import logging
import re
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from secrets import token_hex
from threading import RLock
from typing import Any

import orjson

from .account import Snapshot
from .log.account_log import AccountLog
from .log.log import Log, LogError, Owner
from .pipeline import Double
from .request.authentication import ApiKey
from .request.messages import Reply, Request
from .request.problem import not_kept
from .store.transactions import CommitError
from .watching import Watchers

log = logging.getLogger("incident_double")

FIRST = "default"
"""The name of the first account."""
IDLE = 3600.0
"""Seconds after which an account that nobody has used ends."""
MOST = 10_000
"""How many there may be at once."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_LONGEST_KEY = 200
_SECONDS_BETWEEN_LOOKS = 1.0
_ENDED_BEFORE_COLLECTING = 32
"""At least so many, and as many as go on, so that collecting costs each of them little."""
_LAST_ENDED_BEFORE_COLLECTING = 8
"""The same where none goes on: what is left then would stay."""


@dataclass(slots=True)
class Entry:
    """An account by its name."""

    name: str
    double: Double
    used: float = field(default=0.0)
    """When it was last asked for something, by the machine's monotonic clock, in seconds."""


class Accounts:
    """Several accounts on one server: a first one that stays, and others, each found by its key.

    An account that was not used for `idle` seconds ends; with `per_key` every new key opens one. With `kept_in`, in
    which the first one is kept already, the others are too, and those that it has go on. Every method may be called
    from any thread. `now` is the machine's monotonic clock. Raises LogError.
    """

    def __init__(
        self,
        first: Double,
        *,
        idle: float = IDLE,
        per_key: bool = False,
        now: Callable[[], float] = time.monotonic,
        kept_in: Log | None = None,
    ) -> None:
        self.first = first
        self.idle = idle
        self._per_key = per_key
        self._now = now
        self._first = Entry(FIRST, first)
        self._by_name = {FIRST: self._first}
        self._by_key: dict[str | None, Entry] = {}
        self._lock = RLock()
        """Held while accounts come and go."""
        self._next_look = now()
        self._ended = 0
        """How many, since garbage was last collected for it."""
        self.opened: Watchers[[Double]] = Watchers()
        """Those to be notified of each account that is opened."""
        self.is_closed = False
        """Whether nobody in this process is to be answered any more."""
        self._log = kept_in
        for owner in kept_in.owners()[1:] if kept_in is not None else ():
            self._resume(owner)

    def __iter__(self) -> Iterator[Entry]:
        """All of them, the first one first."""
        self._end_idle()
        return iter(tuple(self._by_name.values()))

    def answer(self, request: Request) -> Reply:
        """Give the reply to a request: of the account that its key leads to, of the first one without such a key."""
        pipeline = self.first.pipeline
        token = pipeline.token(request)
        try:
            double = self._found(token).double if self._by_key or self._per_key else self.first
        except CommitError as error:
            log.error("%s", error)
            body = orjson.dumps(not_kept().envelope(token_hex(4)))
            return Reply(500, body, (("content-type", "application/json"),))
        return pipeline.answer(double, request, token)

    def named(self, name: str) -> Double:
        """Give the account of that name, which is used thereby. Raises KeyError where there is none."""
        self._end_idle()
        entry = self._by_name[name]
        entry.used = self._now()
        return entry.double

    def name_of(self, double: Double) -> str:
        """Give the name of an account; empty for one that has ended."""
        return next((each.name for each in self if each.double is double), "")

    def open(self, name: str | None = None, *, at: Snapshot | None = None) -> Entry:
        """Open an account, with a key of its own, which begins where the first one began, or at a snapshot.

        Raises ValueError, in one line, for a name that is taken or that can't be one, and for one account too many,
        and CommitError.
        """
        self._end_idle()
        with self._lock:
            chosen = self._free_name() if name is None else name
            if _NAME.fullmatch(chosen) is None:
                raise ValueError("a name has up to 64 letters, digits, dots, dashes and underscores")
            if chosen in self._by_name:
                raise ValueError(f"there is an account {chosen} already")
            return self._open(chosen, f"inc_{token_hex(32)}", at)

    def end(self, name: str) -> None:
        """End an account: its key is no longer known.

        Raises KeyError where there is none, ValueError for the first, and CommitError.
        """
        with self._lock:
            entry = self._by_name[name]
            if entry is self._first:
                raise ValueError("the first account stays: reset it instead")
            if self._log is not None:
                _kept(self._log.end, name)
            del self._by_name[name]
            for token in entry.double.keys:
                self._by_key.pop(token, None)
            self._ended += 1
            goes_on = len(self._by_name) - 1
            enough = max(_ENDED_BEFORE_COLLECTING, goes_on) if goes_on else _LAST_ENDED_BEFORE_COLLECTING
            is_garbage_worth_it = self._ended >= enough
            if is_garbage_worth_it:
                self._ended = 0
        entry.double.close()
        if is_garbage_worth_it:
            _give_memory_back()

    def suspend(self) -> None:
        """Keep nothing of them any more: what was kept is there when they are resumed."""
        for entry in self._by_name.values():
            entry.double.lock.close()

    def close(self) -> None:
        """End all but the first, which sends no more events, and refuse whoever comes in this process."""
        self.is_closed = True
        for name in [name for name in self._by_name if name != FIRST]:
            self.end(name)
        self.first.close()

    def _found(self, token: str | None) -> Entry:
        if self._now() >= self._next_look:
            self._end_idle()
        entry = self._by_key.get(token)
        if entry is None:
            entry = self._of_new_key(token) if self._per_key and token else self._first
        entry.used = self._now()
        return entry

    def _of_new_key(self, token: str) -> Entry:
        """The account of a key that has none yet: a new one, where the key can be one and there are not too many."""
        is_key = len(token) <= _LONGEST_KEY and token.isascii() and token.isprintable() and " " not in token
        with self._lock:
            if token in self._by_key:  # by another thread, meanwhile
                return self._by_key[token]
            if not is_key or token in self.first.keys or len(self._by_name) >= MOST:
                return self._first
            # The name doesn't give the key away.
            return self._open(f"key-{sha256(token.encode()).hexdigest()[:12]}", token, None)

    def _open(self, name: str, token: str, at: Snapshot | None) -> Entry:
        if len(self._by_name) >= MOST:
            raise ValueError(f"there are {MOST} accounts already: end one")
        entry = Entry(name, self.first.beside(ApiKey(token), at=at), self._now())
        if self._log is not None:
            owner = Owner(name, token, FIRST if at is None else "")
            _kept(AccountLog.keep, entry.double, self._log, owner)
        self.opened.notify(entry.double)
        self._by_name[name] = self._by_key[token] = entry
        return entry

    def _resume(self, owner: Owner) -> None:
        """Open an account that is kept. Raises LogError."""
        entry = Entry(owner.name, self.first.beside(ApiKey(owner.key)), self._now())
        if self._log is not None:
            AccountLog.resume(entry.double, self._log, owner.name)
        self._by_name[owner.name] = self._by_key[owner.key] = entry

    def _free_name(self) -> str:
        number = len(self._by_name) + 1
        while f"account-{number}" in self._by_name:
            number += 1
        return f"account-{number}"

    def _end_idle(self) -> None:
        with self._lock:
            now = self._now()
            self._next_look = now + min(self.idle, _SECONDS_BETWEEN_LOOKS)
            for entry in [*self._by_name.values()]:
                if entry is not self._first and now - entry.used >= self.idle:
                    try:
                        self.end(entry.name)
                    except CommitError as error:
                        log.warning("%s: the account %s has not ended", error, entry.name)
                        return


def _kept(keep: Callable[..., object], *arguments: Any) -> None:
    try:
        keep(*arguments)
    except LogError as error:
        raise CommitError(str(error)) from None


def _give_memory_back() -> None:
    """Free what has ended, which refers to itself, and hand it back to the system where that can be asked for."""
    gc.collect()
    if sys.platform == "linux":
        import ctypes  # noqa: PLC0415 - most servers hold one account

        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # of glibc alone
        if trim is not None:
            trim(0)
