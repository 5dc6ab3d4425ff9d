"""Who is on call by the rotations of a schedule, before overrides (behaviour.md#on-call)."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import count, pairwise
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ...openapi.rfc3339 import written
from ..store.store import Row

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NEVER, _EVER = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


class Shift(NamedTuple):
    """Somebody on call on one layer of a rotation, from one moment to another."""

    start: datetime
    end: datetime
    rotation_id: str
    layer_id: str
    user: Row | None
    id: str
    """The same for the parts of one shift, whatever is cut out of it."""

    def within(self, start: datetime, end: datetime) -> "Shift | None":
        """Cut out the part of it between two moments; None when there is none."""
        first, last = max(self.start, start), min(self.end, end)
        return self._replace(start=first, end=last) if first < last else None


def scheduled(schedule: Mapping[str, Any], start: datetime, end: datetime) -> list[Shift]:
    """Work out the shifts of a schedule that overlap a window, by their start: whole, as the rotations have them."""
    zone = zone_of(schedule["timezone"])
    found = [
        shift
        for version, first, last in _versions(schedule["config"]["rotations"])
        if first < end and last > start
        for shift in _shifts(version, zone, max(first, start), min(last, end), first, last)
    ]
    return sorted(found, key=lambda shift: (shift.start, shift.rotation_id, shift.layer_id))


def zone_of(name: str) -> tzinfo:
    """Find the time zone of that name; UTC for one that isn't known here."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def _versions(rotations: Sequence[Row]) -> Iterator[tuple[Row, datetime, datetime]]:
    """The versions of the rotations, each with the moments between which it has effect."""
    by_id: dict[str, list[tuple[datetime, Row]]] = {}
    for rotation in rotations:
        since = _moment(rotation["effective_from"]) if "effective_from" in rotation else _NEVER
        by_id.setdefault(rotation["id"], []).append((since, rotation))
    for versions in by_id.values():
        ordered = sorted(versions, key=lambda each: each[0])
        bounds = [*(since for since, _ in ordered), _EVER]
        for (since, rotation), until in zip(ordered, bounds[1:], strict=True):
            yield rotation, since, until


def _shifts(
    rotation: Row, zone: tzinfo, start: datetime, end: datetime, first: datetime, last: datetime
) -> Iterator[Shift]:
    """The shifts of one version that overlap a window, each cut down to the time in which the version has effect."""
    users, layers = rotation["users"], rotation["layers"]
    for number, begins, ends in _turns(rotation, zone, start, end):
        if not users or ends <= start:
            continue
        for position, layer in enumerate(layers):
            user = users[(number + position) % len(users)]
            id_ = f"{rotation['id']}:{layer['id']}:{written(begins)}"
            whole = Shift(begins, ends, rotation["id"], layer["id"], user, id_).within(first, last)
            if whole is not None:
                yield from _working(whole, rotation["working_intervals"], zone, start, end)


def _turns(
    rotation: Row, zone: tzinfo, start: datetime, end: datetime
) -> Iterator[tuple[int, datetime, datetime]]:
    """The turns that begin before `end`, counted from the first one, from shortly before `start` on."""
    origin = _moment(rotation["handover_start_at"])
    steps = [_step(each) for each in rotation["handovers"]]
    days, hours = sum(each[0] for each in steps), sum(each[1] for each in steps)
    cycle = timedelta(days=days, hours=hours)
    if cycle <= timedelta():
        if origin < end:
            yield 0, origin, _EVER
        return
    skipped = max(0, (start - origin) // cycle - 1)
    for (number, begins), (_, ends) in pairwise(_handovers(origin, zone, steps, skipped)):
        if begins >= end:
            return
        yield number, begins, ends


def _handovers(
    origin: datetime, zone: tzinfo, steps: Sequence[tuple[int, int]], skipped: int
) -> Iterator[tuple[int, datetime]]:
    """The moments of handover, numbered from the first, after so many whole cycles.

    Days are those of the schedule's time zone, so that hands change at the same time of day all year round.
    """
    local = origin.astimezone(zone).replace(tzinfo=None)
    days = skipped * sum(each[0] for each in steps)
    hours = skipped * sum(each[1] for each in steps)
    for number in count(skipped * len(steps)):
        moment = (local + timedelta(days=days)).replace(tzinfo=zone).astimezone(UTC)
        yield number, moment + timedelta(hours=hours)
        step = steps[number % len(steps)]
        days, hours = days + step[0], hours + step[1]


def _step(handover: Row) -> tuple[int, int]:
    """The days and hours that a handover takes."""
    interval = handover["interval"]
    match handover["interval_type"]:
        case "hourly":
            return 0, interval
        case "daily":
            return interval, 0
        case _:
            return 7 * interval, 0


def _working(
    shift: Shift, intervals: Sequence[Row], zone: tzinfo, start: datetime, end: datetime
) -> Iterator[Shift]:
    """The parts of a shift that lie in working hours and overlap a window; all of it where there are none."""
    if not intervals:
        yield shift
        return
    day = max(shift.start, start).astimezone(zone).date() - timedelta(days=1)
    while datetime(day.year, day.month, day.day, tzinfo=zone) < min(shift.end, end):
        for each in intervals:
            if _DAYS[day.weekday()] == each["weekday"]:
                opens = datetime.fromisoformat(f"{day}T{each['start_time']}").replace(tzinfo=zone)
                closes = datetime.fromisoformat(f"{day}T{each['end_time']}").replace(tzinfo=zone)
                if closes <= opens:
                    closes += timedelta(days=1)  # it goes on after midnight
                part = shift.within(opens.astimezone(UTC), closes.astimezone(UTC))
                if part is not None:
                    yield part
        day += timedelta(days=1)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
