"""Follow-ups V3 (behaviour.md#actions-and-follow-ups)."""

from typing import Any

from ..behaviour.lookups import not_blank, visible_row
from ..behaviour.paging import page_of
from ..behaviour.tasks import listed, new_task, save, set_reference, with_status
from ..request.call import Call
from ..store.store import Change, Row, Store

COLLECTION = "follow_ups"


def list_follow_ups(store: Store, call: Call) -> dict[str, Any]:
    """List the follow-ups by id, oldest first."""
    return page_of(store, call, COLLECTION, listed(store, call, COLLECTION))


def show_follow_up(store: Store, call: Call) -> dict[str, Any]:
    """Show the follow-up of that id."""
    return {"follow_up": visible_row(store, call, COLLECTION, "follow-up")}


def create_follow_up(store: Store, call: Call) -> dict[str, Any]:
    """Create a follow-up, outstanding, of the default priority unless the body names another."""
    row = {**new_task(store, call), "labels": []}
    priorities = sorted(store.all("follow_up_priorities"), key=lambda each: each["rank"])
    if priorities:
        row["priority"] = priorities[-1]
    if "external_issue_reference_id" in call.body:
        call.notes.append("external_issue_reference_id: the double keeps no external issues, ignored")
    return _save(store, call, row)


def update_follow_up(store: Store, call: Call) -> dict[str, Any]:
    """Give the follow-up a new title and status, and what else the body names; null takes an assignee away."""
    return _save(store, call, with_status(store, call, visible_row(store, call, COLLECTION, "follow-up")))


def delete_follow_up(store: Store, call: Call) -> None:
    """Delete the follow-up."""
    row = visible_row(store, call, COLLECTION, "follow-up")
    store.apply([Change(COLLECTION, row["id"], None)])


def _save(store: Store, call: Call, row: dict[str, Any]) -> dict[str, Any]:
    not_blank(call, "title")
    row = {**row, **{key: call.body[key] for key in ("title", "labels") if key in call.body}}
    if "description" in call.body:
        row["description"] = call.body["description"]
    set_reference(store, call, row, "assignee_id", "assignee", "users")
    set_reference(store, call, row, "follow_up_priority_option_id", "priority", "follow_up_priorities")
    set_reference(store, call, row, "follow_up_category_id", "category", "follow_up_categories")
    set_reference(store, call, row, "assignee_team_id", "assignee_team", "teams")
    if "assignee_team" in row:
        row["assignee_team"] = _slim(row["assignee_team"])
    return {"follow_up": save(store, COLLECTION, row)}


def _slim(team: Row) -> Row:
    """A TeamSlimV2 from a TeamV3."""
    return {"id": team["id"], "name": team["name"]}


OPERATIONS = {
    "Follow-ups V3#List": list_follow_ups,
    "Follow-ups V3#Create": create_follow_up,
    "Follow-ups V3#Show": show_follow_up,
    "Follow-ups V3#Update": update_follow_up,
    "Follow-ups V3#Delete": delete_follow_up,
}
