"""Webhooks: endpoints of others, which every change of the state is sent to as it happens (behaviour.md#webhooks)."""

import logging
import random
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ...fixtures.domain.identifiers import ulid
from ..store.store import Applied, Store
from ..watching import Watch, Watchers
from .deliveries import Attempt, Delivery, Endpoint, Key, check_url
from .events import EVENT_TYPES, events_of
from .outbox import Outbox, OutboxSnapshot
from .signing import check_secret, new_secret, signed_headers

if TYPE_CHECKING:
    from .sending import Parcel, Sender

log = logging.getLogger("incident_double")


class Webhooks:
    """The webhooks of one double: what is delivered to whom, tried again, given up, and remembered.

    Time is the clock of the store: while it stands still, nothing is tried again. A thread delivers, which lives as
    long as there is an endpoint. Every method may be called from any thread; whoever changes the state at the same
    time holds the double's lock, as ever.
    """

    def __init__(self, store: Store, *, seed: int = 0) -> None:
        self._store = store
        self._clock = store.clock
        self._random = random.Random(f"webhooks {seed}")
        self._switching = threading.RLock()
        """Held while endpoints come or go; taken before `_changed`, never after it."""
        self._changed = threading.Condition()
        """Guards the outbox; not held while the clock, the store or the network is asked."""
        self._outbox = Outbox()
        self._sender: Sender | None = None
        self._watches: Sequence[Watch] = ()
        self._held: list[Delivery] | None = None
        """Messages that are not to be sent before what they report is committed; None where nothing is held back."""
        self.recorders: Watchers[[]] = Watchers()
        """Called when endpoints or what is to be delivered changes, by whoever changes the account."""
        self.attempt_recorders: Watchers[[]] = Watchers()
        """Called after every attempt, in the thread that delivers."""

    def add(self, url: str, *, secret: str | None = None, event_types: Iterable[str] = ()) -> Endpoint:
        """Register an endpoint; a secret is made up where there is none, and no event types stand for all of them.

        Raises ValueError, in one line, for a URL, a secret or a type that is refused, and for one endpoint too many.
        """
        types, now = tuple(event_types), self._clock.now()
        unknown = [each for each in types if each not in EVENT_TYPES]
        if unknown:
            raise ValueError(f"no such event: {unknown[0]}")
        check_url(url)
        with self._switching:
            with self._changed:
                known = new_secret(self._random) if secret is None else check_secret(secret)
                endpoint = Endpoint(self._new_id("ep", now), url, known, types)
                self._outbox.add(endpoint)
            self._begin()
        self.recorders.notify()
        return endpoint

    def remove(self, id_: str) -> None:
        """Take an endpoint away; what is pending there has failed. Raises ValueError where there is none."""
        with self._switching:
            with self._changed:
                self._outbox.remove(id_)
                is_last = not self._outbox.endpoints
            if is_last:
                self._end()
        self.recorders.notify()

    def enable(self, id_: str) -> Endpoint:
        """Deliver again to an endpoint that was disabled. Raises ValueError where there is none."""
        with self._changed:
            endpoint = replace(self._outbox.endpoint(id_), enabled=True, failing_since=None)
            self._outbox.endpoints[id_] = endpoint
        self.recorders.notify()
        return endpoint

    def endpoints(self) -> list[Endpoint]:
        """Give all endpoints, oldest first."""
        with self._changed:
            return list(self._outbox.endpoints.values())

    def deliveries(self) -> list[Delivery]:
        """Give what is remembered of deliveries, in the order of their events."""
        with self._changed:
            return list(self._outbox.log)

    def redeliver(self, message: str, *, endpoint: str | None = None) -> list[Delivery]:
        """Send a message again, under its own id, to that endpoint or to all that it was for.

        Raises ValueError when it isn't remembered, or no endpoint is left that takes it.
        """
        now = self._clock.now()
        with self._changed:
            again = self._outbox.again(message, endpoint, now)
        self.recorders.notify()
        self._wake()
        return again

    @property
    def chance(self) -> random.Random:
        """What ids and secrets are made from."""
        return self._random

    def hold(self) -> None:
        """Keep messages back from now on, until `release`."""
        self._held = []

    @property
    def held(self) -> Sequence[Delivery]:
        """The messages that are kept back."""
        return self._held or ()

    def release(self) -> None:
        """Have sent what was kept back."""
        with self._changed:
            for delivery in self._held or ():
                self._outbox.log.put(delivery)
        if self._held:
            self._held = []
            self._wake()

    def settled(self, timeout: float = 10.0) -> bool:
        """Wait until nothing is due or under way; whether that came about in so many seconds.

        Receivers may ask the double meanwhile: not to be called with the double's lock held.
        """
        deadline = time.monotonic() + timeout
        while True:
            now = self._clock.now()
            with self._changed:
                if not self._outbox.is_busy(now):
                    return True
                left = deadline - time.monotonic()
                if left <= 0:
                    return False
                self._changed.wait(left)

    def snapshot(self) -> OutboxSnapshot:
        """Give endpoints and deliveries as they are. What is under way counts as pending."""
        with self._changed:
            return self._outbox.snapshot()

    def restore(self, snapshot: OutboxSnapshot) -> None:
        """Go back to a snapshot: what is under way is broken off, and what was pending then is sent.

        Restore the clock before. Ids go on, so no receiver is given one of them for two events.
        """
        with self._switching:
            self.stop()
            with self._changed:
                self._outbox = Outbox(snapshot)
                if self._held:
                    self._held = []
                self._changed.notify_all()
            if snapshot.endpoints:
                self._begin()

    def stop(self) -> None:
        """Send nothing until `restore` or another endpoint; what is under way is broken off."""
        with self._switching:
            self._end()

    def close(self) -> None:
        """Take all endpoints away, and end the thread."""
        with self._switching:
            for endpoint in self.endpoints():
                self.remove(endpoint.id)

    def _begin(self) -> None:
        """Listen to the store and the clock, and have a thread send what is due."""
        if self._sender is None:
            from .sending import Sender  # noqa: PLC0415 - most doubles never need an HTTP client

            self._watches = (self._store.watch(self._take_note), self._clock.watch(self._wake))
            self._sender = Sender(self._take_due)

    def _end(self) -> None:
        sender, self._sender = self._sender, None
        if sender is not None:
            for watch in self._watches:
                watch.end()
            sender.stop()
            with self._changed:
                self._outbox.break_off()
                self._changed.notify_all()

    def _wake(self) -> None:
        sender = self._sender
        if sender is not None:
            sender.wake()

    def _take_note(self, applied: Sequence[Applied]) -> None:
        """Turn what was applied into a message for each event, to whoever wants it."""
        events, now = events_of(self._store, applied), self._clock.now()
        with self._changed:
            for event in events:
                wanting = self._outbox.wanting(event.type)
                if wanting:
                    message, body = self._new_id("msg", now), event.body()
                    for endpoint in wanting:
                        self._put(Delivery(Key(message, endpoint.id), event.type, body, now))
        if events and self._held is None:
            self._wake()

    def _put(self, delivery: Delivery) -> None:
        if self._held is None:
            self._outbox.log.put(delivery)
        else:
            self._held.append(delivery)

    def _take_due(self) -> tuple[list["Parcel"], float | None]:
        """What is due, ready to be posted; and in how many seconds there will be more, if time runs."""
        now, is_frozen = self._clock.now(), self._clock.is_frozen
        with self._changed:
            due = [(each, self._outbox.endpoint(each.key.endpoint)) for each in self._outbox.take_due(now)]
            following = None if is_frozen else self._outbox.next_due()
            self._changed.notify_all()
        seconds = None if following is None else max(0.0, (following - now).total_seconds())
        return [self._packed(delivery, endpoint, now) for delivery, endpoint in due], seconds

    def _packed(self, delivery: Delivery, endpoint: Endpoint, now: datetime) -> "Parcel":
        from .sending import Parcel  # noqa: PLC0415 - see `_begin`

        # By the receivers' clock, not the double's: they refuse what is minutes away from their own time.
        headers = signed_headers(endpoint.secret, delivery.key.message, datetime.now(UTC), delivery.body)
        return Parcel(endpoint.url, headers, delivery.body, self._recorder(delivery.key, now))

    def _recorder(self, key: Key, at: datetime) -> Callable[[int | None, str | None], None]:
        def record(status: int | None, error: str | None) -> None:
            with self._changed:
                disabled = self._outbox.record(key, Attempt(at, status, error))
            self.attempt_recorders.notify()
            if disabled is not None:
                log.warning("webhooks to %s are disabled: it has failed for days", disabled.as_json()["url"])
            with self._changed:
                self._outbox.finish(key)
                self._changed.notify_all()

        return record

    def _new_id(self, kind: str, now: datetime) -> str:
        return f"{kind}_{ulid(int(now.timestamp() * 1000), self._random)}"
