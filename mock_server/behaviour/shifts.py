"""Who is on call in the end: the shifts of rotations, with overrides in their place (behaviour.md#on-call)."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from ...openapi.rfc3339 import written
from ..store.store import Row, Store
from .rotations import Shift, scheduled

OVERRIDES = "schedule_overrides"
_LOOK_AHEAD = timedelta(weeks=5)


def override_shifts(store: Store, schedule_id: str) -> list[Shift]:
    """List the overrides of a schedule, the newest first: of two at the same time the newer one counts."""
    rows = [row for row in store.all(OVERRIDES) if row["schedule_id"] == schedule_id]
    return [
        Shift(
            datetime.fromisoformat(row["start_at"]).astimezone(UTC),
            datetime.fromisoformat(row["end_at"]).astimezone(UTC),
            row["rotation_id"],
            row["layer_id"],
            row.get("user"),
            row["id"],
        )
        for row in reversed(rows)
    ]


def merged(planned: Sequence[Shift], overrides: Sequence[Shift]) -> list[Shift]:
    """Put the overrides in the place of what is planned: no layer of a rotation is covered twice at any time."""
    final: list[Shift] = []
    for shift in [*overrides, *planned]:
        parts = [shift]
        for other in final:
            if (other.rotation_id, other.layer_id) == (shift.rotation_id, shift.layer_id):
                parts = [left for part in parts for left in _without(part, other)]
        final += parts
    return sorted(final, key=lambda each: (each.start, each.rotation_id, each.layer_id))


def _without(shift: Shift, other: Shift) -> list[Shift]:
    """The parts of a shift that lie before and after another one."""
    before, after = shift.within(shift.start, other.start), shift.within(other.end, shift.end)
    return [part for part in (before, after) if part is not None]


def entries_between(
    store: Store, schedule: Mapping[str, Any], start: datetime, end: datetime
) -> dict[str, list[Row]]:
    """Write the `scheduled`, `overrides` and `final` entries of a schedule, cut down to a window."""

    def cut(shifts: Sequence[Shift]) -> list[Shift]:
        return [part for each in shifts if (part := each.within(start, end)) is not None]

    planned = cut(scheduled(schedule, start, end))
    overrides = cut(override_shifts(store, schedule["id"]))
    return {
        "scheduled": [_entry(each) for each in planned],
        "overrides": [_entry(each) for each in reversed(overrides)],
        "final": [_entry(each) for each in merged(planned, overrides)],
    }


def _entry(shift: Shift) -> Row:
    user = {} if shift.user is None else {"user": shift.user}
    begins = written(shift.start)
    return {
        "entry_id": f"{shift.id}@{begins}",
        "fingerprint": shift.id,
        "rotation_id": shift.rotation_id,
        "start_at": begins,
        "end_at": written(shift.end),
        **user,
    }


def current_and_next(store: Store, schedule: Mapping[str, Any], now: datetime) -> tuple[list[Row], list[Row]]:
    """Find the shifts that are going on, and those after the next change of hands."""
    planned = scheduled(schedule, now, now + _LOOK_AHEAD)
    final = [each for each in merged(planned, override_shifts(store, schedule["id"])) if each.end > now]
    current = [each for each in final if each.start <= now]
    changes = [each.end for each in current] or [each.start for each in final]
    if not changes:
        return [], []
    change = min(changes)
    following = [each for each in final if each.start <= change < each.end]
    return [_entry(each) for each in current], [_entry(each) for each in following]
