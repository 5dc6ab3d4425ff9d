"""Which operations there are and are not, and what they do with what isn't sent (behaviour.md#resources)."""

from typing import Any

import pytest

from ...calling import Answer, Caller
from ..conftest import UNKNOWN_ID, Account, Row, assigned

READ_ONLY = {"GET": True, "POST": False, "GET id": True, "PUT": False, "DELETE": False}
EVERYTHING = dict.fromkeys(READ_ONLY, True)
VERBS = {
    "/v1/severities": EVERYTHING,
    "/v1/incident_statuses": EVERYTHING,
    "/v2/incident_roles": EVERYTHING,
    "/v2/custom_fields": EVERYTHING,
    "/v1/custom_field_options": EVERYTHING,
    "/v3/actions": EVERYTHING,
    "/v3/follow_ups": EVERYTHING,
    "/v2/actions": EVERYTHING,
    "/v1/actions": READ_ONLY,
    "/v1/incident_roles": EVERYTHING,
    "/v1/custom_fields": EVERYTHING,
    "/v1/incident_types": READ_ONLY,
    "/v2/incident_timestamps": READ_ONLY,
    "/v2/users": READ_ONLY,
    "/v1/incident_attachments": {**EVERYTHING, "GET id": False, "PUT": False},
    "/v2/incident_updates": {**READ_ONLY, "POST": True, "GET id": False},
    "/v2/incidents": {**READ_ONLY, "POST": True},
}


@pytest.mark.shows(
    "severities-crud", "statuses-crud", "roles-crud", "custom-fields-crud", "options-crud", "actions-v3"
)
@pytest.mark.shows(
    "follow-ups-v3", "types-read-only", "timestamps-read-only", "users-read-only", "attachments-verbs"
)
@pytest.mark.shows("updates-verbs", "incidents-not-deleted", "no-single-update", "actions-older")
@pytest.mark.parametrize(("path", "verbs"), VERBS.items(), ids=VERBS)
def test_a_resource_has_the_vendors_verbs_and_no_others(
    call: Caller, path: str, verbs: dict[str, bool]
) -> None:
    """What there isn't is an empty 404; the answer of what there is has a body, if only to refuse."""
    for verb, is_there in verbs.items():
        on_list = verb in ("GET", "POST")
        answer = call(verb.split()[0], path if on_list else f"{path}/{UNKNOWN_ID}")

        assert (answer.body is not None) == is_there, verb


@pytest.mark.shows("optional-not-invented")
@pytest.mark.parametrize(
    ("path", "body", "optional"),
    [
        ("/v3/actions", {"description": "Ring the port"}, {"assignee", "completed_at"}),
        (
            "/v3/follow_ups",
            {"title": "Test the gates"},
            {
                "assignee",
                "assignee_team",
                "category",
                "completed_at",
                "description",
                "external_issue_reference",
            },
        ),
        (
            "/v2/custom_fields",
            {"name": "Weather", "description": "", "field_type": "text"},
            {
                "catalog_type_id",
                "filter_by",
                "group_by_catalog_attribute_id",
                "helptext_catalog_attribute_id",
            },
        ),
        (
            "/v2/incidents",
            {"idempotency_key": "1", "visibility": "public"},
            {"summary", "severity", "call_url"},
        ),
    ],
)
def test_what_was_not_sent_is_absent(
    call: Caller, account: Account, path: str, body: dict[str, Any], optional: set[str]
) -> None:
    if path.startswith("/v3"):
        body = {**body, "incident_id": account.declare()["id"]}
    (row,) = call("POST", path, body=body).body.values()

    assert row.keys() & optional == set()


@pytest.mark.shows("role-assignment-user-id")
def test_a_user_id_beside_the_role_takes_the_role_away(account: Account) -> None:
    lead, user = account.role("Incident Lead"), account.users()[0]["id"]
    held: Row = {"incident_role_id": lead, "assignee": {"id": user}}
    incident = account.declare(incident_role_assignments=[held])
    assert assigned(incident)["Incident Lead"] == user

    edited = account.edit(
        incident["id"], incident_role_assignments=[{"incident_role_id": lead, "user_id": user}]
    )

    assert assigned(edited)["Incident Lead"] is None


@pytest.mark.shows("custom-fields-v1")
def test_a_custom_field_of_v1_says_when_it_is_shown(call: Caller) -> None:
    old, new = (call.get(f"/{version}/custom_fields")["custom_fields"] for version in ("v1", "v2"))
    more = {key for row in old for key in row} - {key for row in new for key in row}

    assert {"show_before_closure", "show_before_creation", "show_before_update"} <= more


@pytest.mark.shows("managed-resources-200", "managed-resources-missing")
def test_only_a_resource_that_exists_can_be_managed(call: Caller) -> None:
    schedule = call.get("/v2/schedules")["schedules"][0]["id"]

    assert managed(call, schedule).status == 200
    assert managed(call, UNKNOWN_ID).status == 422


def managed(call: Caller, schedule: str) -> Answer:
    """What is said to a schedule that Terraform is to manage."""
    body = {
        "annotations": {"incident.io/terraform/version": "1"},
        "resource_id": schedule,
        "resource_type": "schedule",
    }
    return call("POST", "/v2/managed_resources", body=body)
