"""What Actions V3 and Follow-ups V3 have in common: things to be done for an incident.

See behaviour.md#actions-and-follow-ups.
"""

from functools import partial, reduce
from operator import or_
from typing import Any

from ...fixtures.domain.collections import belonging_collections
from ...fixtures.domain.embedded import embedded_user
from ...openapi import rfc3339
from ..assumptions import DEFAULT_MODES
from ..request.call import Call
from ..request.problem import dangling, invalid
from ..store.belongings import SECONDS_AN_HOUR
from ..store.store import Change, Row, Store
from .date_operators import Span, moment, spans
from .incidents.moves import actor_of
from .lookups import is_seen, referenced, visible_rows

_MILLISECOND = 1_000_000
"""Nanoseconds."""
_HOUR = SECONDS_AN_HOUR * 1000
"""Milliseconds."""


def listed(store: Store, call: Call, collection: str) -> int:
    """Find the rows (see `belongings`) that the query asks for. Raises the 422 Problem for a bad date.

    An incident that doesn't exist has none: an empty list, not a 404.
    """
    index = store.belongings[collection]
    modes = [call.query["incident_mode"]] if "incident_mode" in call.query else DEFAULT_MODES
    found = index.having("mode", modes) & visible_rows(call, index)
    for name in ("incident_id", "assignee_team_id"):
        if name in call.query:
            found &= index.having(name, [call.query[name]])
    for name in belonging_collections()[collection].times:
        start, end = partial(_moment, name), partial(_moment, name, end=True)
        for each in spans(name, call.query.get(name, {}), start, end):
            found &= reduce(or_, (_in_time(store, collection, name, span) for span in each))
    return found


def _moment(name: str, text: str, *, end: bool = False) -> int:
    """Milliseconds, rounded up: spans are half-open, unlike the days of the incidents list."""
    return -(-moment(name, text, end=end) // _MILLISECOND)


def _milliseconds(text: str) -> int:
    seconds, nanoseconds = rfc3339.instant(text)
    return seconds * 1000 + nanoseconds // _MILLISECOND


def _in_time(store: Store, collection: str, name: str, span: Span) -> int:
    """The rows of the whole hours in the span by index, those of the hours at its ends one by one."""
    index, (start, end) = store.belongings[collection], span
    first = None if start is None else -(-start // _HOUR)
    last = None if end is None else end // _HOUR - 1
    found = index.between(name, first, last)
    for hour in {bound // _HOUR for bound in span if bound is not None and bound % _HOUR}:
        for id_ in index.ids(index.between(name, hour, hour)):
            at = _milliseconds(store.row(collection, id_)[name])
            if (start is None or start <= at) and (end is None or at < end):
                found |= index.bit(id_)
    return found


def new_task(store: Store, call: Call) -> dict[str, Any]:
    """Make what every new one has: ids, moments, creator, status. Raises the 422 Problem for an unknown incident."""
    incident_id = call.body["incident_id"]
    if not is_seen(store, call, incident_id):
        raise dangling("incident_id", incident_id)
    now = store.clock.timestamp()
    return {
        "id": store.new_id(),
        "incident_id": incident_id,
        "status": "outstanding",
        "creator": actor_of(call),
        "created_at": now,
        "updated_at": now,
    }


def with_status(store: Store, call: Call, row: Row) -> dict[str, Any]:
    """Give the row in the status of the body; `completed_at` follows it. Raises the 422 Problem for `deleted`."""
    status, now = call.body["status"], store.clock.timestamp()
    if status == "deleted":
        raise invalid("status", "status can't be set to deleted: use the delete operation")
    changed = {**row, "status": status, "updated_at": now}
    if status != "completed":
        changed.pop("completed_at", None)
    elif row["status"] != "completed":
        changed["completed_at"] = now
    return changed


def set_reference(
    store: Store, call: Call, row: dict[str, Any], property_name: str, name: str, collection: str
) -> None:
    """Embed what the body refers to by `property_name` as `name`; null takes it away, absence leaves it."""
    if property_name in call.nulls:
        row.pop(name, None)
    elif property_name in call.body:
        found = referenced(store, collection, call.body[property_name], property_name)
        row[name] = embedded_user(found) if collection == "users" else found


def save(store: Store, collection: str, row: Row) -> Row:
    """Store the row."""
    store.apply([Change(collection, row["id"], row)])
    return row
