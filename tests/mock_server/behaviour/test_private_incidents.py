"""What a key without `global_access` sees of private incidents: nothing (behaviour.md#role-global-access)."""

from typing import Any

import pytest

from ...calling import Caller
from ..conftest import EVERYTHING, CallerWithKeys

STRANGER = ["viewer", "incident_creator", "incident_editor"]


@pytest.fixture
def caller(with_keys: CallerWithKeys) -> Caller:
    return with_keys(boss=None, member=[*STRANGER, "global_access"], stranger=STRANGER)


@pytest.fixture
def secret(caller: Caller) -> dict[str, Any]:
    """A private incident with something in every collection that hangs on incidents."""
    body = {"idempotency_key": "secret", "visibility": "private", "name": "Between us"}
    incident: dict[str, Any] = caller("POST", "/v2/incidents", body=body, key="boss").body["incident"]
    id_ = incident["id"]
    resource = {"resource_type": "arbitrary_url", "url": "https://example.com"}
    for path, more in (
        ("/v3/actions", {"description": "x"}),
        ("/v3/follow_ups", {"title": "x"}),
        ("/v1/incident_attachments", {"resource": resource}),
    ):
        assert caller("POST", path, body={"incident_id": id_, **more}, key="boss").status == 201
    return incident


@pytest.mark.shows("role-global-access")
def test_a_private_incident_is_in_no_list_of_a_stranger(caller: Caller, secret: dict[str, Any]) -> None:
    for path in ("/v2/incidents", "/v1/incidents"):
        query = EVERYTHING if path == "/v2/incidents" else {"page_size": 250}
        seen = {key: caller.get(path, query, key=key) for key in ("boss", "member", "stranger")}
        public = [row for row in seen["boss"]["incidents"] if row["visibility"] == "public"]

        assert seen["member"] == seen["boss"]
        assert secret["id"] in [row["id"] for row in seen["boss"]["incidents"]]
        assert seen["stranger"]["incidents"] == public
        assert seen["stranger"]["pagination_meta"]["total_record_count"] == len(public)


def test_it_is_in_no_filtered_list_either(caller: Caller, secret: dict[str, Any]) -> None:
    query = {"filter_mode": "any", "status[one_of]": secret["incident_status"]["id"]}
    found = {key: caller.get("/v2/incidents", query, key=key)["incidents"] for key in ("boss", "stranger")}

    assert secret["id"] in [row["id"] for row in found["boss"]]
    assert {row["visibility"] for row in found["stranger"]} <= {"public"}


@pytest.mark.shows("role-global-access", "hidden-is-404")
@pytest.mark.parametrize("version", ["v1", "v2"])
def test_it_is_a_404_to_a_stranger(caller: Caller, secret: dict[str, Any], version: str) -> None:
    path = f"/{version}/incidents/{secret['id']}"

    assert caller("GET", path, key="member").status == 200
    assert caller("GET", path, key="stranger").error["code"] == "resource_not_found"


def test_it_is_a_404_to_a_stranger_by_number(caller: Caller, secret: dict[str, Any]) -> None:
    assert caller("GET", f"/v2/incidents/{secret['reference'][4:]}", key="stranger").status == 404


def test_a_stranger_can_not_edit_it(caller: Caller, secret: dict[str, Any]) -> None:
    body = {"incident": {"name": "Out"}, "notify_incident_channel": False}

    assert (
        caller("POST", f"/v2/incidents/{secret['id']}/actions/edit", body=body, key="stranger").status == 404
    )
    assert caller.get(f"/v2/incidents/{secret['id']}", key="boss")["incident"]["name"] == "Between us"


def test_a_stranger_can_not_learn_of_it(caller: Caller, secret: dict[str, Any]) -> None:
    body = {"incident_id": secret["id"], "idempotency_key": "1", "message": "Psst"}

    assert caller("POST", "/v2/incident_updates", body=body, key="stranger").status == 404


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/v3/actions", {"description": "x"}, 422),
        ("/v3/follow_ups", {"title": "x"}, 422),
        ("/v1/incident_attachments", {"resource": {"resource_type": "jira_issue", "external_id": "A"}}, 404),
    ],
)
def test_a_stranger_can_not_add_to_it(
    caller: Caller, secret: dict[str, Any], path: str, body: dict[str, Any], status: int
) -> None:
    body = {**body, "incident_id": secret["id"]}

    assert caller("POST", path, body=body, key="stranger").status == status
    assert caller("POST", path, body=body, key="member").status == 201


@pytest.mark.parametrize(
    ("path", "wrapper", "for_strangers"),
    [
        ("/v2/incident_updates", "incident_updates", 404),
        ("/v1/incident_attachments", "incident_attachments", 404),
        ("/v3/actions", "actions", 200),
        ("/v3/follow_ups", "follow_ups", 200),
    ],
)
def test_what_belongs_to_it_is_hidden_too(
    caller: Caller, secret: dict[str, Any], path: str, wrapper: str, for_strangers: int
) -> None:
    query = {"incident_id": secret["id"]}
    (row,) = caller.get(path, query, key="member")[wrapper]
    hidden = caller("GET", path, query, key="stranger")

    assert hidden.status == for_strangers
    assert for_strangers == 404 or hidden.body[wrapper] == []
    if path.startswith("/v3"):
        assert caller("GET", f"{path}/{row['id']}", key="member").status == 200
        assert caller("GET", f"{path}/{row['id']}", key="stranger").status == 404


def test_a_list_of_all_updates_leaves_its_updates_out(caller: Caller, secret: dict[str, Any]) -> None:
    def of_all(key: str) -> list[str]:
        rows = caller.get("/v2/incident_updates", {"page_size": 250}, key=key)["incident_updates"]
        return [row["incident_id"] for row in rows]

    assert secret["id"] in of_all("boss")
    assert secret["id"] not in of_all("stranger")


def test_attachments_of_a_resource_leave_its_own_out(caller: Caller, secret: dict[str, Any]) -> None:
    query = {"resource_type": "arbitrary_url", "external_id": "https://example.com"}
    found = {
        key: caller.get("/v1/incident_attachments", query, key=key)["incident_attachments"]
        for key in ("boss", "stranger")
    }

    assert [row["incident_id"] for row in found["boss"]] == [secret["id"]]
    assert found["stranger"] == []


def test_a_stranger_can_not_delete_its_attachment(caller: Caller, secret: dict[str, Any]) -> None:
    query = {"incident_id": secret["id"]}
    (row,) = caller.get("/v1/incident_attachments", query, key="boss")["incident_attachments"]
    path = f"/v1/incident_attachments/{row['id']}"

    assert caller("DELETE", path, key="stranger").status == 404
    assert caller("DELETE", path, key="member").status == 204


def test_what_is_kept_by_the_contract_alone_is_hidden_too(caller: Caller) -> None:
    path, wrapper = "/v1/postmortem_documents", "postmortem_documents"
    seen = {key: caller.get(path, {"page_size": 250}, key=key)[wrapper] for key in ("boss", "stranger")}
    public = {row["id"] for row in caller.get("/v2/incidents", EVERYTHING, key="stranger")["incidents"]}
    secret = [row for row in seen["boss"] if row["incident_id"] not in public]

    assert secret
    assert seen["stranger"] == [row for row in seen["boss"] if row not in secret]
    for row in secret:
        assert caller("GET", f"{path}/{row['id']}", key="stranger").status == 404
        assert caller("GET", f"{path}/{row['id']}", key="boss").status == 200
