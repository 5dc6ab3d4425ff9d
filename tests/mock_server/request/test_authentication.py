"""Who may do what (behaviour.md#authentication)."""

import hashlib
from typing import Any

import pytest

from incident_double.mock_server import DEFAULT_TOKEN, Request
from incident_double.mock_server.request.authentication import parse_api_key

from ...calling import Caller
from ..conftest import UNKNOWN_ID, CallerWithKeys


@pytest.mark.shows("auth-missing", "error-401")
def test_a_request_without_a_key_is_a_401(call: Caller) -> None:
    answer = call("GET", "/v2/incidents", key=None)

    assert (answer.status, answer.body["type"]) == (401, "authentication_error")
    assert answer.error == {
        "code": "missing_authorization_material",
        "message": "No authorization material provided in request",
    }


@pytest.mark.shows("auth-invalid", "error-401")
@pytest.mark.parametrize(
    "authorization",
    [
        "Bearer wrong",
        f"Bearer {DEFAULT_TOKEN[:-1]}",
        f"Bearer {DEFAULT_TOKEN.upper()}",
        f"Basic {DEFAULT_TOKEN}",
        f"Bearer{DEFAULT_TOKEN}",
        DEFAULT_TOKEN,
        "Bearer \xe4",
    ],
)
def test_a_key_that_nobody_was_given_is_a_401(call: Caller, authorization: str) -> None:
    answer = call.send(Request("GET", "/v2/incidents", authorization=authorization))

    assert (answer.status, answer.body["type"]) == (401, "authentication_error")
    assert answer.error == {"code": "access_token_invalid", "message": "Access token is not valid"}


@pytest.mark.shows("auth-bearer")
@pytest.mark.parametrize("authorization", ["Bearer {}", "bearer {}", "BEARER  {} "])
def test_a_bearer_token_is_a_key(call: Caller, authorization: str) -> None:
    request = Request("GET", "/v1/identity", authorization=authorization.format(DEFAULT_TOKEN))

    assert call.send(request).status == 200


def test_the_default_key_is_documented_and_has_the_vendors_form() -> None:
    assert "inc_" + hashlib.sha256(b"incident-double").hexdigest() == DEFAULT_TOKEN


def test_keys_that_are_given_replace_the_default_one(with_keys: CallerWithKeys) -> None:
    call = with_keys(first=None, second=["viewer"])

    assert [call("GET", "/v2/users", key=key).status for key in ("first", "second", DEFAULT_TOKEN)] == [
        200,
        200,
        401,
    ]


@pytest.mark.shows("scope-missing", "error-403")
def test_a_missing_scope_is_a_403_that_names_it(with_keys: CallerWithKeys) -> None:
    answer = with_keys(k=["viewer"])("POST", "/v2/incidents", body={}, key="k")

    assert (answer.status, answer.body["type"]) == (403, "resource_forbidden")
    assert answer.error == {
        "code": "missing_required_scope",
        "message": "missing a required scope: incidents.create",
        "metadata": {"scope": "incidents.create"},
    }


def test_a_key_without_roles_is_refused_wherever_a_scope_is_needed(with_keys: CallerWithKeys) -> None:
    call = with_keys(k=[])
    guarded = [each for each in call.double.document.operations.values() if each.scopes]
    assert len(guarded) > 40

    for operation in guarded:
        answer = call(operation.method, operation.path.replace("{id}", UNKNOWN_ID), key="k")

        assert answer.status == 403, operation.id
        assert answer.error["metadata"]["scope"] in operation.scopes


def a_public_incident(call: Caller, key: str) -> str:
    incidents = call.get("/v2/incidents", {"page_size": 250}, key=key)["incidents"]
    return next(str(row["id"]) for row in incidents if row["visibility"] == "public")


NEW_SEVERITY = {"name": "Trivial", "description": ""}
NEW_INCIDENT = {"idempotency_key": "1", "visibility": "public"}
EDIT = {"incident": {"name": "Edited"}, "notify_incident_channel": False}


@pytest.mark.shows("role-viewer", "role-incident-creator", "role-incident-editor", "role-manage-settings")
@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        ("viewer", {"list", "show settings"}),
        ("incident_creator", {"create"}),
        ("incident_editor", {"list", "edit", "act"}),
        ("manage_settings", {"change settings"}),
        ("catalog_viewer", {"see teams"}),
        ("global_access", set()),
    ],
)
def test_a_role_allows_its_own_and_nothing_else(
    with_keys: CallerWithKeys, role: str, allowed: set[str]
) -> None:
    call = with_keys(boss=None, k=[role])
    id_ = a_public_incident(call, "boss")
    requests: dict[str, tuple[str, str, Any]] = {
        "list": ("GET", "/v2/incidents", None),
        "show settings": ("GET", "/v1/severities", None),
        "create": ("POST", "/v2/incidents", NEW_INCIDENT),
        "edit": ("POST", f"/v2/incidents/{id_}/actions/edit", EDIT),
        "act": ("POST", "/v3/actions", {"incident_id": id_, "description": "x"}),
        "change settings": ("POST", "/v1/severities", NEW_SEVERITY),
        "see teams": ("GET", "/v3/teams", None),
    }
    statuses = {
        name: call(method, path, body=body, key="k").status for name, (method, path, body) in requests.items()
    }

    assert {name for name, status in statuses.items() if status < 300} == allowed | (
        {"see teams"} if role == "viewer" else set()
    )
    assert set(statuses.values()) <= {200, 201, 403, 404}


@pytest.mark.shows("edit-scopes")
@pytest.mark.parametrize(
    ("properties", "scope"),
    [
        ({"name": "x"}, "incidents.update_name"),
        ({"slack_channel_name_override": "x"}, "incidents.update_name"),
        ({"summary": "x"}, "incidents.update_summary"),
        ({"severity_id": "x"}, "incidents.update_severity"),
        ({"incident_status_id": "x"}, "incidents.update_status"),
        ({"custom_field_entries": []}, "incidents.update_custom_fields"),
        ({"incident_timestamp_values": []}, "incidents.update_timestamps"),
        ({"incident_role_assignments": []}, "incidents.update_role_assignments"),
        ({"call_url": "https://meet.example/1"}, "incident_calls.create"),
    ],
)
def test_an_edit_needs_the_scope_of_each_property(
    with_keys: CallerWithKeys, properties: dict[str, Any], scope: str
) -> None:
    call = with_keys(k=["viewer"])
    id_ = a_public_incident(call, "k")
    path = f"/v2/incidents/{id_}/actions/edit"

    assert call("POST", path, body={**EDIT, "incident": {}}, key="k").status == 200
    refused = call("POST", path, body={**EDIT, "incident": properties}, key="k")

    assert (refused.status, refused.error["metadata"]) == (403, {"scope": scope})


@pytest.mark.shows("edit-scopes")
def test_an_edit_needs_the_scope_to_see_the_incident(with_keys: CallerWithKeys) -> None:
    call = with_keys(boss=None, k=["incident_creator"])
    id_ = a_public_incident(call, "boss")

    refused = call("POST", f"/v2/incidents/{id_}/actions/edit", body={**EDIT, "incident": {}}, key="k")

    assert (refused.status, refused.error["metadata"]) == (403, {"scope": "incidents.view"})


@pytest.mark.parametrize("key", [None, "wrong", DEFAULT_TOKEN])
def test_the_document_is_for_everyone(call: Caller, key: str | None) -> None:
    assert call("GET", "/v1/openapiV3.json", key=key).status == 200


def test_an_api_key_is_read_from_the_command_line_with_its_roles() -> None:
    assert parse_api_key("inc_1", ["viewer"]).roles is None
    assert parse_api_key("inc_1=", ["viewer"]).roles == frozenset()
    assert parse_api_key("inc_1=viewer, incident_editor", ["viewer", "incident_editor"]).roles == frozenset(
        {"viewer", "incident_editor"}
    )


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "printable ASCII"),
        ("=viewer", "printable ASCII"),
        ("in c", "printable ASCII"),
        ("schlüssel", "printable ASCII"),
        ("a\nb", "printable ASCII"),
        ("inc_1=viwer", "no such role: viwer"),
    ],
)
def test_what_is_no_api_key_is_refused_in_one_line(text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint) as raised:
        parse_api_key(text, ["viewer"])

    assert "\n" not in str(raised.value)


NEW_TYPE = {"name": "Pier", "description": "Where ferries berth"}


@pytest.mark.shows("role-catalog")
@pytest.mark.parametrize(
    ("role", "method", "path", "body"),
    [
        ("catalog_viewer", "GET", "/v3/catalog_types", None),
        ("catalog_editor", "POST", "/v3/catalog_types", NEW_TYPE),
        ("api_keys_manage", "GET", "/v1/api_keys", None),
    ],
)
def test_a_role_opens_what_it_is_named_for(
    with_keys: CallerWithKeys, role: str, method: str, path: str, body: Any
) -> None:
    call = with_keys(k=[role], other=["glossary_entries_manage"])

    assert call(method, path, body=body, key="other").status == 403
    assert call(method, path, body=body, key="k").status == {"GET": 200, "POST": 201}[method]
