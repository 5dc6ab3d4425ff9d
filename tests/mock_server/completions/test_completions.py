"""What the double knows of resources beyond their documents (behaviour.md#alert-events)."""

from typing import Any

import pytest

from ...calling import Answer, Caller
from ..conftest import Row

TEXT = {"literal": "what happened"}
TEMPLATE = {"title": TEXT, "description": TEXT, "attributes": [], "expressions": []}
WORKFLOW = {
    "name": "Page",
    "trigger": "incident.updated",
    "once_for": [],
    "condition_groups": [],
    "steps": [],
    "expressions": [],
    "runs_on_incident_modes": ["standard"],
    "continue_on_step_error": False,
    "runs_on_incidents": "newly_created",
}


def source(call: Caller, source_type: str, **properties: Any) -> Row:
    body = {"name": f"A {source_type}", "source_type": source_type, "template": TEMPLATE, **properties}
    row: Row = call("POST", "/v2/alert_sources", body=body).body["alert_source"]
    return row


@pytest.mark.parametrize("source_type", ["http", "datadog", "grafana"])
def test_a_source_of_events_has_a_url_and_a_token_that_stay(call: Caller, source_type: str) -> None:
    made, other = source(call, source_type), source(call, source_type, name="Other")
    body = {"name": "Renamed", "template": TEMPLATE}
    changed = call("PUT", f"/v2/alert_sources/{made['id']}", body=body).body["alert_source"]

    assert made["alert_events_url"].endswith(f"/v2/alert_events/{source_type}/{made['id']}")
    assert made["secret_token"] != other["secret_token"]
    assert changed == {**made, "name": "Renamed"}
    assert call.get(f"/v2/alert_sources/{made['id']}")["alert_source"] == changed


def test_a_source_of_emails_has_an_address_that_stays_and_no_token(call: Caller) -> None:
    made = source(call, "email")
    body = {"name": "Renamed", "template": TEMPLATE}
    changed = call("PUT", f"/v2/alert_sources/{made['id']}", body=body).body["alert_source"]

    assert "@" in made["email_options"]["email_address"]
    assert changed["email_options"] == made["email_options"]
    assert not made.keys() & {"secret_token", "alert_events_url"}


def test_a_binding_without_a_merge_strategy_has_the_default_one(call: Caller) -> None:
    attribute = call.get("/v2/alert_attributes")["alert_attributes"][0]["id"]
    bindings = [{"value": TEXT}, {"value": TEXT, "merge_strategy": "last_wins"}]
    attributes = [{"alert_attribute_id": attribute, "binding": each} for each in bindings]
    made = source(call, "http", template={**TEMPLATE, "attributes": attributes})

    shown = [each["binding"]["merge_strategy"] for each in made["template"]["attributes"]]
    assert shown == ["first_wins", "last_wins"]


def workflow(call: Caller, **properties: Any) -> Answer:
    return call("POST", "/v2/workflows", body={**WORKFLOW, **properties})


def updated(call: Caller, row: Row, **properties: Any) -> Row:
    changed: Row = call("PUT", f"/v2/workflows/{row['id']}", body={**WORKFLOW, **properties}).body["workflow"]
    return changed


@pytest.mark.parametrize(
    ("sent", "scope", "flag"),
    [
        ({}, "none", False),
        ({"private_incident_scope": "all"}, "all", True),
        ({"private_incident_scope": "owning_teams"}, "owning_teams", True),
        ({"private_incident_scope": "none"}, "none", False),
        ({"include_private_incidents": True}, "all", True),
        ({"include_private_incidents": False}, "none", False),
    ],
)
def test_a_workflow_says_twice_whether_it_runs_on_private_incidents(
    call: Caller, sent: Row, scope: str, flag: bool
) -> None:
    made = workflow(call, **sent).body["workflow"]

    assert (made["private_incident_scope"], made["include_private_incidents"]) == (scope, flag)
    shown = call.get(f"/v2/workflows/{made['id']}")["workflow"]
    assert (shown["private_incident_scope"], shown["include_private_incidents"]) == (scope, flag)


def test_a_workflow_that_contradicts_itself_is_refused(call: Caller) -> None:
    answer = workflow(call, private_incident_scope="none", include_private_incidents=True)

    assert (answer.status, answer.error["code"]) == (422, "invalid_value")


def test_an_update_of_a_workflow_leaves_what_it_does_not_say(call: Caller) -> None:
    made = workflow(call, private_incident_scope="owning_teams", auto_run_mode="confirm_before_running")
    changed = updated(call, made.body["workflow"])

    assert changed["private_incident_scope"] == "owning_teams"
    assert changed["auto_run_mode"] == "confirm_before_running"
    assert updated(call, changed, include_private_incidents=False)["private_incident_scope"] == "none"


def path(call: Caller, **properties: Any) -> Row:
    row: Row = call("POST", "/v2/escalation_paths", body={"name": "Nights", "path": [], **properties}).body[
        "escalation_path"
    ]
    return row


def test_owners_of_an_escalation_path_cannot_be_left_out_once_they_were_sent(call: Caller) -> None:
    owned, free = path(call, team_ids=[]), path(call)
    body = {"name": "Days", "path": []}

    assert owned["team_ids"] == free["team_ids"] == []
    assert call("PUT", f"/v2/escalation_paths/{free['id']}", body=body).status == 200
    refused = call("PUT", f"/v2/escalation_paths/{owned['id']}", body=body)
    assert (refused.status, refused.error["source"]["field"]) == (422, "team_ids")
    team = call.get("/v3/teams")["teams"][0]["id"]
    changed = call("PUT", f"/v2/escalation_paths/{owned['id']}", body={**body, "team_ids": [team]})
    assert changed.body["escalation_path"]["team_ids"] == [team]


def target(call: Caller, **properties: Any) -> Answer:
    body = {"schedule_sync_target": {"add_bot_to_group": True, **properties}}
    return call("POST", "/v2/schedule_sync_targets", body=body)


def test_a_sync_target_has_the_group_that_was_named_or_a_new_one(call: Caller) -> None:
    new = {"name": "On call", "handle": "on-call", "description": "Whoever is."}
    named = target(call, slack_user_group_id="S0NAMED").body["schedule_sync_target"]
    made = target(call, new_slack_user_group=new).body["schedule_sync_target"]

    assert named["slack_user_group_id"] == "S0NAMED"
    assert made["slack_user_group_id"].startswith("S0")
    assert made["slack_team_id"] == named["slack_team_id"] == call.double.store.slack_team_id
    assert (
        target(call).status == target(call, slack_user_group_id="S0", new_slack_user_group=new).status == 422
    )
