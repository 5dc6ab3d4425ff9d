"""Points in time as the API writes them: RFC 3339, every legal spelling of it.

`datetime` refuses leap seconds, the year 0000 and more than six decimals, all of which a `date-time` may
have.
"""

import re
from datetime import UTC, datetime
from functools import lru_cache

_DATE_TIME = re.compile(
    r"(\d{4}-\d{2}-\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?([Zz]|[+-]\d{2}:\d{2})", re.ASCII
)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)

Instant = tuple[int, int]
"""Seconds since 0000-03-01T00:00Z, and nanoseconds: ordered as the points in time are."""


def _days(year: int, month: int, day: int) -> int:
    # Proleptic Gregorian, years counted from March so that the leap day comes last.
    year -= month < 3
    month = (month - 3) % 12
    return year * 365 + year // 4 - year // 100 + year // 400 + (153 * month + 2) // 5 + day - 1


def _days_in_month(year: int, month: int) -> int:
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


@lru_cache(maxsize=4096)  # incidents come many to a day
def _day_named(date: str) -> int | None:
    """The day that four, two and two digits name; None when there is no such day."""
    year, month, day = int(date[:4]), int(date[5:7]), int(date[8:])
    if 1 <= month <= 12 and 1 <= day <= _days_in_month(year, month):
        return _days(year, month, day)
    return None


def instant(text: str) -> Instant:
    """Give the point in time that an RFC 3339 `date-time` names.

    Raises ValueError for any other text. Digits beyond the ninth decimal are dropped. A leap second may end
    any UTC day, and is taken for the first second of the next.
    """
    match = _DATE_TIME.fullmatch(text)
    if match is None:
        raise ValueError(f"not an RFC 3339 date-time: {text!r}")
    date, hours_text, minutes_text, seconds_text, fraction, zone = match.groups()
    hour, minute, second = int(hours_text), int(minutes_text), int(seconds_text)
    days = _day_named(date)
    if days is None or hour > 23 or minute > 59 or second > 60:
        raise ValueError(f"not an RFC 3339 date-time: {text!r}")
    seconds = days * 86400 + hour * 3600 + minute * 60 + second
    if zone not in "Zz":
        hours, minutes = int(zone[1:3]), int(zone[4:])
        if hours > 23 or minutes > 59:
            raise ValueError(f"not an RFC 3339 date-time: {text!r}")
        offset = hours * 3600 + minutes * 60
        seconds += -offset if zone[0] == "+" else offset
    if second == 60 and seconds % 86400 != 0:
        raise ValueError(f"not an RFC 3339 date-time, a leap second ends a UTC day: {text!r}")
    return seconds, int(fraction[:9].ljust(9, "0")) if fraction else 0


def day_of(moment: Instant) -> int:
    """Give the UTC day that a point in time falls on, counted from 0000-03-01."""
    return moment[0] // 86400


def day(text: str) -> int:
    """Give the day that `YYYY-MM-DD` names, counted like `day_of`. Raises ValueError for any other text."""
    days = _day_named(text) if _DATE.fullmatch(text) else None
    if days is None:
        raise ValueError(f"not a date: {text!r}")
    return days


def written(moment: datetime) -> str:
    """Give a point in time as the vendor writes it: UTC, `Z`, no trailing zeros in the fraction.

    See behaviour.md#timestamps-utc. Raises ValueError when the point in time has no offset.
    """
    if moment.utcoffset() is None:
        raise ValueError("a point in time needs its offset from UTC")
    text = moment.astimezone(UTC).replace(tzinfo=None).isoformat()
    return f"{text.rstrip('0')}Z" if "." in text else f"{text}Z"
