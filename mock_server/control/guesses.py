"""Slowing down whoever guesses the control token."""

import time
from collections.abc import Callable

from ..request.problem import ErrorEntry, Problem

SHORTEST_TOKEN = 8
"""Characters of a control token, at least."""
MOST = 10
"""Wrong tokens that an address may send before it has to wait."""
SECONDS_EACH = 5.0
"""After how long it may send another one."""
_MOST_ADDRESSES = 10_000


def check_token(token: str) -> str:
    """Return the control token itself. Raises ValueError for one that is guessed too easily."""
    if len(token.strip()) < SHORTEST_TOKEN:
        raise ValueError(f"a control token has {SHORTEST_TOKEN} characters at least")
    return token


class Guesses:
    """How many wrong tokens each address has sent of late. `now` is the machine's monotonic clock."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._forgiven_at: dict[str, float] = {}
        """When all that an address has guessed will be forgotten."""

    def check(self, address: str | None) -> None:
        """Raise the 429 Problem where an address has guessed too often, whatever it sends now."""
        wait = self._forgiven_at.get(address or "", 0.0) - self._now() - (MOST - 1) * SECONDS_EACH
        if wait > 0:
            raise Problem(
                429,
                ErrorEntry("too_many_requests", "There were too many wrong control tokens"),
                headers=(("retry-after", str(int(wait) + 1)),),
            )

    def note(self, address: str | None) -> None:
        """Take note of a wrong token. What this process sends itself is not counted."""
        if address is None:
            return
        if address not in self._forgiven_at and len(self._forgiven_at) >= _MOST_ADDRESSES:
            self._forgiven_at.pop(next(iter(self._forgiven_at)))
        now = self._now()
        self._forgiven_at[address] = max(self._forgiven_at.pop(address, now), now) + SECONDS_EACH
