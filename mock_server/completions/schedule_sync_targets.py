"""Schedule Sync Targets V2: groups of people in Slack; one that isn't there yet is made."""

from collections.abc import Mapping
from typing import Any

from ...fixtures.domain.identifiers import slack_id
from ..request.call import Call
from ..request.problem import invalid
from ..store.store import Row, Store


def complete_target(store: Store, call: Call, row: Row, before: Row | None) -> Row:
    """Give a target in this organisation's workspace, with the group that was named, or a new one.

    Raises the 422 Problem where both are sent, or neither.
    """
    sent: Mapping[str, Any] = call.body.get("schedule_sync_target", call.body)
    named, new = sent.get("slack_user_group_id"), sent.get("new_slack_user_group")
    if before is None and (named is None) == (new is None):
        field = "schedule_sync_target.slack_user_group_id"
        raise invalid(field, "give either slack_user_group_id or new_slack_user_group")
    group = named or (before or {}).get("slack_user_group_id") or slack_id("S", store.random)
    team = (new or {}).get("slack_team_id") or (before or {}).get("slack_team_id") or store.slack_team_id
    return {**row, "slack_team_id": team, "slack_user_group_id": group}


COMPLETIONS = {
    "Schedule Sync Targets V2#Create": complete_target,
    "Schedule Sync Targets V2#Update": complete_target,
}
