"""Users V2: read-only (behaviour.md#users)."""

from typing import Any

from ..behaviour.lookups import existing
from ..behaviour.paging import paged
from ..request.call import Call
from ..store.store import Store

PAGE_SIZE_CAP = 10_000


def list_users(store: Store, call: Call) -> dict[str, Any]:
    """List the users by id; two may share an e-mail address, and deactivated ones are left out unless asked for."""
    rows = sorted(store.all("users"), key=lambda row: row["id"])
    if not call.query.get("include_inactive", False):
        rows = [row for row in rows if row["is_active"]]
    if "email" in call.query:
        email = call.query["email"].casefold()
        rows = [row for row in rows if row.get("email", "").casefold() == email]
    if "slack_user_id" in call.query:
        rows = [row for row in rows if row.get("slack_user_id") == call.query["slack_user_id"]]
    return paged(rows, call, "users", PAGE_SIZE_CAP)


def show_user(store: Store, call: Call) -> dict[str, Any]:
    """Show the user of that id, active or not."""
    return {"user": existing(store, "users", call.path["id"], "user")}


OPERATIONS = {"Users V2#List": list_users, "Users V2#Show": show_user}
