"""Schedules V2: rotations with their layers and people, as configured (behaviour.md#catalog)."""

from collections.abc import Mapping, Sequence
from typing import Any

from ...fixtures.domain.embedded import embedded_user
from ...fixtures.domain.names import dashboard
from ..behaviour.incidents.payload import find_user
from ..behaviour.lookups import existing, referenced
from ..behaviour.paging import DEFAULT_PAGE_SIZE, paged
from ..behaviour.shifts import OVERRIDES, current_and_next
from ..request.call import Call
from ..request.problem import required
from ..store.store import Change, Row, Store

COLLECTION = "schedules"
_MOST = 10_000
_ROTATION = ("effective_from", "handover_start_at", "scheduling_mode")
"""What a rotation shows as it was sent."""


def list_schedules(store: Store, call: Call) -> dict[str, Any]:
    """List the schedules, oldest first."""
    page = paged(list(store.all(COLLECTION)), call, COLLECTION, _MOST)
    is_short = page["pagination_meta"]["page_size"] <= DEFAULT_PAGE_SIZE
    show = _with_shifts if is_short else shown_schedule
    return {**page, COLLECTION: [show(store, row) for row in page[COLLECTION]]}


def show_schedule(store: Store, call: Call) -> dict[str, Any]:
    """Show the schedule of that id, and who is on call."""
    return {"schedule": _with_shifts(store, existing(store, COLLECTION, call.path["id"], "schedule"))}


def create_schedule(store: Store, call: Call) -> dict[str, Any]:
    """Create one schedule, in UTC where nothing else is said."""
    sent, id_ = call.body["schedule"], store.new_id()
    if not sent.get("name", "").strip():
        raise required("schedule.name", "must not be blank")
    row = {
        "annotations": {},
        "team_ids": [],
        "timezone": "UTC",
        "config": {"rotations": []},
        **given_of(store, sent),
        "id": id_,
        "permalink": dashboard(store.slug, "on-call", "schedules", id_),
        "created_at": store.clock.timestamp(),
    }
    return _save(store, row)


def update_schedule(store: Store, call: Call) -> dict[str, Any]:
    """Give the schedule what is sent, with all rotations anew; without holidays where none are sent."""
    row = existing(store, COLLECTION, call.path["id"], "schedule")
    sent = call.body["schedule"]
    if "name" in sent and not sent["name"].strip():
        raise required("schedule.name", "must not be blank")
    kept = {key: row[key] for key in row if key != "holidays_public_config"}
    return _save(store, {**kept, **given_of(store, sent)})


def delete_schedule(store: Store, call: Call) -> None:
    """Delete the schedule with its overrides."""
    row = existing(store, COLLECTION, call.path["id"], "schedule")
    gone = [each["id"] for each in store.all(OVERRIDES) if each["schedule_id"] == row["id"]]
    store.apply([*(Change(OVERRIDES, id_, None) for id_ in gone), Change(COLLECTION, row["id"], None)])


def given_of(store: Store, sent: Mapping[str, Any]) -> dict[str, Any]:
    """Give what the payload says of a schedule, in the shape in which it is kept."""
    for number, id_ in enumerate(sent.get("team_ids", ())):
        referenced(store, "teams", id_, f"schedule.team_ids.{number}")
    names = ("annotations", "name", "timezone", "team_ids", "holidays_public_config")
    given = {name: sent[name] for name in names if name in sent}
    if "config" in sent:
        rotations = sent["config"].get("rotations", ())
        place = "schedule.config.rotations"
        given["config"] = {
            "rotations": [
                _rotation(store, each, f"{place}.{number}") for number, each in enumerate(rotations)
            ]
        }
    return given


def _rotation(store: Store, sent: Mapping[str, Any], place: str) -> dict[str, Any]:
    """One version of a rotation: several may share an id, and take effect one after another."""
    intervals: Sequence[Row] = sent.get("working_intervals") or sent.get("working_interval") or []
    row = {
        "handover_start_at": store.clock.timestamp(),
        **{name: sent[name] for name in _ROTATION if name in sent},
        "id": sent["id"] if "id" in sent else store.new_id(),
        "name": sent.get("name", ""),
        "handovers": sent.get("handovers", []),
        "layers": [_layer(store, each) for each in sent.get("layers", ())],
        "users": [
            embedded_user(find_user(store, each, f"{place}.users.{number}"))
            for number, each in enumerate(sent.get("users", ()))
        ],
        "working_intervals": list(intervals),
    }
    # The deprecated name of the same is left out where there are none.
    return {**row, "working_interval": list(intervals)} if intervals else row


def _layer(store: Store, sent: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": "", **sent, "id": sent["id"] if "id" in sent else store.new_id()}


def _save(store: Store, row: dict[str, Any]) -> dict[str, Any]:
    row["updated_at"] = store.clock.timestamp()
    store.apply([Change(COLLECTION, row["id"], row)])
    return {"schedule": _with_shifts(store, row)}


def _with_shifts(store: Store, row: Row) -> Row:
    """The schedule with who is on call now, and who is after the next change of hands; neither where nobody is."""
    schedule = shown_schedule(store, row)
    current, following = current_and_next(store, schedule, store.clock.now())
    shifts = {"current_shifts": current, "next_shifts": following}
    return {**schedule, **{name: each for name, each in shifts.items() if each}}


def shown_schedule(store: Store, row: Row) -> Row:
    """Give the schedule with its people as they are now."""
    rotations = [
        {**rotation, "users": [_user(store, each) for each in rotation["users"]]}
        for rotation in row["config"]["rotations"]
    ]
    return {**row, "config": {"rotations": rotations}}


def _user(store: Store, embedded: Row) -> Row:
    user = store.get("users", embedded["id"])
    return embedded if user is None else embedded_user(user)


OPERATIONS = {
    "Schedules V2#List": list_schedules,
    "Schedules V2#Create": create_schedule,
    "Schedules V2#Show": show_schedule,
    "Schedules V2#Update": update_schedule,
    "Schedules V2#Destroy": delete_schedule,
}
