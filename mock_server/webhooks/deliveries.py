"""What webhooks remember: endpoints, and what was or is to be delivered to them (behaviour.md#webhooks)."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Any, Literal, NamedTuple
from urllib.parse import urlsplit

import orjson

from ...openapi.rfc3339 import written
from ..assumptions import WEBHOOK_DELAYS, WEBHOOK_FAILING_DAYS
from ..journal.redaction import cut_short, without_password

LOG_LIMIT = 1000
"""Deliveries that are remembered."""
BODIES_LIMIT = 16 * 1024 * 1024
"""Bytes of their bodies."""
ATTEMPTS_LIMIT = 32
"""Attempts that are remembered of one delivery."""

_LONGEST_URL = 2048
_LABEL = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?")

State = Literal["pending", "delivered", "failed"]


def check_url(text: str) -> str:
    """Return the URL of an endpoint itself. Raises ValueError for one that nothing can be delivered to."""
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
        is_whole = parts.scheme in ("http", "https") and port != 0 and len(text) <= _LONGEST_URL
        if is_whole and text.isprintable() and " " not in text and "\\" not in text and _is_host(host or ""):
            return text
    except ValueError:
        pass
    shown = without_password(text)
    raise ValueError(f"not the URL of an endpoint: {shown if shown.isprintable() else ascii(shown)}")


def _is_host(name: str) -> bool:
    """Whether a name is that of a host, as DNS has it, or an address."""
    try:
        return not ip_address(name.partition("%")[0]).is_multicast
    except ValueError:
        labels = name.removesuffix(".").encode("idna").decode().split(".")
    return not labels[-1].isdigit() and all(map(_LABEL.fullmatch, labels))


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where events go. `event_types` are those that it wants, all of them when there are none."""

    id: str
    url: str = field(repr=False)
    """With its password, if it has one."""
    secret: str = field(repr=False)
    event_types: tuple[str, ...] = ()
    enabled: bool = True
    failing_since: datetime | None = None
    """When the first of the attempts was that have all failed up to now."""

    def wants(self, event_type: str) -> bool:
        """Say whether an event of that type goes there."""
        return self.enabled and (not self.event_types or event_type in self.event_types)

    def after(self, attempt: "Attempt") -> "Endpoint":
        """Give it as it is after an attempt: disabled, when all have failed for days."""
        if attempt.succeeded:
            return replace(self, failing_since=None)
        since = self.failing_since or attempt.at
        lasting = attempt.at - since >= timedelta(days=WEBHOOK_FAILING_DAYS)
        return replace(self, failing_since=since, enabled=self.enabled and not lasting)

    def as_json(self, *, with_secret: bool = False) -> dict[str, Any]:
        """Render it for people and the control plane; the secret only on demand: once, when the endpoint is new."""
        return {
            "id": self.id,
            "url": without_password(self.url),
            "secret": self.secret if with_secret else cut_short(self.secret),
            "event_types": list(self.event_types),
            "enabled": self.enabled,
        }


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try: when, on the double's clock, and the status of the answer, or why there was none."""

    at: datetime
    status: int | None = None
    error: str | None = None

    @property
    def succeeded(self) -> bool:
        """Whether the answer was a 2xx."""
        return self.status is not None and 200 <= self.status < 300

    def as_json(self) -> dict[str, Any]:
        """Give `at`, and `status` or `error`."""
        outcome = {"error": self.error} if self.status is None else {"status": self.status}
        return {"at": written(self.at), **outcome}


class Key(NamedTuple):
    """Names one delivery: an event is one message, however many endpoints it goes to."""

    message: str
    endpoint: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message on its way to one endpoint, or arrived there, or given up."""

    key: Key
    event_type: str
    body: bytes = field(repr=False)
    next_attempt_at: datetime | None
    """None once it isn't pending any more."""
    state: State = "pending"
    attempts: tuple[Attempt, ...] = ()
    failures: int = 0
    """Since it was last to be sent from the beginning."""

    @property
    def id(self) -> str:
        """Of the message: the `webhook-id` that the endpoint is sent."""
        return self.key.message

    def is_due(self, now: datetime) -> bool:
        """Say whether the next attempt should have begun."""
        return self.next_attempt_at is not None and self.next_attempt_at <= now

    def after(self, attempt: Attempt) -> "Delivery":
        """Give it as it is after an attempt: delivered, to be tried again, or given up."""
        tried = replace(self, attempts=(*self.attempts, attempt)[-ATTEMPTS_LIMIT:])
        if attempt.succeeded:
            return replace(tried, state="delivered", next_attempt_at=None)
        if self.state != "pending" or self.failures == len(WEBHOOK_DELAYS):
            return replace(tried, state="failed", next_attempt_at=None)
        later = attempt.at + timedelta(seconds=WEBHOOK_DELAYS[self.failures])
        return replace(tried, next_attempt_at=later, failures=self.failures + 1)

    def anew(self, now: datetime) -> "Delivery":
        """Give it as it is to be sent again, from the beginning of the schedule."""
        return replace(self, state="pending", next_attempt_at=now, failures=0)

    def given_up(self) -> "Delivery":
        """Give it as it is when it isn't to be tried any more."""
        return replace(self, state="failed", next_attempt_at=None)

    def as_json(self) -> dict[str, Any]:
        """Render it for people and the control plane: what was sent, every attempt, and what comes next."""
        return {
            "id": self.id,
            "event_type": self.event_type,
            "endpoint": self.key.endpoint,
            "state": self.state,
            "attempts": [each.as_json() for each in self.attempts],
            "next_attempt_at": None if self.next_attempt_at is None else written(self.next_attempt_at),
            "body": orjson.loads(self.body),
        }


class DeliveryLog:
    """Deliveries in the order of their events.

    When they are too many, the oldest is forgotten: one that isn't pending, as long as there is such a one.
    """

    def __init__(self, deliveries: Mapping[Key, Delivery] | None = None) -> None:
        self._kept: dict[Key, Delivery] = dict(deliveries or {})
        self._size = sum(len(each.body) for each in self._kept.values())

    def __iter__(self) -> Iterator[Delivery]:
        return iter(self._kept.values())

    def snapshot(self) -> Mapping[Key, Delivery]:
        """Give what `DeliveryLog` can be made of again."""
        return {**self._kept}

    def find(self, key: Key) -> Delivery | None:
        """Give one, unless it is forgotten."""
        return self._kept.get(key)

    def put(self, delivery: Delivery) -> None:
        """Remember a delivery, or how it stands now."""
        if delivery.key not in self._kept:
            self._size += len(delivery.body)
        self._kept[delivery.key] = delivery
        while len(self._kept) > LOG_LIMIT or (self._size > BODIES_LIMIT and len(self._kept) > 1):
            self._forget_one()

    def _forget_one(self) -> None:
        settled = (key for key, each in self._kept.items() if each.state != "pending")
        oldest = next(settled, None) or next(iter(self._kept))
        self._size -= len(self._kept.pop(oldest).body)

    def pending(self, endpoint: str) -> list[Delivery]:
        """Give those that are still to arrive there, in the order of their events."""
        return [each for each in self if each.key.endpoint == endpoint and each.state == "pending"]

    def first_pending(self, endpoint: str) -> Delivery | None:
        """Give the one that is to be tried first there; of those of one moment the first by the order of events."""
        waiting = ((each.next_attempt_at, each) for each in self if each.key.endpoint == endpoint)
        dated = ((moment, each) for moment, each in waiting if moment is not None)
        return min(dated, key=lambda pair: pair[0], default=(None, None))[1]
