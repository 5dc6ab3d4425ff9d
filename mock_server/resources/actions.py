"""Actions V3 (behaviour.md#actions-and-follow-ups)."""

from typing import Any

from ..behaviour.lookups import not_blank, visible_row
from ..behaviour.paging import page_of
from ..behaviour.tasks import listed, new_task, save, set_reference, with_status
from ..request.call import Call
from ..store.store import Change, Store

COLLECTION = "actions"


def list_actions(store: Store, call: Call) -> dict[str, Any]:
    """List the actions by id, oldest first."""
    return page_of(store, call, COLLECTION, listed(store, call, COLLECTION))


def show_action(store: Store, call: Call) -> dict[str, Any]:
    """Show the action of that id."""
    return {"action": visible_row(store, call, COLLECTION, "action")}


def create_action(store: Store, call: Call) -> dict[str, Any]:
    """Create an action, outstanding."""
    not_blank(call, "description")
    row = {**new_task(store, call), "description": call.body["description"]}
    set_reference(store, call, row, "assignee_id", "assignee", "users")
    return {"action": save(store, COLLECTION, row)}


def update_action(store: Store, call: Call) -> dict[str, Any]:
    """Give the action a new description and status; the assignee stays unless the body names one, or null."""
    before = visible_row(store, call, COLLECTION, "action")
    not_blank(call, "description")
    row = {**with_status(store, call, before), "description": call.body["description"]}
    set_reference(store, call, row, "assignee_id", "assignee", "users")
    return {"action": save(store, COLLECTION, row)}


def delete_action(store: Store, call: Call) -> None:
    """Delete the action."""
    row = visible_row(store, call, COLLECTION, "action")
    store.apply([Change(COLLECTION, row["id"], None)])


OPERATIONS = {
    "Actions V3#List": list_actions,
    "Actions V3#Create": create_action,
    "Actions V3#Show": show_action,
    "Actions V3#Update": update_action,
    "Actions V3#Delete": delete_action,
}
