"""Incident Roles V2 (behaviour.md#incident-roles)."""

import pytest

from ...calling import Answer, Caller, StoppedClock
from ..conftest import EVERYTHING, UNKNOWN_ID, Account

PATH = "/v2/incident_roles"
TEXTS = {"name": "Pilot", "shortform": "pilot", "description": "Steers", "instructions": "Steer"}


def create(call: Caller, **properties: str) -> Answer:
    return call("POST", PATH, body={**TEXTS, **properties})


def update(call: Caller, id_: str, **properties: str) -> Answer:
    return call("PUT", f"{PATH}/{id_}", body={**TEXTS, **properties})


@pytest.mark.shows("default-roles", "roles-reporter-blank")
def test_the_default_account_has_a_lead_and_a_reporter(call: Caller) -> None:
    roles = {
        row["role_type"]: row for row in call.get(PATH)["incident_roles"] if row["role_type"] != "custom"
    }

    assert (roles["lead"]["name"], roles["lead"]["shortform"]) == ("Incident Lead", "lead")
    assert [roles["reporter"][name] for name in ("name", "shortform", "instructions")] == ["Reporter", "", ""]


def test_a_new_one_is_custom_and_shown_and_listed(call: Caller) -> None:
    answer = create(call)
    role = answer.body["incident_role"]

    assert answer.status == 201
    assert role.items() >= {**TEXTS, "role_type": "custom"}.items()
    assert call.get(f"{PATH}/{role['id']}") == answer.body
    assert call.get(PATH)["incident_roles"][-1] == role


def test_an_update_replaces_the_texts(call: Caller, account: Account, clock: StoppedClock) -> None:
    id_ = account.role("Scribe")
    before = call.get(f"{PATH}/{id_}")["incident_role"]
    clock.advance(hours=1)

    assert update(call, id_).body["incident_role"] == {
        **before,
        **TEXTS,
        "updated_at": "2026-06-01T10:00:00Z",
    }


@pytest.mark.shows("role-shortform-taken", "error-source-incomplete", "error-pointer-forms")
@pytest.mark.parametrize("shortform", ["lead", "LEAD"])
def test_shortforms_are_unique_whatever_their_case(call: Caller, account: Account, shortform: str) -> None:
    for answer in (
        create(call, shortform=shortform),
        update(call, account.role("Scribe"), shortform=shortform),
    ):
        assert (answer.status, answer.error["code"]) == (422, "invalid_value")
        assert answer.error["source"] == {"field": "", "pointer": "shortform"}
        assert "unique" in answer.error["message"]


def test_a_role_may_keep_its_own_shortform(call: Caller, account: Account) -> None:
    assert update(call, account.role("Incident Lead"), shortform="lead").status == 200


def test_any_number_of_roles_have_no_shortform(call: Caller) -> None:
    assert [create(call, shortform="").status for _ in range(2)] == [201, 201]


@pytest.mark.shows("roles-lengths")
@pytest.mark.parametrize("name", ["name", "description"])
def test_a_name_and_a_description_have_a_character_at_least(
    call: Caller, account: Account, name: str
) -> None:
    for answer in (create(call, **{name: ""}), update(call, account.role("Scribe"), **{name: ""})):
        assert (answer.status, answer.error["source"]["field"]) == (422, name)


@pytest.mark.shows("roles-lead-kept")
@pytest.mark.parametrize("name", ["Incident Lead", "Reporter"])
def test_the_lead_and_the_reporter_can_not_be_deleted(call: Caller, account: Account, name: str) -> None:
    refused = call("DELETE", f"{PATH}/{account.role(name)}")

    assert (refused.status, refused.error["code"]) == (422, "invalid_value")
    assert refused.error["source"]["pointer"] == "id"


@pytest.mark.shows("delete-204")
def test_a_deleted_one_is_gone(call: Caller) -> None:
    id_ = create(call).body["incident_role"]["id"]

    assert call("DELETE", f"{PATH}/{id_}").status == 204
    assert id_ not in [row["id"] for row in call.get(PATH)["incident_roles"]]
    assert call("GET", f"{PATH}/{id_}").status == 404


def test_one_that_somebody_holds_can_not_be_deleted(call: Caller, account: Account) -> None:
    id_, user = create(call).body["incident_role"]["id"], account.users()[0]["id"]
    assignment = {"incident_role_id": id_, "assignee": {"id": user}}
    incident = account.declare(incident_role_assignments=[assignment])
    refused = call("DELETE", f"{PATH}/{id_}")

    assert (refused.status, refused.error["code"]) == (422, "in_use")
    account.edit(incident["id"], incident_role_assignments=[{"incident_role_id": id_}])
    assert call("DELETE", f"{PATH}/{id_}").status == 204


@pytest.mark.shows("embedded-role-required")
def test_a_change_is_seen_at_once_in_every_incident_which_still_says_required(
    call: Caller, account: Account
) -> None:
    changed = update(call, account.role("Incident Lead")).body["incident_role"]

    for row in account.incidents(EVERYTHING):
        (lead,) = (
            each["role"] for each in row["incident_role_assignments"] if each["role"]["role_type"] == "lead"
        )
        assert lead == {**changed, "required": False}


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_an_unknown_one_is_a_404(call: Caller, method: str) -> None:
    body = TEXTS if method == "PUT" else None

    assert call(method, f"{PATH}/{UNKNOWN_ID}", body=body).error["code"] == "resource_not_found"
