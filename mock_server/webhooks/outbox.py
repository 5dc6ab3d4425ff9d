"""What is to be delivered where, and when: the state behind `webhooks`, without threads, clocks or network."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from .deliveries import Attempt, Delivery, DeliveryLog, Endpoint, Key

ENDPOINTS_LIMIT = 50


class OutboxSnapshot(NamedTuple):
    """Endpoints and deliveries as they were."""

    endpoints: Mapping[str, Endpoint]
    deliveries: Mapping[Key, Delivery]


_EMPTY = OutboxSnapshot({}, {})


class Outbox:
    """Endpoints, the deliveries to them, and which of these are under way: at most one for each endpoint."""

    def __init__(self, snapshot: OutboxSnapshot = _EMPTY) -> None:
        self.endpoints: dict[str, Endpoint] = {**snapshot.endpoints}
        self.log = DeliveryLog(snapshot.deliveries)
        self._under_way: set[Key] = set()

    def snapshot(self) -> OutboxSnapshot:
        """Give endpoints and deliveries as they are. What is under way counts as pending."""
        return OutboxSnapshot({**self.endpoints}, self.log.snapshot())

    def add(self, endpoint: Endpoint) -> None:
        """Add an endpoint. Raises ValueError for one too many."""
        if len(self.endpoints) == ENDPOINTS_LIMIT:
            raise ValueError(f"there are {ENDPOINTS_LIMIT} endpoints already")
        self.endpoints[endpoint.id] = endpoint

    def endpoint(self, id_: str) -> Endpoint:
        """Give one endpoint. Raises ValueError where there is none."""
        if id_ not in self.endpoints:
            raise ValueError(f"no such endpoint: {id_}")
        return self.endpoints[id_]

    def remove(self, id_: str) -> None:
        """Take an endpoint away; what is pending there has failed. Raises ValueError where there is none."""
        self.endpoint(id_)
        del self.endpoints[id_]
        self._give_up(id_)

    def wanting(self, event_type: str) -> list[Endpoint]:
        """Give the endpoints that an event of that type goes to."""
        return [each for each in self.endpoints.values() if each.wants(event_type)]

    def again(self, message: str, endpoint: str | None, now: datetime) -> list[Delivery]:
        """Have a message sent once more. Raises ValueError when it isn't remembered, or nobody takes it any more."""
        of_it = [each for each in self.log if each.key.message == message]
        if not of_it:
            raise ValueError(f"no such message: {message}")
        wanted = [each for each in of_it if endpoint in (None, each.key.endpoint)]
        again = [each.anew(now) for each in wanted if self._is_enabled(each.key.endpoint)]
        if not again:
            raise ValueError(f"no endpoint takes the message {message} any more")
        for delivery in again:
            self.log.put(delivery)
        return again

    def take_due(self, now: datetime) -> list[Delivery]:
        """Give what is due; from now on it is under way."""
        due = self._due(now)
        self._under_way |= {each.key for each in due}
        return due

    def next_due(self) -> datetime | None:
        """Say when something will be due to an endpoint to which nothing is under way."""
        return min((each.next_attempt_at for each in self._firsts() if each.next_attempt_at), default=None)

    def is_busy(self, now: datetime) -> bool:
        """Say whether anything is due or under way."""
        return bool(self._under_way or self._due(now))

    def record(self, key: Key, attempt: Attempt) -> Endpoint | None:
        """Give what came of a delivery that is under way. The endpoint, if that has disabled it."""
        delivery, endpoint = self.log.find(key), self.endpoints.get(key.endpoint)
        if delivery is not None:
            self.log.put(delivery.after(attempt))
        if endpoint is None:
            return None
        now = self.endpoints[key.endpoint] = endpoint.after(attempt)
        if now.enabled or not endpoint.enabled:
            return None
        self._give_up(key.endpoint)
        return now

    def finish(self, key: Key) -> None:
        """Note that it is under way no more: the endpoint is free for the next one."""
        self._under_way.discard(key)

    def break_off(self) -> None:
        """Note that nothing is under way any more; what was is pending."""
        self._under_way.clear()

    def _due(self, now: datetime) -> list[Delivery]:
        return [each for each in self._firsts() if each.is_due(now)]

    def _firsts(self) -> list[Delivery]:
        """For each endpoint to which nothing is under way the delivery that comes first."""
        busy = {key.endpoint for key in self._under_way}
        found = [self.log.first_pending(id_) for id_ in self.endpoints if id_ not in busy]
        return [each for each in found if each is not None]

    def _is_enabled(self, endpoint: str) -> bool:
        return endpoint in self.endpoints and self.endpoints[endpoint].enabled

    def _give_up(self, endpoint: str) -> None:
        for delivery in self.log.pending(endpoint):
            self.log.put(delivery.given_up())
