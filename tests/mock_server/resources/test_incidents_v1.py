"""Incidents V1: the same incidents, in the old shape (behaviour.md#v1-vocabulary, behaviour.md#v1-show-by-id)."""

from typing import Any

import pytest

from ...calling import Answer, Caller
from ..conftest import EVERYTHING, UNKNOWN_ID, Account

PATH = "/v1/incidents"
DECLINED = ("declined", "merged", "canceled")
LATER = ("learning", "paused", "closed")


def create(call: Caller, key: str = "key", **properties: Any) -> Answer:
    body = {"idempotency_key": key, "visibility": "public", **properties}
    return call("POST", PATH, body=body)


def expected_status(status: dict[str, Any]) -> str:
    if status["category"] == "live":
        return str(status["name"]).lower()
    if status["category"] in DECLINED:
        return "declined"
    return "closed" if status["category"] in LATER else "triage"


def test_every_incident_can_be_shown_in_the_old_shape(call: Caller, account: Account) -> None:
    for row in account.incidents(EVERYTHING):
        old = call.get(f"{PATH}/{row['id']}")["incident"]

        for name in ("id", "name", "reference", "permalink", "created_at", "visibility", "slack_channel_id"):
            assert old[name] == row[name]
        assert {name: old.get(name) for name in ("summary", "severity", "call_url")} == {
            name: row.get(name) for name in ("summary", "severity", "call_url")
        }
        assert old["status"] == expected_status(row["incident_status"])
        assert old["mode"] == {"standard": "real", "retrospective": "real"}.get(row["mode"], row["mode"])
        assert {each["name"]: each.get("last_occurred_at") for each in old["timestamps"]} == {
            each["incident_timestamp"]["name"]: each.get("value", {}).get("value")
            for each in row["incident_timestamp_values"]
        }


def test_the_lists_are_of_the_same_incidents(call: Caller, account: Account) -> None:
    old, new = call.get(PATH, {"page_size": 250}), call.get("/v2/incidents", {"page_size": 250})

    assert [row["id"] for row in old["incidents"]] == [row["id"] for row in new["incidents"]]
    assert old["pagination_meta"] == new["pagination_meta"]
    assert old["incidents"][3] == call.get(f"{PATH}/{old['incidents'][3]['id']}")["incident"]


@pytest.mark.shows("v1-show-by-id")
def test_an_incident_is_shown_by_its_id_only(call: Caller, account: Account) -> None:
    incident = account.declare()

    for id_ in (incident["reference"].removeprefix("INC-"), incident["reference"], UNKNOWN_ID):
        assert call("GET", f"{PATH}/{id_}").error["code"] == "resource_not_found"


@pytest.mark.parametrize("status", ["triage", "closed", "declined", "monitoring"])
def test_a_list_can_be_of_one_status(call: Caller, account: Account, status: str) -> None:
    expected = [
        row["id"]
        for row in account.incidents(EVERYTHING)
        if expected_status(row["incident_status"]) == status and row["mode"] in ("standard", "retrospective")
    ]
    body = call.get(PATH, {"status": status, "page_size": 250})

    assert [row["id"] for row in body["incidents"]] == expected
    assert {row["status"] for row in body["incidents"]} <= {status}
    assert body["pagination_meta"]["total_record_count"] == len(expected)


@pytest.mark.parametrize("name", ["status", "status[]"])
def test_several_statuses_are_alternatives(call: Caller, name: str) -> None:
    query = [(name, "triage"), (name, "declined"), ("page_size", 250)]
    rows = call.get(PATH, query)["incidents"]

    assert {row["status"] for row in rows} == {"triage", "declined"}


def test_an_unknown_status_is_a_422(call: Caller) -> None:
    answer = call("GET", PATH, {"status": "open"})

    assert (answer.status, answer.error["source"]["field"]) == (422, "status")


def test_a_status_of_ones_own_reads_as_investigating(call: Caller, account: Account) -> None:
    body = {"name": "Escalated", "description": "", "category": "live"}
    status = call("POST", "/v1/incident_statuses", body=body).body["incident_status"]["id"]
    incident = account.declare(incident_status_id=status, severity_id=account.severity("Minor"))

    assert call.get(f"{PATH}/{incident['id']}")["incident"]["status"] == "investigating"
    found = call.get(PATH, {"status": "investigating", "page_size": 250})["incidents"]
    assert incident["id"] in [row["id"] for row in found]


@pytest.mark.shows("create-is-200")
def test_an_incident_is_declared_with_a_200_and_starts_in_triage(call: Caller, account: Account) -> None:
    answer = create(call, name="Ferry late", summary="By an hour")
    old = answer.body["incident"]

    assert answer.status == 200
    assert (old["status"], old["mode"], old["name"]) == ("triage", "real", "Ferry late")
    assert account.incident(old["id"])["incident_status"]["name"] == "Triage"
    assert account.incidents({"page_size": 1})[0]["id"] == old["id"]


@pytest.mark.shows("v1-vocabulary")
@pytest.mark.parametrize(
    ("status", "name"),
    [
        ("triage", "Triage"),
        ("investigating", "Investigating"),
        ("fixing", "Fixing"),
        ("monitoring", "Monitoring"),
        ("closed", "Closed"),
        ("declined", "Declined"),
    ],
)
def test_the_old_words_for_a_status_are_understood(
    call: Caller, account: Account, status: str, name: str
) -> None:
    old = create(call, status=status, severity_id=account.severity("Minor")).body["incident"]

    assert old["status"] == status
    assert account.incident(old["id"])["incident_status"]["name"] == name


@pytest.mark.shows("v1-vocabulary")
@pytest.mark.parametrize(("old", "new"), [("real", "standard"), ("test", "test")])
def test_the_old_words_for_a_mode_are_understood(call: Caller, account: Account, old: str, new: str) -> None:
    incident = create(call, mode=old).body["incident"]

    assert incident["mode"] == old
    assert account.incident(incident["id"])["mode"] == new


def test_a_live_incident_needs_a_severity(call: Caller) -> None:
    answer = create(call, status="investigating")

    assert (answer.status, answer.error["code"]) == (422, "is_required")
    assert answer.error["source"] == {"field": "severity_id", "pointer": ""}


def test_a_status_that_was_renamed_away_is_a_422(call: Caller, account: Account) -> None:
    body = {"name": "Repairing", "description": ""}
    call("PUT", f"/v1/incident_statuses/{account.status('Fixing')}", body=body)
    answer = create(call, status="fixing", severity_id=account.severity("Minor"))

    assert (answer.status, answer.error["source"]["field"]) == (422, "status")


def test_roles_need_an_assignee(call: Caller, account: Account) -> None:
    assignment = {"incident_role_id": account.role("Incident Lead")}
    answer = create(call, incident_role_assignments=[assignment])

    assert answer.error["source"]["field"] == "incident_role_assignments.0.assignee"


def test_the_same_key_gives_the_same_incident_in_both_versions(call: Caller, account: Account) -> None:
    first = create(call, "shared").body["incident"]
    body = {"idempotency_key": "shared", "visibility": "public"}

    assert create(call, "shared", name="Other").body["incident"]["id"] == first["id"]
    assert call("POST", "/v2/incidents", body=body).body["incident"]["id"] == first["id"]


def test_the_first_answer_has_no_channel_yet(call: Caller) -> None:
    first = create(call).body["incident"]
    shown = call.get(f"{PATH}/{first['id']}")["incident"]

    assert first["slack_channel_id"] == ""
    assert shown["slack_channel_id"].startswith("C")
