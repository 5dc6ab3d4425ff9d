"""What every answer looks like, and which operations there are and are not (behaviour.md#shape-of-the-service)."""

from collections.abc import Iterator
from typing import Any

import pytest

from incident_double.openapi import Document

from ...calling import Caller
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
@pytest.mark.shows("updates-verbs", "incidents-not-deleted", "no-single-update")
@pytest.mark.parametrize(("path", "verbs"), VERBS.items(), ids=VERBS)
def test_a_resource_has_the_vendors_verbs_and_no_others(
    call: Caller, path: str, verbs: dict[str, bool]
) -> None:
    """What there isn't is an empty 404; the answer of what there is has a body, if only to refuse."""
    for verb, is_there in verbs.items():
        on_list = verb in ("GET", "POST")
        answer = call(verb.split()[0], path if on_list else f"{path}/{UNKNOWN_ID}")

        assert (answer.body is not None) == is_there, verb


@pytest.mark.shows("one-key-answers")
def test_every_answer_has_what_was_asked_for_under_one_key(call: Caller, account: Account) -> None:
    needed = {
        "/v1/custom_field_options": {"custom_field_id": account.field("multi_select")},
        "/v1/incident_attachments": {"incident_id": account.incidents()[0]["id"]},
    }
    lists = [
        each
        for each in call.double.document.operations.values()
        if each.method == "GET" and "{" not in each.path and not each.public
    ]
    shown = {(each.method, each.path) for each in call.double.document.operations.values()}
    for operation in lists:
        body = call.get(operation.path, needed.get(operation.path, {}))
        (key,) = body.keys() - {"pagination_meta"}
        if ("GET", f"{operation.path}/{{id}}") in shown:
            (one,) = call.get(f"{operation.path}/{body[key][0]['id']}")
            assert key.startswith(one.removesuffix("y"))


@pytest.mark.shows("no-nullable")
def test_the_document_closes_no_object_and_knows_neither_null_nor_alternatives(document: Document) -> None:
    nodes = [node for node in _objects(document.raw) if "type" in node or "$ref" in node]

    assert len(nodes) > 1000
    for node in nodes:
        assert not node.keys() & {"nullable", "oneOf", "anyOf"}
        assert node.get("additionalProperties") is not False


def _objects(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    for each in children:
        yield from _objects(each)


@pytest.mark.shows("paging-meta-optional", "paging-meta")
def test_where_the_pagination_meta_is_optional_is_as_the_vendor_has_it(document: Document) -> None:
    optional = {"Incidents V1#List", "Incidents V2#List", "Incident Updates V2#List"}
    found = {}
    for operation in document.operations.values():
        schema = document.resolve(operation.responses.get(200) or {})
        if "pagination_meta" in schema.get("properties", {}):
            found[operation.id] = "pagination_meta" in schema["required"]
            meta = document.resolve(schema["properties"]["pagination_meta"])
            assert meta["properties"].keys() - {"total_record_count"} == {"after", "page_size"}

    assert {id_ for id_, required in found.items() if not required} == optional
    assert len(found) > len(optional)


@pytest.mark.shows("post-200", "post-201", "delete-202", "delete-204", "put-200")
def test_every_operation_has_the_vendors_status_of_success(document: Document) -> None:
    """Every answer of the double is held against the document in the other tests."""
    posts_of_200 = {"Incidents V1#Create", "Incidents V2#Create", "Incidents V2#Edit"}
    deletes_of_202 = {"Severities V1#Delete", "Incident Statuses V1#Delete"}
    for operation in document.operations.values():
        expected = {"GET": 200, "PUT": 200, "PATCH": 200, "POST": 201, "DELETE": 204}[operation.method]
        if operation.id in posts_of_200:
            expected = 200
        if operation.id in deletes_of_202:
            expected = 202

        assert operation.success == expected, operation.id


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


@pytest.mark.shows("webhook-endpoints-in-dashboard")
@pytest.mark.parametrize("path", ["/v1/webhooks", "/v2/webhooks", "/v2/webhook_endpoints"])
def test_the_api_has_no_operation_on_webhook_endpoints(call: Caller, path: str) -> None:
    assert call("GET", path).body is None
    assert [each for each in call.double.document.operations.values() if "webhook" in each.path] == []
