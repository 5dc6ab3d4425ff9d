"""Escalation Paths V2: once somebody said whose a path is, that can't be left out any more."""

from ..behaviour.catalog import TYPES
from ..request.call import Call
from ..request.problem import invalid
from ..store.store import Row, Store


def complete_path(store: Store, call: Call, row: Row, before: Row | None) -> Row:
    """Give a path whose owners are kept only once they were sent.

    Raises the 422 Problem where an update leaves them out again, in an account that has a catalog type for teams.
    """
    if "team_ids" in call.body:
        return row
    has_teams = any(type_.get("is_team_type") for type_ in store.all(TYPES))
    if before is not None and "team_ids" in before and has_teams:
        raise invalid("team_ids", "you must set an empty slice or a list of Team IDs")
    return {name: value for name, value in row.items() if name != "team_ids"}


COMPLETIONS = {
    "Escalations V2#CreatePath": complete_path,
    "Escalations V2#UpdatePath": complete_path,
}
