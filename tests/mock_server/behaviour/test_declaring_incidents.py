"""`POST /v2/incidents` (behaviour.md#creating-an-incident)."""

import re
from typing import Any

import pytest
from ulid import ULID

from incident_double.fixtures import EPOCH

from ...calling import Caller, StoppedClock
from ..conftest import UNKNOWN_ID, Account, CallerWithKeys, Row, assigned, moments, values

NOW = "2026-06-01T09:00:00Z"


def declare(call: Caller, **properties: Any) -> Row:
    """The answer itself, not what is shown afterwards."""
    body = {"idempotency_key": "key", "visibility": "public", **properties}
    answer = call("POST", "/v2/incidents", body=body)
    assert answer.status == 200
    incident: Row = answer.body["incident"]
    return incident


@pytest.mark.shows("create-is-200", "post-200")
def test_the_answer_is_a_200_with_the_whole_incident(call: Caller) -> None:
    answer = call("POST", "/v2/incidents", body={"idempotency_key": "1", "visibility": "public"})

    assert (answer.status, answer.body.keys()) == (200, {"incident"})


def test_what_is_declared_is_shown_and_listed_first(call: Caller, account: Account) -> None:
    incident = account.declare(name="Ferry late")

    assert account.incidents({"page_size": 1}) == [incident]
    assert incident["name"] == "Ferry late"


@pytest.mark.shows("create-required", "create-in-triage")
def test_the_key_and_the_visibility_are_enough(account: Account) -> None:
    incident = account.declare()

    assert incident["incident_status"]["category"] == "triage"
    assert incident["mode"] == "standard"
    assert incident["incident_type"]["is_default"] is True
    assert incident["visibility"] == "public"
    assert not incident.keys() & {"severity", "summary", "call_url", "postmortem_document_url"}
    assert incident["created_at"] == incident["updated_at"] == incident["last_activity_at"] == NOW


@pytest.mark.shows("create-live")
def test_everything_that_is_given_is_taken(account: Account) -> None:
    severity, status, kind = (
        account.severity("Minor"),
        account.status("Monitoring"),
        account.type("Third party"),
    )
    incident = account.declare(
        name="Ferry late",
        summary="By an hour",
        severity_id=severity,
        incident_status_id=status,
        incident_type_id=kind,
        mode="test",
        visibility="private",
        slack_team_id="T123",
        slack_channel_name_override="Ferry & Co",
    )

    assert (incident["name"], incident["summary"]) == ("Ferry late", "By an hour")
    assert incident["severity"]["id"] == severity
    assert incident["incident_status"]["id"] == status
    assert incident["incident_type"]["id"] == kind
    assert (incident["mode"], incident["visibility"]) == ("test", "private")
    assert (incident["slack_team_id"], incident["slack_channel_name"]) == ("T123", "ferry-co")


@pytest.mark.shows("idempotency-replay")
def test_the_same_key_again_gives_the_first_incident(call: Caller, account: Account) -> None:
    before = call.get("/v2/incidents")["pagination_meta"]["total_record_count"]
    first = declare(call, idempotency_key="2026-06-01T09:00:00Z:1.5", name="Ferry late")
    again = declare(call, idempotency_key="2026-06-01T09:00:00Z:1.5", name="Another payload")

    assert again == account.incident(first["id"])
    assert call.get("/v2/incidents")["pagination_meta"]["total_record_count"] == before + 1
    assert len(account.updates(first["id"])) == 1


def test_the_same_key_gives_the_first_incident_as_it_is_by_now(call: Caller, account: Account) -> None:
    first = declare(call, idempotency_key="k", name="Ferry late")
    edited = account.edit(first["id"], name="Ferry sunk")

    assert declare(call, idempotency_key="k", name="Ferry late") == edited


def test_a_key_covers_the_whole_organisation(with_keys: CallerWithKeys) -> None:
    call = with_keys(one=None, two=None)
    body = {"idempotency_key": "k", "visibility": "public"}
    ids = {call("POST", "/v2/incidents", body=body, key=key).body["incident"]["id"] for key in ("one", "two")}

    assert len(ids) == 1


@pytest.mark.shows("idempotency-key-any-string")
@pytest.mark.parametrize("key", ["", " ", "é:☃", "x" * 2000])
def test_any_string_is_a_key(call: Caller, key: str) -> None:
    assert declare(call, idempotency_key=key)["id"] == declare(call, idempotency_key=key)["id"]


@pytest.mark.shows("reference-increasing")
def test_references_count_up_by_one(call: Caller, account: Account) -> None:
    numbers = [int(account.declare()["reference"].removeprefix("INC-")) for _ in range(3)]

    assert numbers == [121, 122, 123]


def test_a_refused_declaration_takes_no_number(account: Account) -> None:
    assert account.try_to_declare(severity_id=UNKNOWN_ID).status == 422

    assert account.declare()["reference"] == "INC-121"


@pytest.mark.shows("ids-are-ulids", "ids-not-uuids")
def test_the_id_is_a_ulid_of_the_present_moment(account: Account) -> None:
    early, late = account.declare()["id"], account.declare()["id"]

    assert ULID.from_str(early).datetime == ULID.from_str(late).datetime == EPOCH
    assert early != late


@pytest.mark.shows("permalink")
def test_the_permalink_names_the_organisation_and_the_id(account: Account, call: Caller) -> None:
    incident, dashboard = account.declare(), call.get("/v1/identity")["identity"]["dashboard_url"]

    assert incident["permalink"] == f"{dashboard}/incidents/{incident['id']}"


@pytest.mark.shows("generated-name")
@pytest.mark.parametrize("name", [None, "", "  "])
def test_without_a_name_it_gets_two_words_that_the_channel_has_too(
    account: Account, name: str | None
) -> None:
    incident = account.declare(name=name)

    assert re.fullmatch("[a-z]+-[a-z]+", incident["name"])
    assert incident["slack_channel_name"] == f"inc-2026-06-01-{incident['name']}"


@pytest.mark.shows("channel-name")
def test_the_channel_is_named_after_the_day_and_the_incident(account: Account) -> None:
    assert account.declare(name="Ferry: late!")["slack_channel_name"] == "inc-2026-06-01-ferry-late"


@pytest.mark.shows("channel-made-later")
def test_the_first_answer_has_no_channel_yet(call: Caller, account: Account) -> None:
    answer = declare(call)
    shown = account.incident(answer["id"])

    assert answer["slack_channel_id"] == ""
    assert "slack_channel_url" not in answer
    assert re.fullmatch("C[0-9A-Z]{8,}", shown["slack_channel_id"])
    assert shown["slack_channel_id"] in shown["slack_channel_url"]
    assert shown.keys() - answer.keys() == {"slack_channel_url"}


@pytest.mark.shows("api-key-creator")
def test_the_key_is_the_creator(account: Account) -> None:
    creator = account.declare()["creator"]

    assert creator.keys() == {"api_key"}
    assert len(creator["api_key"]["id"]) == 26


def test_different_keys_are_different_creators(with_keys: CallerWithKeys) -> None:
    call = with_keys(one=None, two=None)
    creators = [
        call("POST", "/v2/incidents", body={"idempotency_key": key, "visibility": "public"}, key=key).body[
            "incident"
        ]["creator"]["api_key"]["id"]
        for key in ("one", "two")
    ]

    assert creators[0] != creators[1]


def test_lead_and_reporter_are_listed_and_unassigned(account: Account) -> None:
    assert assigned(account.declare()) == {"Incident Lead": None, "Reporter": None}


@pytest.mark.parametrize("by", ["id", "email", "slack_user_id"])
def test_roles_can_be_assigned_the_reporter_too(account: Account, by: str) -> None:
    user = account.users()[0]
    incident = account.declare(
        incident_role_assignments=[
            {"incident_role_id": account.role(name), "assignee": {by: user[by]}}
            for name in ("Reporter", "Scribe")
        ]
    )

    assert assigned(incident) == {"Incident Lead": None, "Reporter": user["id"], "Scribe": user["id"]}


@pytest.mark.shows("every-custom-field-listed", "required-lists-are-empty")
def test_every_custom_field_is_listed_with_its_options_set_or_not(account: Account, call: Caller) -> None:
    fields = call.get("/v2/custom_fields")["custom_fields"]
    impact = account.field("multi_select")
    options = account.options(impact)
    incident = account.declare(
        custom_field_entries=[{"custom_field_id": impact, "values": [{"value_option_id": options[1]["id"]}]}]
    )

    assert [entry["custom_field"]["id"] for entry in incident["custom_field_entries"]] == [
        field["id"] for field in fields
    ]
    assert values(incident, impact) == [{"value_option": options[1]}]
    assert all(
        entry["values"] == []
        for entry in incident["custom_field_entries"]
        if entry["custom_field"]["id"] != impact
    )
    assert incident["custom_field_entries"][0]["custom_field"]["options"] == account.options(fields[0]["id"])


@pytest.mark.shows("reported-at-is-creation")
def test_reported_at_is_the_creation_and_the_other_timestamps_have_no_value(
    account: Account, call: Caller
) -> None:
    incident = account.declare()
    every = call.get("/v2/incident_timestamps")["incident_timestamps"]

    assert [value["incident_timestamp"] for value in incident["incident_timestamp_values"]] == every
    assert moments(incident) == {"Reported at": incident["created_at"]}


def test_timestamps_can_be_given(account: Account) -> None:
    given = "2026-05-31T23:30:00.25+02:00"
    incident = account.declare_live(
        incident_timestamp_values=[
            {"incident_timestamp_id": account.timestamp(name), "value": given}
            for name in ("Impact started at", "Accepted at")
        ]
    )

    assert moments(incident) == {"Reported at": NOW, "Impact started at": given, "Accepted at": given}


@pytest.mark.shows("first-update")
def test_there_is_an_update_from_the_first_moment_on(account: Account) -> None:
    incident = account.declare_live()
    (update,) = account.updates(incident["id"])

    assert update["created_at"] == incident["created_at"]
    assert update["new_incident_status"] == incident["incident_status"]
    assert update["new_severity"] == incident["severity"]
    assert update["updater"] == incident["creator"]
    assert not update.keys() & {"message", "merged_into_incident_id"}


@pytest.mark.shows("severity-required-when-active")
def test_a_live_incident_needs_a_severity(call: Caller, account: Account) -> None:
    answer = account.try_to_declare(incident_status_id=account.status("Investigating"))

    assert (answer.status, answer.error["code"]) == (422, "is_required")
    assert answer.error["source"] == {"field": "severity_id", "pointer": ""}


@pytest.mark.shows("severity-optional-in-triage")
@pytest.mark.parametrize("name", ["Triage", "Documenting", "Closed", "Paused", "Declined", "Canceled"])
def test_an_incident_that_is_not_live_needs_none(account: Account, name: str) -> None:
    assert account.declare(incident_status_id=account.status(name))["incident_status"]["name"] == name


@pytest.mark.parametrize(
    ("name", "stamps"),
    [
        ("Triage", {"Reported at"}),
        ("Investigating", {"Reported at", "Accepted at"}),
        ("Monitoring", {"Reported at", "Accepted at", "Fixed at"}),
        ("Closed", {"Reported at", "Resolved at", "Closed at"}),
        ("Declined", {"Reported at", "Declined at"}),
        ("Canceled", {"Reported at", "Canceled at"}),
    ],
)
def test_declaring_stamps_what_moving_there_would_stamp(
    account: Account, name: str, stamps: set[str]
) -> None:
    incident = account.declare(incident_status_id=account.status(name), severity_id=account.severity("Minor"))

    assert moments(incident) == dict.fromkeys(stamps, NOW)


def test_an_incident_can_not_be_declared_as_merged(account: Account) -> None:
    answer = account.try_to_declare(incident_status_id=account.status("Merged"))

    assert (answer.status, answer.error["source"]["field"]) == (422, "incident_status_id")


def test_durations_are_measured(account: Account, clock: StoppedClock) -> None:
    incident = account.declare_live(
        incident_timestamp_values=[
            {"incident_timestamp_id": account.timestamp("Reported at"), "value": "2026-06-01T08:00:00Z"},
            {
                "incident_timestamp_id": account.timestamp("Impact started at"),
                "value": "2026-06-01T12:00:00Z",
            },
            {"incident_timestamp_id": account.timestamp("Identified at"), "value": "2026-06-01T11:00:00Z"},
        ]
    )
    found = {
        each["duration_metric"]["name"]: (each["status"], each.get("value_seconds"))
        for each in incident["duration_metrics"]
    }

    assert found == {
        "Time to accept": ("success", 3600),
        "Time to identify": ("invalid_timestamps", None),
        "Time to fix": ("timestamps_missing", None),
        "Time to resolve": ("timestamps_missing", None),
        "Time in post-incident": ("timestamps_missing", None),
    }


@pytest.mark.shows("private-only-types")
def test_a_type_for_private_incidents_makes_no_public_one(account: Account) -> None:
    security = account.type("Security")
    refused = account.try_to_declare(incident_type_id=security)

    assert (refused.status, refused.error["source"]["field"]) == (422, "visibility")
    assert account.declare(incident_type_id=security, visibility="private")["visibility"] == "private"


@pytest.mark.shows("unknown-reference-refused")
@pytest.mark.parametrize(
    ("properties", "field"),
    [
        ({"severity_id": UNKNOWN_ID}, "severity_id"),
        ({"incident_status_id": UNKNOWN_ID}, "incident_status_id"),
        ({"incident_type_id": ""}, "incident_type_id"),
        (
            {"custom_field_entries": [{"custom_field_id": UNKNOWN_ID, "values": []}]},
            "custom_field_entries.0.custom_field_id",
        ),
        (
            {"incident_role_assignments": [{"incident_role_id": UNKNOWN_ID}]},
            "incident_role_assignments.0.incident_role_id",
        ),
        (
            {"incident_timestamp_values": [{"incident_timestamp_id": UNKNOWN_ID}]},
            "incident_timestamp_values.0.incident_timestamp_id",
        ),
    ],
)
def test_a_reference_to_nothing_is_a_422_for_its_place(
    account: Account, properties: dict[str, Any], field: str
) -> None:
    answer = account.try_to_declare(**properties)

    assert (answer.status, answer.error["code"]) == (422, "invalid_value")
    assert answer.error["source"]["field"] == field


class TestRetrospective:
    """An incident of the past, entered afterwards."""

    @pytest.mark.shows("retrospective-closed", "retrospective-channel")
    def test_it_starts_closed_and_has_no_channel(self, account: Account) -> None:
        incident = account.declare(mode="retrospective")

        assert incident["incident_status"]["category"] == "closed"
        assert incident["slack_channel_id"] == ""
        assert not incident.keys() & {"slack_channel_name", "slack_channel_url"}

    @pytest.mark.shows("retrospective-channel", "retrospective-options")
    def test_it_can_be_given_a_channel_a_document_and_a_number(self, account: Account) -> None:
        url = "https://docs.example/1"
        incident = account.declare(
            mode="retrospective",
            retrospective_incident_options={
                "slack_channel_id": "C042",
                "postmortem_document_url": url,
                "external_id": 9000,
            },
        )

        assert incident["slack_channel_id"] == "C042"
        assert incident["postmortem_document_url"] == url
        assert incident["reference"] == "INC-9000"
        assert account.incident("9000") == incident

    def test_a_number_that_is_given_leaves_the_count_alone(self, account: Account) -> None:
        account.declare(mode="retrospective", retrospective_incident_options={"external_id": 9000})

        assert account.declare()["reference"] == "INC-121"

    def test_the_count_steps_over_a_number_that_is_taken(self, account: Account) -> None:
        account.declare()
        account.declare(mode="retrospective", retrospective_incident_options={"external_id": 122})

        assert account.declare()["reference"] == "INC-123"

    @pytest.mark.parametrize("number", [0, -1, 1, 120])
    def test_a_number_that_is_none_or_taken_is_a_422(self, account: Account, number: int) -> None:
        answer = account.try_to_declare(
            mode="retrospective", retrospective_incident_options={"external_id": number}
        )

        assert answer.status == 422
        assert answer.error["source"]["field"] == "retrospective_incident_options.external_id"

    def test_its_options_count_for_no_other_mode(self, account: Account) -> None:
        options = {"external_id": 1, "postmortem_document_url": "https://docs.example/1"}
        incident = account.declare(retrospective_incident_options=options)

        assert incident["reference"] == "INC-121"
        assert "postmortem_document_url" not in incident
