"""Bringing an account to where its log ends."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import orjson

from ..account import Account
from ..clock import moment
from ..store.store import Change
from ..webhooks.outbox import Outbox
from .chance import moved
from .contents import load, set_clock
from .log import Log, LogError
from .outbox_json import apply_changes


def begin(account: Account, log: Log, name: str) -> None:
    """Bring an account to where it began, so that it may be reset. Raises LogError.

    One that has no beginning of its own in the log has begun already.
    """
    start = log.snapshot(name, "start")
    if start is None:
        return
    with _naming_damage(name):
        outbox = load(account, start.parts)
    account.begin_from(account.snapshot()._replace(webhooks=outbox.snapshot()))


def catch_up(account: Account, log: Log, name: str) -> None:
    """Bring an account that has begun to where its log ends, whatever it is now. Raises LogError."""
    account.webhooks.stop()
    with _naming_damage(name):
        with account.store.unwatched():
            replay = _Replay(account)
            state = log.snapshot(name, "state")
            if state is not None:
                replay.outbox = load(account, state.parts)
            else:
                replay.begin_again()
            for content in log.read(name, 0 if state is None else state.covers):
                replay.apply(orjson.loads(content))
        replay.finish()


class _Replay:
    """An account on its way."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self.outbox = Outbox()
        self._at: str | None = None

    def begin_again(self) -> None:
        """Go to where the account began."""
        account = self._account
        account.store.restore(account.start.store)
        account.store.random.setstate(account.start.chance)
        account.clock.restore(account.start.clock)
        self.outbox = Outbox(account.start.webhooks)

    def apply(self, entry: Mapping[str, Any]) -> None:
        """Do what an entry says, in the order in which it happened."""
        account = self._account
        if entry.get("reset", False):
            self.begin_again()
        if "changes" in entry:
            account.store.apply([Change(*each) for each in entry["changes"]])
        if "chance" in entry:
            random = account.store.random
            random.setstate(moved(random.getstate(), entry["chance"]))
        if "clock" in entry:
            set_clock(account.clock, entry["clock"])
        apply_changes(self.outbox, entry.get("webhooks", {}))
        self._at = entry["at"]

    def finish(self) -> None:
        """Let time run on from the last entry at least, and send what is still to be sent."""
        clock = self._account.clock
        if self._at is not None and not clock.is_frozen and clock.now() < moment(self._at):
            clock.set(self._at)  # the machine's own was set back
        self._account.webhooks.restore(self.outbox.snapshot())


@contextmanager
def _naming_damage(name: str) -> Iterator[None]:
    """Raise LogError for whatever an account's log holds that can't be read."""
    try:
        yield
    except LogError:
        raise
    except Exception as error:  # noqa: BLE001 - an entry may be any JSON
        reason = " ".join(str(error).split())
        raise LogError(f"the store is damaged: the account {name} can't be read: {reason}") from None
