"""What can only be read: users, teams, types, timestamps, and who the key is.

See behaviour.md#users, behaviour.md#types-read-only, behaviour.md#timestamps-read-only, behaviour.md#identity.
"""

import json

import pytest

from incident_double.fixtures import Dataset
from incident_double.mock_server import ApiKey, Double, Request
from incident_double.openapi import Document

from ...calling import Caller
from ..conftest import UNKNOWN_ID, CallerWithKeys


@pytest.mark.parametrize(
    ("path", "many", "one"),
    [
        ("/v2/users", "users", "user"),
        ("/v3/teams", "teams", "team"),
        ("/v1/incident_types", "incident_types", "incident_type"),
        ("/v2/incident_timestamps", "incident_timestamps", "incident_timestamp"),
    ],
)
def test_each_is_shown_as_it_is_listed_and_nothing_else_is(
    call: Caller, path: str, many: str, one: str
) -> None:
    for row in call.get(path)[many]:
        assert call.get(f"{path}/{row['id']}") == {one: row}
    assert call("GET", f"{path}/{UNKNOWN_ID}").error["code"] == "resource_not_found"


@pytest.mark.parametrize("path", ["/v2/users", "/v3/teams", "/v1/incident_types", "/v2/incident_timestamps"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_none_can_be_changed(call: Caller, method: str, path: str) -> None:
    assert call(method, path if method == "POST" else f"{path}/{UNKNOWN_ID}").body is None


def test_timestamps_are_listed_by_rank(call: Caller) -> None:
    rows = call.get("/v2/incident_timestamps")["incident_timestamps"]

    assert [row["name"].removesuffix(" at") for row in rows] == [
        "Reported",
        "Accepted",
        "Declined",
        "Merged",
        "Canceled",
        "Resolved",
        "Impact started",
        "Identified",
        "Fixed",
        "Documented",
        "Reviewed",
        "Closed",
    ]


@pytest.mark.shows("default-type", "default-types")
def test_one_type_is_the_default(call: Caller) -> None:
    rows = call.get("/v1/incident_types")["incident_types"]

    assert [row["name"] for row in rows if row["is_default"]] == ["Default"]


class TestUsers:
    """Their list has filters of the plain kind."""

    @pytest.mark.shows("users-read-only")
    def test_a_user_is_found_by_email_whatever_its_case(self, call: Caller) -> None:
        user = call.get("/v2/users")["users"][0]

        assert call.get("/v2/users", {"email": user["email"].upper()})["users"] == [user]
        assert call.get("/v2/users", {"email": "nobody@nowhere.example"})["users"] == []

    @pytest.mark.shows("users-read-only")
    def test_a_user_is_found_by_slack_id(self, call: Caller) -> None:
        user = next(user for user in call.get("/v2/users")["users"] if "slack_user_id" in user)

        assert call.get("/v2/users", {"slack_user_id": user["slack_user_id"]})["users"] == [user]
        assert call.get("/v2/users", {"slack_user_id": "U0"})["users"] == []

    @pytest.mark.shows("users-read-only")
    def test_users_who_have_left_are_hidden_unless_asked_for(
        self, document: Document, dataset: Dataset
    ) -> None:
        gone = {**dataset.collections["users"][0], "is_active": False}
        users = [gone, *dataset.collections["users"][1:]]
        rows = {**dataset.collections, "users": users}
        changed = Dataset(dataset.organisation, dataset.slug, dataset.slack_team_id, rows)
        call = Caller(Double(document, changed, rate_limit=0))

        def ids(**query: object) -> set[str]:
            return {row["id"] for row in call.get("/v2/users", {"page_size": 1000, **query})["users"]}

        assert gone["id"] not in ids()
        assert gone["id"] not in ids(include_inactive="false")
        assert ids(include_inactive="true") == {row["id"] for row in users}
        assert call.get(f"/v2/users/{gone['id']}") == {"user": gone}

    @pytest.mark.parametrize("value", ["yes", "1", "TRUE"])
    def test_asking_for_them_takes_true_or_false(self, call: Caller, value: str) -> None:
        answer = call("GET", "/v2/users", {"include_inactive": value})

        assert (answer.status, answer.error["source"]["field"]) == (422, "include_inactive")


class TestIdentity:
    """`GET /v1/identity` needs nothing but a valid key."""

    def test_a_key_with_every_role_has_them_all(self, call: Caller, document: Document) -> None:
        identity = call.get("/v1/identity")["identity"]

        assert identity["roles"] == document.schemas["IdentityV1"]["properties"]["roles"]["items"]["enum"]
        assert (identity["teams"], identity["team_roles"]) == ([], [])
        assert identity["name"] == "incident-double"

    @pytest.mark.shows("identity")
    @pytest.mark.parametrize("roles", [[], ["viewer"], ["incident_creator", "viewer"]])
    def test_a_key_is_given_its_own_roles(self, with_keys: CallerWithKeys, roles: list[str]) -> None:
        identity = with_keys(k=roles).get("/v1/identity", key="k")["identity"]

        assert sorted(identity["roles"]) == sorted(roles)

    def test_a_key_is_given_its_name(self, document: Document, dataset: Dataset) -> None:
        call = Caller(Double(document, dataset, keys=[ApiKey("k", name="Night watch")]))

        assert call.get("/v1/identity", key="k")["identity"]["name"] == "Night watch"


def test_the_document_is_the_one_that_is_served_and_names_the_double_as_its_server(
    call: Caller, document: Document
) -> None:
    reply = call.double.answer(Request("GET", "/v1/openapiV3.json", base_url="http://127.0.0.1:1234"))
    served = json.loads(reply.body)

    assert served == {**document.raw, "servers": [{"url": "http://127.0.0.1:1234"}]}
