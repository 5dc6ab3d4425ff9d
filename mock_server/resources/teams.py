"""Teams V3: read-only."""

from typing import Any

from ..behaviour.lookups import existing
from ..behaviour.paging import paged
from ..request.call import Call
from ..store.store import Store


def list_teams(store: Store, call: Call) -> dict[str, Any]:
    """List the teams by id."""
    return paged(sorted(store.all("teams"), key=lambda row: row["id"]), call, "teams")


def show_team(store: Store, call: Call) -> dict[str, Any]:
    """Show the team of that id."""
    return {"team": existing(store, "teams", call.path["id"], "team")}


OPERATIONS = {"Teams V3#List": list_teams, "Teams V3#Show": show_team}
