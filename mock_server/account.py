"""One account: everything that a client of it can change or see, apart from what answers."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from random import Random
from typing import Any, NamedTuple, Protocol

from ..fixtures.domain.dataset import Dataset
from ..openapi import Document
from .answer_cache import AnswerCache
from .clock import Clock, ClockSnapshot
from .faults.armed_fault import ArmedFault
from .faults.arming import Armed, Faults
from .journal.journal import Journal, JournalMark, JournalSnapshot
from .journal.redaction import Redaction
from .request.authentication import DEFAULT_TOKEN, ApiKey
from .request.rate_limits import RateLimits
from .store.store import Store, StoreSnapshot
from .store.transactions import InMemory, Transactions
from .webhooks.outbox import OutboxSnapshot
from .webhooks.webhooks import Webhooks


class Snapshot(NamedTuple):
    """An account as it was, with everything that a test can touch."""

    at: datetime
    """When, by the account's clock."""
    store: StoreSnapshot
    chance: Any
    clock: ClockSnapshot
    limits: Any
    faults: Sequence[Armed]
    journal: JournalSnapshot | JournalMark
    webhooks: OutboxSnapshot


class _Part(Protocol):
    """A part of an account that can go back to how it was."""

    def snapshot(self) -> Any:
        """Say how it is."""

    def restore(self, snapshot: Any) -> None:
        """Go back to how it was."""


class _Chance:
    """A source of chance as a part of an account."""

    def __init__(self, random: Random) -> None:
        self.snapshot = random.getstate
        self.restore = random.setstate


class _Unlimited:
    """Limits of an account that has none."""

    def snapshot(self) -> None:
        """Count nothing."""

    def restore(self, snapshot: None) -> None:
        """Count nothing."""


class Account:
    """A store, chance, clock, limits, faults, journal and webhooks, and the keys that lead to them.

    It begins with a data set, or goes on from the state, the clock and the faults of another account's snapshot:
    then both share what neither has changed. `rate_limit` is how many requests a minute every bucket holds: None for
    the vendor's limits, 0 for none at all. `keys` defaults to the one documented key with every role. `faults` strike
    in that order.
    """

    def __init__(
        self,
        document: Document,
        beginning: Dataset | Snapshot,
        *,
        keys: Iterable[ApiKey] = (),
        clock: Clock | None = None,
        seed: int = 0,
        rate_limit: int | None = None,
        faults: Iterable[ArmedFault] = (),
    ) -> None:
        self.document = document
        self.seed = seed
        self.rate_limit = rate_limit
        self.keys = {key.token: key for key in keys or [ApiKey(DEFAULT_TOKEN)]}
        self.clock = clock or Clock()
        self.faults = Faults(document.operations, faults)
        if isinstance(beginning, Snapshot):
            self.clock.restore(beginning.clock)
            self.faults.restore(beginning.faults)
            self.store = Store.at(beginning.store, self.clock, seed=seed)
            self.store.random.setstate(beginning.chance)
        else:
            self.store = Store(beginning, self.clock, seed=seed)
        self.webhooks = Webhooks(self.store, seed=seed)
        self.limits = None if rate_limit == 0 else RateLimits(rate_limit)
        self.journal = Journal(self.redaction, operations=document.operations)
        self.answer_cache = AnswerCache(self.store)
        self.lock: Transactions = InMemory()
        """Held while a request is answered: whoever else looks at the state, or changes it, holds it too."""
        self.snapshots: dict[str, Snapshot] = {}
        """Those that are kept for whoever asks for them by their ids."""
        self._start = self.snapshot()

    @property
    def api_key(self) -> str:
        """The first of its keys."""
        return next(iter(self.keys))

    @property
    def start(self) -> Snapshot:
        """How it began: where `reset` goes back to."""
        return self._start

    def redaction(self, *more: str) -> Redaction:
        """Give what may be shown of its exchanges now: none of its keys and webhook secrets, and no more secrets."""
        schemes = self.document.raw.get("components", {}).get("securitySchemes", {}).values()
        headers = [str(scheme["name"]) for scheme in schemes if scheme.get("in") == "header"]
        secrets = [endpoint.secret for endpoint in self.webhooks.endpoints()]
        return Redaction([*self.keys, *secrets, *more], headers)

    def snapshot(self) -> Snapshot:
        """Give the account as it is, to come back to."""
        with self.lock:
            now = self.clock.now()
            return Snapshot(now, **{name: part.snapshot() for name, part in self._parts().items()})

    def _parts(self) -> Mapping[str, _Part]:
        """What it is made of, by the names of a snapshot's fields."""
        return {
            "store": self.store,
            "chance": _Chance(self.store.random),
            "clock": self.clock,
            "limits": self.limits or _Unlimited(),
            "faults": self.faults,
            "journal": self.journal,
            "webhooks": self.webhooks,
        }

    def set_baseline(self) -> None:
        """Let this be how it began: `reset` will come back here."""
        with self.lock:
            self._start = self.snapshot()
            self.lock.rebased()

    def begin_from(self, start: Snapshot) -> None:
        """Let a snapshot be how it began, whatever it is now."""
        self._start = start

    def reset(self) -> None:
        """Go back to how it began."""
        self.rollback(self._start)

    def rollback(self, snapshot: Snapshot) -> None:
        """Go back to a snapshot of this account, as often as one likes."""
        with self.lock:
            self.webhooks.stop()  # so that a clock which moves on makes nothing due that is to be forgotten
            for name, part in self._parts().items():
                part.restore(getattr(snapshot, name))
            self.lock.replaced(by_start=snapshot is self._start)

    def close(self) -> None:
        """Send no more events, and keep nothing any more."""
        self.lock.close()
        self.webhooks.close()
