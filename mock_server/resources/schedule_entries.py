"""Schedules V2: who is on call, and when, worked out of rotations and overrides (behaviour.md#on-call)."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from ...openapi.rfc3339 import written
from ..behaviour.lookups import existing
from ..behaviour.shifts import entries_between
from ..request.call import Call
from ..request.problem import invalid
from ..store.store import Store
from .schedules import given_of, shown_schedule

_USUAL_WINDOW = timedelta(weeks=4)
_LONGEST_WINDOW = timedelta(days=91)
"""Of one answer: the vendor's text says so of previews."""


def list_entries(store: Store, call: Call) -> dict[str, Any]:
    """List the entries of a schedule in a window; a longer one goes on at another page."""
    schedule = existing(store, "schedules", call.query["schedule_id"], "schedule")
    start, end = _window(store, call.query)
    until = min(end, start + _LONGEST_WINDOW)
    answer: dict[str, Any] = {
        "schedule_entries": entries_between(store, shown_schedule(store, schedule), start, until)
    }
    if until < end:
        after = written(until)
        query = {
            "schedule_id": schedule["id"],
            "entry_window_start": after,
            "entry_window_end": written(end),
        }
        url = f"{call.base_url}{call.operation.path}?{urlencode(query)}"
        answer["pagination_meta"] = {"after": after, "after_url": url}
    return answer


def preview_entries(store: Store, call: Call) -> dict[str, Any]:
    """Show the entries that a schedule would have as it is sent."""
    row = existing(store, "schedules", call.path["id"], "schedule")
    schedule = {**row, **given_of(store, call.body["schedule"])}
    start, end = _window(store, call.body)
    until = min(end, start + _LONGEST_WINDOW)
    return {"schedule_entries": entries_between(store, shown_schedule(store, schedule), start, until)}


def _window(store: Store, given: Any) -> tuple[datetime, datetime]:
    """The window that was asked for, of four weeks from now on where it isn't said. Raises the 422 Problem."""
    start = _moment(given, "entry_window_start", store.clock.now())
    end = _moment(given, "entry_window_end", start + _USUAL_WINDOW)
    if start >= end:
        raise invalid("entry_window_end", "entry_window_end must be after entry_window_start")
    return start, end


def _moment(given: Any, name: str, usual: datetime) -> datetime:
    try:
        moment = datetime.fromisoformat(given[name]).astimezone(UTC) if name in given else usual
    except (ValueError, OverflowError):
        raise invalid(name, f"{name} must be a point in time as in RFC 3339") from None
    if not 1970 <= moment.year < 9000:
        raise invalid(name, f"{name} must lie between the years 1970 and 9000")
    return moment


OPERATIONS = {
    "Schedules V2#ListScheduleEntries": list_entries,
    "Schedules V2#PreviewScheduleEntries": preview_entries,
}
