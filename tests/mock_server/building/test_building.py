"""State is built by the names that people know, and comes out as the API would have made it."""

import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest

from incident_double.fixtures import Dataset
from incident_double.mock_server import Double
from incident_double.mock_server.building.building import (
    add_action,
    add_follow_up,
    add_update,
    declare_incident,
    edit_incident,
)
from incident_double.openapi import Document, parse

from ...calling import Caller, StoppedClock
from ..conftest import EVERYTHING, Account, Row, assigned, moments

STATUSES = [
    "Canceled", "Merged", "Declined", "Triage", "Investigating", "Fixing", "Monitoring", "Documenting",
    "Reviewing", "Closed", "Paused",
]  # fmt: skip


def values(row: Row, name: str) -> list[Row]:
    found: list[Row] = next(
        entry["values"] for entry in row["custom_field_entries"] if entry["custom_field"]["name"] == name
    )
    return found


def test_an_incident_is_declared_by_names_and_shown_by_the_api_as_it_was_returned(
    double: Double, call: Caller, account: Account
) -> None:
    lead, reporter = account.users()[3], account.users()[4]
    built = declare_incident(
        double,
        name="Checkout is down",
        severity="critical",
        status="FIXING",
        incident_type="third party",
        mode="test",
        visibility="private",
        summary="Nobody can pay",
        call_url="https://call.example/1",
        roles={"incident lead": lead["email"].upper(), "Reporter": reporter["name"]},
        custom_fields={
            "Affected services": ["checkout api", "payments"],
            "Root cause": "Code change",
            "Customers affected": 12,
            "Workaround": "Pay later",
        },
        timestamps={"Impact started at": datetime(2026, 5, 1, 9, tzinfo=UTC), "Fixed at": "2026-05-02"},
    )

    assert built == account.incident(built["id"])
    assert (built["severity"]["name"], built["incident_status"]["name"]) == ("Critical", "Fixing")
    assert (built["incident_type"]["name"], built["mode"], built["visibility"]) == (
        "Third party",
        "test",
        "private",
    )
    assert (built["summary"], built["call_url"]) == ("Nobody can pay", "https://call.example/1")
    assert assigned(built) == {"Incident Lead": lead["id"], "Reporter": reporter["id"]}
    entries = values(built, "Affected services")
    assert [each["value_catalog_entry"]["name"] for each in entries] == ["Checkout API", "Payments gateway"]
    assert values(built, "Root cause")[0]["value_option"]["value"] == "Code change"
    assert values(built, "Customers affected") == [{"value_numeric": "12"}]
    assert values(built, "Workaround") == [{"value_text": "Pay later"}]
    assert moments(built)["Impact started at"] == "2026-05-01T09:00:00Z"
    assert moments(built)["Fixed at"] == "2026-05-02T00:00:00Z"


def test_ids_are_as_good_as_names(double: Double, account: Account) -> None:
    built = declare_incident(
        double,
        severity=account.severity("Major"),
        status=account.status("Monitoring"),
        roles={account.role("Incident Lead"): account.users()[0]["id"]},
        custom_fields={
            account.field("single_select"): account.options(account.field("single_select"))[0]["id"]
        },
    )

    assert built["severity"]["name"] == "Major"
    assert assigned(built)["Incident Lead"] == account.users()[0]["id"]


def test_of_two_users_with_one_address_the_active_one_is_meant(double: Double) -> None:
    all_users = list(double.store.all("users"))
    gone = next(user for user in all_users if not user["is_active"] and _is_twice(user, all_users))

    built = declare_incident(double, roles={"Incident Lead": gone["email"]})

    assert assigned(built)["Incident Lead"] not in (None, gone["id"])


def _is_twice(user: Any, users: list[Any]) -> bool:
    return [each.get("email") for each in users].count(user["email"]) == 2


@pytest.mark.parametrize("status", STATUSES)
def test_every_status_can_be_declared_and_edited_to(double: Double, account: Account, status: str) -> None:
    more: dict[str, Any] = {"merged_into": "INC-1"} if status == "Merged" else {}

    built = declare_incident(double, status=status, severity="Minor", **more)
    edited = edit_incident(double, declare_incident(double)["id"], status=status, severity="Minor", **more)

    assert built == account.incident(built["id"])
    assert built["incident_status"]["name"] == edited["incident_status"]["name"] == status


def test_what_is_merged_says_into_what(double: Double, account: Account) -> None:
    target = declare_incident(double, name="First")
    built = declare_incident(double, status="Merged", merged_into=target["reference"].lower())

    newest = account.updates(built["id"])[0]
    assert newest["merged_into_incident_id"] == target["id"]
    assert newest["new_incident_status"]["name"] == "Merged"
    assert "Merged at" in moments(built)


@pytest.mark.parametrize("given", ["id", "reference", "number"])
def test_an_incident_is_edited_by_any_of_its_names(double: Double, account: Account, given: str) -> None:
    built = declare_incident(double, name="Before", roles={"Incident Lead": account.users()[0]["name"]})
    name = built["id"] if given == "id" else built["reference"] if given == "reference" else 121

    edited = edit_incident(
        double, name, name="After", roles={"Incident Lead": None}, custom_fields={"Workaround": "Wait"}
    )
    cleared = edit_incident(double, name, custom_fields={"Workaround": None})

    assert edited["name"] == "After"
    assert assigned(edited)["Incident Lead"] is None
    assert values(edited, "Workaround") == [{"value_text": "Wait"}]
    assert values(cleared, "Workaround") == []
    assert cleared == account.incident(built["id"])


def test_updates_actions_and_follow_ups_are_added(double: Double, call: Caller, account: Account) -> None:
    incident = declare_incident(double, severity="Minor", status="Investigating")

    update = add_update(double, incident["id"], message="Found it", status="fixing", severity="Major")
    action = add_action(
        double, incident["reference"], description="Look", assignee=account.users()[0]["name"]
    )
    follow_up = add_follow_up(double, incident["id"], title="Learn", priority="high", team="checkout")

    assert account.updates(incident["id"])[0] == update
    assert account.incident(incident["id"])["severity"]["name"] == "Major"
    assert call.get(f"/v3/actions/{action['id']}")["action"] == action
    assert call.get(f"/v3/follow_ups/{follow_up['id']}")["follow_up"] == follow_up
    assert (follow_up["priority"]["name"], follow_up["assignee_team"]["name"]) == ("High", "Checkout")


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"severity": "Sev1"}, "there is no severity 'Sev1' (there are Minor, Major, Critical)"),
    ({"status": "Fixed"}, "there is no status 'Fixed' (there are Canceled, Merged, Declined, Triage, "),
    ({"roles": {"Boss": "x"}}, "there is no role 'Boss' (there are Incident Lead, Reporter, "),
    ({"roles": {"Reporter": "nobody@example.com"}}, "there is no user 'nobody@example.com' (there are "),
    ({"custom_fields": {"Colour": "red"}}, "there is no custom field 'Colour' (there are Impact, "),
    ({"custom_fields": {"Root cause": "Rain"}}, "there is no option of Root cause 'Rain' (there are Code "),
    ({"custom_fields": {"Root cause": ["Hardware", "Unknown"]}}, "Root cause takes one value only"),
    ({"custom_fields": {"Customers affected": "many"}}, "Customers affected takes a decimal number"),
    ({"timestamps": {"Lost at": None}}, "there is no timestamp 'Lost at' (there are Reported at, "),
    ({"timestamps": {"Fixed at": "soon"}}, "'soon' is not an ISO 8601 date or time"),
    ({"status": "Fixing"}, "severity_id is required when the incident is live"),
    ({"status": "Merged"}, "merged_into goes with the status of merged incidents"),
    ({"merged_into": 1}, "merged_into goes with the status of merged incidents"),
    ({"status": "Merged", "merged_into": 99_999}, "there is no incident 99999 (the newest are INC-120, "),
    ({"nmae": "x"}, "there is no property 'nmae' (there are name, severity, status, "),
    ({"name": 5}, "/name: 5 is not a text"),
    ({"roles": ["x"]}, "/roles: ['x'] is not an object"),
    ({"roles": {"a/b": 1}}, "/roles/a~1b: 1 is not null or a text"),
    ({"mode": "real"}, "/mode: 'real' is none of standard, retrospective, test, tutorial"),
    ({"name": "\ud800"}, "surrogates not allowed"),
    ({"incident_type": "Security"}, "incidents of the type Security can only be private"),
]


@pytest.mark.parametrize(("properties", "complaint"), REFUSED, ids=lambda value: str(value)[:40])
def test_what_is_wrong_is_one_line_and_changes_nothing(
    double: Double, call: Caller, properties: dict[str, Any], complaint: str
) -> None:
    before = call.get("/v2/incidents", EVERYTHING)
    with pytest.raises(ValueError, match=re.escape(complaint)) as raised:
        declare_incident(double, **properties)

    assert "\n" not in str(raised.value)
    assert call.get("/v2/incidents", EVERYTHING) == before


def test_what_can_not_be_edited_is_no_property_of_an_edit(double: Double) -> None:
    given: Any = {"mode": "test"}
    with pytest.raises(ValueError, match=r"no property 'mode' \(there are name, severity, "):
        edit_incident(double, 1, **given)
    with pytest.raises(ValueError, match="can't be merged into itself"):
        edit_incident(double, 1, status="Merged", merged_into=1)
    with pytest.raises(ValueError, match=r"incident.name must not be blank"):
        edit_incident(double, 1, name=" ")
    with pytest.raises(ValueError, match="there is no property 'points'"):
        add_follow_up(double, 1, title="x", points="3")


def test_nothing_of_it_shows_in_the_traffic(document: Document, dataset: Dataset) -> None:
    double = Double(document, dataset, clock=StoppedClock())
    call = Caller(double)

    built = [declare_incident(double, name="Same") for _ in range(3)]

    assert len(double.journal) == 0
    answer = call("GET", "/v1/severities")
    assert answer.headers["x-ratelimit-remaining"] == "1199"
    assert len({row["id"] for row in built}) == 3


def test_a_client_s_idempotency_keys_stay_its_own(double: Double, call: Caller) -> None:
    declare_incident(double, name="Built")
    built_key = next(row["id"] for row in double.store.all("idempotency_keys"))

    body = {"idempotency_key": "built", "visibility": "public", "name": "Sent"}
    sent = call("POST", "/v2/incidents", body=body)

    assert sent.body["incident"]["name"] == "Sent"
    assert built_key.startswith("incidents built 01")


def test_the_same_double_builds_the_same(document: Document, dataset: Dataset) -> None:
    first, second = (
        declare_incident(Double(document, dataset, clock=StoppedClock()), name="Same") for _ in range(2)
    )

    assert first == second


def test_a_document_without_incidents_is_named_as_the_reason(dataset: Dataset) -> None:
    ping = {"operationId": "ping", "responses": {"204": {"description": "Here"}}}
    other = {
        "openapi": "3.0.3",
        "info": {"title": "t", "version": "1"},
        "paths": {"/ping": {"get": ping}},
    }
    double = Double(parse(json.dumps(other).encode(), name="other"), dataset)

    with pytest.raises(ValueError, match="the document that is served has no operation Incidents V2#Create"):
        declare_incident(double, name="x")
