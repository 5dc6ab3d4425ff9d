"""Token buckets for each key, and the headers that report them (behaviour.md#rate-limits)."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from ...openapi.rfc3339 import written
from .authentication import ApiKey
from .problem import ErrorEntry, Problem

WINDOW = 60
"""Seconds in which an empty bucket fills up again."""
KEY_LIMIT = 1200
"""Requests a minute with one key."""
OPERATION_LIMITS = {"Incidents V2#List": 60}
"""Requests a minute with one key for the operations that have a tighter bucket of their own."""

Headers = tuple[tuple[str, str], ...]


@dataclass(slots=True)
class _Bucket:
    limit: int
    tokens: float
    filled_at: float

    def refill(self, now: float) -> None:
        if now > self.filled_at:
            tokens = self.tokens + (now - self.filled_at) * self.limit / WINDOW
            self.tokens = tokens if tokens < self.limit else self.limit
        self.filled_at = now

    def seconds_to(self, tokens: float) -> float:
        return (tokens - self.tokens) * WINDOW / self.limit


@dataclass(frozen=True, slots=True)
class _Buckets:
    """What a request draws on: the operation's own bucket, where it has one, before the key's."""

    each: tuple[_Bucket, ...]
    limits: Mapping[int, tuple[str, str]]
    """The header that says all of them, by the limit of the one that is the next to be empty."""


class RateLimits:
    """What each key has left. `limit`, where given, takes the place of every limit of the vendor's."""

    def __init__(self, limit: int | None = None) -> None:
        self._limit = limit
        self._buckets: dict[tuple[str, str], _Bucket] = {}
        self._drawn_on: dict[tuple[str, str], _Buckets] = {}

    def snapshot(self) -> Mapping[tuple[str, str], tuple[float, float]]:
        """Give what each bucket held, and when."""
        return {name: (bucket.tokens, bucket.filled_at) for name, bucket in self._buckets.items()}

    def restore(self, snapshot: Mapping[tuple[str, str], tuple[float, float]]) -> None:
        """Go back to a snapshot of these; a bucket that was not there is full when it is first drawn on."""
        for name in self._buckets.keys() - snapshot.keys():
            del self._buckets[name]
        for name, (tokens, filled_at) in snapshot.items():
            bucket = self._buckets.setdefault(name, _Bucket(self._limit_of(name[1]), tokens, filled_at))
            bucket.tokens, bucket.filled_at = tokens, filled_at
        self._drawn_on.clear()

    def take(self, key: ApiKey, operation_id: str, moment: datetime) -> Headers:
        """Take one request, of that moment, out of the key's buckets: the headers of the answer.

        Raises the 429 Problem when a bucket is empty; nothing is taken then.
        """
        now = moment.timestamp()
        buckets = self._drawn_on.get((key.token, operation_id))
        if buckets is None:
            buckets = self._drawn_on[key.token, operation_id] = self._buckets_of(key, operation_id, now)
        binding = buckets.each[0]
        for bucket in buckets.each:
            bucket.refill(now)
            if bucket.tokens < binding.tokens:
                binding = bucket
        if binding.tokens < 1:
            raise _refusal(key, binding, buckets, now)
        for bucket in buckets.each:
            bucket.tokens -= 1
        return _headers(binding, buckets, now)

    def _buckets_of(self, key: ApiKey, operation_id: str, now: float) -> _Buckets:
        names = [operation_id, ""] if operation_id in OPERATION_LIMITS else [""]
        each = tuple(self._bucket(key, name, now) for name in names)
        quotas = ", ".join(f"{bucket.limit};window={WINDOW}" for bucket in reversed(each))
        return _Buckets(
            each, {bucket.limit: ("x-ratelimit-limit", f"{bucket.limit}, {quotas}") for bucket in each}
        )

    def _bucket(self, key: ApiKey, name: str, now: float) -> _Bucket:
        limit = self._limit_of(name)
        return self._buckets.setdefault((key.token, name), _Bucket(limit, limit, now))

    def _limit_of(self, name: str) -> int:
        """Of the bucket of an operation, or of the key's own, which has no name."""
        return self._limit or OPERATION_LIMITS.get(name, KEY_LIMIT)


def _refusal(key: ApiKey, binding: _Bucket, buckets: _Buckets, now: float) -> Problem:
    seconds = max(1, math.ceil(binding.seconds_to(1)))
    return Problem(
        429,
        ErrorEntry("too_many_requests", "Too many requests: the rate limit of this API key has been reached"),
        rate_limit={
            "name": key.name,
            "limit": binding.limit,
            "remaining": 0,
            "retry_after": written(datetime.fromtimestamp(math.ceil(now + seconds), UTC)),
        },
        headers=(("retry-after", str(seconds)), *_headers(binding, buckets, now)),
    )


def _headers(binding: _Bucket, buckets: _Buckets, now: float) -> Headers:
    remaining = int(binding.tokens)
    return (
        buckets.limits[binding.limit],
        ("x-ratelimit-remaining", str(remaining)),
        ("x-ratelimit-used", str(binding.limit - remaining)),
        ("x-ratelimit-reset", str(math.ceil(now + binding.seconds_to(binding.limit)))),
    )
