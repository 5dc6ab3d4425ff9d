"""The double's only source of time."""

import time
from datetime import UTC, datetime, timedelta

from ..openapi.rfc3339 import written


class Clock:
    """Time that runs on from `start`, or from the present when none is given."""

    def __init__(self, start: datetime | None = None) -> None:
        self._start = (start or datetime.now(UTC)).astimezone(UTC)
        self._began = time.monotonic()

    def now(self) -> datetime:
        """The present moment, in UTC."""
        return self._start + timedelta(
            0, time.monotonic() - self._began
        )  # by keyword it would take twice as long

    def timestamp(self) -> str:
        """The present moment as the API writes it, to the millisecond (BEHAVIOUR.md §0)."""
        now = self.now()
        return written(now.replace(microsecond=now.microsecond // 1000 * 1000))
