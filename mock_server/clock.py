"""The double's only source of time."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from ..openapi.rfc3339 import written
from .watching import Watch, Watchers

EARLIEST, LATEST = datetime(1980, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
"""A clock stands between the two: ids count from 1970, and the organisation is older than its incidents."""
_LAST = LATEST - timedelta(milliseconds=1)
_UNITS = ("milliseconds", "seconds", "minutes", "hours", "days", "weeks")


class ClockSnapshot(NamedTuple):
    """How a clock was going."""

    start: datetime
    began: float
    frozen: datetime | None


class Clock:
    """Time that runs on from `start`, or from the present when none is given, until it is set, moved on or frozen.

    Moments are aware datetimes, or texts in ISO 8601 (UTC unless they say otherwise). Raises ValueError for one
    that is outside the years 1980 to 8999.
    """

    def __init__(self, start: datetime | str | None = None) -> None:
        self._start = datetime.now(UTC) if start is None else moment(start)
        self._began = time.monotonic()
        self._frozen: datetime | None = None
        self.watchers: Watchers[[]] = Watchers()

    def watch(self, call: Callable[[], None]) -> Watch:
        """Call this whenever time has done anything but run on, until the watch ends."""
        return self.watchers.add(call)

    def now(self) -> datetime:
        """Give the present moment, in UTC; a clock that has run to the end of what it may show stands there."""
        if self._frozen is not None:
            return self._frozen
        now = self._start + timedelta(
            0, time.monotonic() - self._began
        )  # by keyword it would take twice as long
        return now if now < LATEST else _LAST

    def timestamp(self) -> str:
        """Give the present moment as the API writes it, to the millisecond (behaviour.md#timestamps-utc)."""
        now = self.now()
        return written(now.replace(microsecond=now.microsecond // 1000 * 1000))

    @property
    def is_frozen(self) -> bool:
        """Whether time stands still until it is moved."""
        return self._frozen is not None

    def set(self, to: datetime | str, *, frozen: bool | None = None) -> None:
        """Go to a moment, and stand still there or run on from there: as before, unless `frozen` says."""
        self._go(moment(to), frozen=self.is_frozen if frozen is None else frozen)

    def advance(self, **units: float) -> None:
        """Move on by so many `milliseconds`, `seconds`, `minutes`, `hours`, `days` or `weeks`.

        Raises ValueError for moving back.
        """
        for name in units.keys() - _UNITS:
            raise TypeError(f"a clock is moved on by {', '.join(_UNITS)}, not by {name}")
        try:
            step = timedelta(**units)
            to = self.now() + step
        except OverflowError:
            raise ValueError("a clock can't be moved on so far") from None
        if step < timedelta():
            raise ValueError("a clock is moved on, not back: set it instead")
        self._go(moment(to), frozen=self.is_frozen)

    def freeze(self, at: datetime | str | None = None) -> None:
        """Stand still, at that moment or at the present one."""
        self._go(self.now() if at is None else moment(at), frozen=True)

    def resume(self) -> None:
        """Run on from where it stands."""
        self._go(self.now(), frozen=False)

    def snapshot(self) -> ClockSnapshot:
        """Say how it is going; a clock that runs is set back to the time that it would have had."""
        return ClockSnapshot(self._start, self._began, self._frozen)

    def restore(self, snapshot: ClockSnapshot) -> None:
        """Go on as at the snapshot."""
        if snapshot != self.snapshot():
            self._start, self._began, self._frozen = snapshot
            self.watchers.notify()

    def _go(self, to: datetime, *, frozen: bool) -> None:
        self._start, self._began, self._frozen = to, time.monotonic(), to if frozen else None
        self.watchers.notify()


def present(given: str | None) -> datetime | None:
    """Give the moment that somebody asks for, where `now` is the real present; None for None. Raises ValueError."""
    if given is None:
        return None
    return datetime.now(UTC) if given == "now" else moment(given)


def moment(given: datetime | str) -> datetime:
    """Give a moment in UTC. Raises ValueError, one line that says what is wrong."""
    if isinstance(given, str):
        try:
            read = datetime.fromisoformat(given)
        except ValueError:
            example = "2026-06-01T09:00:00Z"
            raise ValueError(f"{given!r} is not an ISO 8601 date or time, such as {example}") from None
    else:
        read = given
    read = read if read.tzinfo else read.replace(tzinfo=UTC)
    if not EARLIEST <= read < LATEST:
        raise ValueError(f"{str(given)!r} is not between the years 1980 and 9000")
    return read.astimezone(UTC)
