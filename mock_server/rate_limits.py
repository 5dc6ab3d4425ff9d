"""Token buckets for each key, and the headers that tell of them (BEHAVIOUR.md §3)."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from ..openapi.rfc3339 import written
from .authentication import ApiKey
from .clock import Clock
from .problem import Fault, Problem

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
        rate = self.limit / WINDOW
        self.tokens = min(self.limit, self.tokens + max(0.0, now - self.filled_at) * rate)
        self.filled_at = now

    def seconds_to(self, tokens: float) -> float:
        return max(0.0, tokens - self.tokens) * WINDOW / self.limit


class RateLimits:
    """What each key has left. `limit`, where given, takes the place of every limit of the vendor's."""

    def __init__(self, clock: Clock, limit: int | None = None) -> None:
        self._clock = clock
        self._limit = limit
        self._buckets: dict[tuple[str, str], _Bucket] = {}

    def take(self, key: ApiKey, operation_id: str) -> Headers:
        """Take one request out of the key's buckets: the headers of the answer.

        Raises the 429 Problem when a bucket is empty; nothing is taken then.
        """
        now = self._clock.now().timestamp()
        buckets = list(self._buckets_of(key, operation_id, now))
        binding = min(buckets, key=lambda bucket: bucket.tokens)
        if binding.tokens < 1:
            raise _refusal(key, binding, buckets, now)
        for bucket in buckets:
            bucket.tokens -= 1
        return _headers(binding, buckets, now)

    def _buckets_of(self, key: ApiKey, operation_id: str, now: float) -> Iterator[_Bucket]:
        if operation_id in OPERATION_LIMITS:
            yield self._bucket(key, operation_id, OPERATION_LIMITS[operation_id], now)
        yield self._bucket(key, "", KEY_LIMIT, now)

    def _bucket(self, key: ApiKey, name: str, limit: int, now: float) -> _Bucket:
        bucket = self._buckets.get((key.token, name))
        if bucket is None:
            limit = self._limit or limit
            bucket = self._buckets[key.token, name] = _Bucket(limit, limit, now)
        else:
            bucket.refill(now)
        return bucket


def _refusal(key: ApiKey, binding: _Bucket, buckets: list[_Bucket], now: float) -> Problem:
    seconds = max(1, math.ceil(binding.seconds_to(1)))
    return Problem(
        429,
        Fault("too_many_requests", "Too many requests: the rate limit of this API key has been reached"),
        rate_limit={
            "name": key.name,
            "limit": binding.limit,
            "remaining": 0,
            "retry_after": written(datetime.fromtimestamp(math.ceil(now + seconds), UTC)),
        },
        headers=(("retry-after", str(seconds)), *_headers(binding, buckets, now)),
    )


def _headers(binding: _Bucket, buckets: list[_Bucket], now: float) -> Headers:
    quotas = [f"{bucket.limit};window={WINDOW}" for bucket in reversed(buckets)]
    remaining = int(binding.tokens)
    return (
        ("x-ratelimit-limit", ", ".join([str(binding.limit), *quotas])),
        ("x-ratelimit-remaining", str(remaining)),
        ("x-ratelimit-used", str(binding.limit - remaining)),
        ("x-ratelimit-reset", str(math.ceil(now + binding.seconds_to(binding.limit)))),
    )
