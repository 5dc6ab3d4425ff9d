"""Kinds of mapping between what is sent and what is shown, each by a rule that holds for every document."""

from collections.abc import Mapping
from typing import Any

import pytest

from incident_double.fixtures import Dataset, realistic
from incident_double.mock_server import Double, Request

from ...calling import StoppedClock
from .client import Client
from .lives import Lives, looked_up
from .moved import moved

DOCUMENT = moved()


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return realistic(incidents=8)


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
def lives(dataset: Dataset, clock: StoppedClock) -> Lives:
    return Lives(Client(Double(DOCUMENT, dataset, clock=clock, rate_limit=0)), looked_up(dataset))


@pytest.fixture
def api(lives: Lives) -> Client:
    return lives.client


@pytest.fixture
def user(dataset: Dataset) -> Mapping[str, Any]:
    return dataset.collections["users"][0]


def made(lives: Lives, create: str, **given: Any) -> Any:
    """A new member with what is given, and else as little as can be sent."""
    family = lives.families[create]
    schema = DOCUMENT.operations[create].request_schema or {}
    least = lives.client.payload(create, "least", complete=False)
    body = {**lives.referring(schema, least, "", family.path, set(given)), **given}
    answer = lives.client(create, *lives.values_of(create), body=body)
    assert answer.is_success, answer
    return answer.body[family.shapes[create].wrapper or ""]


def window(lives: Lives, **given: Any) -> Any:
    times = {"start_at": "2026-06-02T08:00:00Z", "end_at": "2026-06-02T10:00:00Z"}
    return made(lives, "MaintenanceWindows V1#Create", **{**times, **given})


def schedule(lives: Lives, **given: Any) -> Any:
    body = {"schedule": {"name": "Primary", "timezone": "Europe/London", **given}}
    answer = lives.client("Schedules V2#Create", body=body)
    assert answer.is_success, answer
    return answer.body["schedule"]


CONDITION = {
    "subject": "alert.title",
    "operation": "one_of",
    "param_bindings": [{"array_value": [{"literal": "a"}, {"literal": "b"}]}, {"value": {"literal": "c"}}],
}


def test_texts_are_shown_as_the_objects_that_they_stand_for(lives: Lives) -> None:
    shown = window(lives, alert_condition_groups=[{"conditions": [CONDITION]}])

    (condition,) = shown["alert_condition_groups"][0]["conditions"]
    assert condition["subject"] == {"reference": "alert.title", "label": "Alert title"}
    assert condition["operation"] == {"value": "one_of", "label": "One of"}


def test_a_binding_has_the_one_of_value_and_array_value_that_was_sent(lives: Lives) -> None:
    shown = window(lives, alert_condition_groups=[{"conditions": [CONDITION]}])

    several, single = shown["alert_condition_groups"][0]["conditions"][0]["param_bindings"]
    assert [each["literal"] for each in several["array_value"]] == ["a", "b"]
    assert (set(several), set(single), single["value"]["literal"]) == ({"array_value"}, {"value"}, "c")


def test_names_in_a_list_are_shown_as_objects_with_that_key(lives: Lives) -> None:
    workflow = made(
        lives,
        "Workflows V2#CreateWorkflow",
        once_for=["incident.url", "incident"],
        trigger="incident.updated",
    )

    assert [each["key"] for each in workflow["once_for"]] == ["incident.url", "incident"]
    assert workflow["trigger"]["name"] == "incident.updated"


def test_a_map_with_free_keys_keeps_each_of_them(lives: Lives) -> None:
    values = {"01AAAAAAAAAAAAAAAAAAAAAAAA": {"value": {"literal": "x"}}, "tier": {"array_value": []}}

    entry = made(lives, "Catalog V3#CreateEntry", attribute_values=values)

    assert entry["attribute_values"].keys() == values.keys()
    assert entry["attribute_values"]["01AAAAAAAAAAAAAAAAAAAAAAAA"]["value"]["literal"] == "x"
    assert entry["attribute_values"]["tier"] == {"array_value": []}


def test_an_id_is_shown_as_what_its_own_resource_shows(lives: Lives, user: Mapping[str, Any]) -> None:
    one = schedule(lives)
    override = made(
        lives,
        "Schedules V2#CreateOverride",
        schedule_id=one["id"],
        user={"id": user["id"]},
        start_at="2026-06-02T08:00:00Z",
        end_at="2026-06-02T10:00:00Z",
    )

    assert {name: override["user"][name] for name in ("id", "name", "email")} == {
        name: user[name] for name in ("id", "name", "email")
    }


def test_a_person_can_be_named_by_e_mail(lives: Lives, user: Mapping[str, Any]) -> None:
    shown = window(lives, lead={"email": user["email"]})

    assert (shown["lead"]["user"]["id"], shown["lead"]["user"]["name"]) == (user["id"], user["name"])


def test_what_is_embedded_is_shown_as_it_is_now(lives: Lives, api: Client) -> None:
    sent = {"slack_user_group_id": "S1", "add_bot_to_group": False}
    answer = api("Schedule Sync Targets V2#Create", body={"schedule_sync_target": sent})
    target, one = answer.body["schedule_sync_target"], schedule(lives)
    rule = {"schedule_sync_target_id": target["id"], "sync_type": "all_users"}
    made = api("Schedules V2#CreateScheduleSyncRule", one["id"], body={"schedule_sync_rule": rule})
    rule_id = made.body["schedule_sync_rule"]["id"]
    changed = {"add_bot_to_group": True}
    assert api("Schedule Sync Targets V2#Update", target["id"], body=changed).is_success

    shown = api("Schedules V2#ShowScheduleSyncRule", one["id"], rule_id).body["schedule_sync_rule"]

    assert made.body["schedule_sync_rule"]["schedule_sync_target"] == target
    assert shown["schedule_sync_target"]["add_bot_to_group"] is True


def test_an_optional_property_that_was_not_sent_is_absent(lives: Lives) -> None:
    shown = window(lives)

    assert not shown.keys() & {"notification_message", "incident_id", "archived_at"}


def test_what_has_to_be_shown_is_as_empty_as_can_be_and_always_the_same(lives: Lives, api: Client) -> None:
    route = made(lives, "Catalog V3#CreateEntry", attribute_values={})
    read = [api("Catalog V3#ShowEntry", route["id"]).body["catalog_entry"] for _ in range(2)]

    assert (route["aliases"], route["attribute_values"]) == ([], {})
    assert read == [route, route]


def test_a_whole_says_what_its_last_part_says(lives: Lives) -> None:
    returns = {"type": "String", "array": False}
    operation = {"operation_type": "branches", "branches": {"branches": [], "returns": returns}}
    expression = {"label": "Team", "operations": [operation], "reference": "r", "root_reference": "."}

    shown = made(lives, "Incident Templates V1#Create", expressions=[expression])["expressions"][0]

    assert shown["operations"][0]["returns"] == shown["returns"] == returns


def test_addresses_are_those_of_the_account(lives: Lives, dataset: Dataset) -> None:
    one = schedule(lives)

    assert one["permalink"] == f"https://app.incident.io/{dataset.slug}/generic/schedules/{one['id']}"


def test_ranks_go_on_from_the_highest(lives: Lives) -> None:
    first, second = (made(lives, "Catalog V3#CreateEntry", name=name)["rank"] for name in ("A", "B"))

    assert second == first + 1


def test_put_takes_away_what_it_does_not_name(lives: Lives, api: Client) -> None:
    shown = window(lives, notification_message="Soon")
    body = api.payload("MaintenanceWindows V1#Update", "least", complete=False)
    schema = DOCUMENT.operations["MaintenanceWindows V1#Update"].request_schema or {}
    body = lives.referring(schema, body, "", "/generic/v1/maintenance_windows", set())

    changed = api("MaintenanceWindows V1#Update", shown["id"], body=body).body["maintenance_window"]

    assert "notification_message" not in changed
    assert (changed["id"], changed["created_at"]) == (shown["id"], shown["created_at"])


def test_patch_keeps_what_it_does_not_name(lives: Lives, api: Client) -> None:
    item = made(lives, "Incident Timeline Items V2#Create", title="Found", description="In the logs")

    changed = api("Incident Timeline Items V2#Update", item["id"], body={"title": "Found it"}).body

    kept = changed["incident_timeline_item"]
    assert (kept["title"], kept["description"]) == ("Found it", "In the logs")


def test_rich_text_comes_back_with_its_keys_sorted(lives: Lives) -> None:
    sent = '{"type": "doc", "content": [{"type": "text", "text": "é"}]}'
    condition = {**CONDITION, "param_bindings": [{"value": {"literal": sent}}]}

    shown = window(lives, alert_condition_groups=[{"conditions": [condition]}])

    binding = shown["alert_condition_groups"][0]["conditions"][0]["param_bindings"][0]
    assert binding["value"]["literal"] == '{"content":[{"text":"é","type":"text"}],"type":"doc"}'


@pytest.mark.parametrize("text", ["{", '{"a": 1}', "plain", "[1, 2]"])
def test_other_texts_come_back_as_they_were(lives: Lives, text: str) -> None:
    condition = {**CONDITION, "param_bindings": [{"value": {"literal": text}}]}
    shown = window(lives, alert_condition_groups=[{"conditions": [condition]}])

    assert (
        shown["alert_condition_groups"][0]["conditions"][0]["param_bindings"][0]["value"]["literal"] == text
    )


def test_an_update_has_to_name_the_next_version(lives: Lives, api: Client) -> None:
    route = made(lives, "Alert Routes V2#Create")
    schema = DOCUMENT.operations["Alert Routes V2#Update"].request_schema or {}
    body = api.payload("Alert Routes V2#Update", "least", complete=False)
    body = lives.referring(schema, body, "", "/generic/v2/alert_routes", set())

    def update(version: int) -> Any:
        return api("Alert Routes V2#Update", route["id"], body={**body, "version": version})

    assert route["version"] == 1
    assert update(1).status == 412
    assert update(2).body["alert_route"]["version"] == 2
    assert update(2).status == 412
    assert api("Alert Routes V3#Show", route["id"]).body["alert_route"]["version"] == 2


def test_a_schema_is_set_by_who_has_read_its_version(lives: Lives, api: Client) -> None:
    one = made(lives, "Catalog V3#CreateType", annotations={})
    attribute = {"name": "Tier", "type": "String", "array": False}

    def update(version: int) -> Any:
        body = {"version": version, "attributes": [attribute]}
        return api("Catalog V3#UpdateTypeSchema", one["id"], body=body)

    answer = update(one["schema"]["version"])
    assert answer.body["catalog_type"]["schema"]["version"] == one["schema"]["version"] + 1
    assert [each["name"] for each in answer.body["catalog_type"]["schema"]["attributes"]] == ["Tier"]
    assert update(one["schema"]["version"]).status == 412


def test_versions_of_secrets_count_rotations(lives: Lives, api: Client) -> None:
    secret = made(lives, "Secrets V2#Create", name="token")
    body = api.payload("Secrets V2#Update", "least", complete=False)
    renamed = api("Secrets V2#Update", secret["id"], body=body).body["secret"]
    rotated = api("Secrets V2#Rotate", secret["id"], body={"value": "another"})

    assert (secret["version"], renamed["version"]) == (1, 1)
    assert rotated.is_success
    assert api("Secrets V2#Show", secret["id"]).body["secret"]["version"] == 2


@pytest.mark.parametrize(
    ("annotations", "manager"),
    [
        ({}, "dashboard"),
        ({"incident.io/terraform/version": "5.1"}, "terraform"),
        ({"incident.io/terraform/version": "5.1", "incident.io/is-managed-externally": "true"}, "external"),
    ],
)
def test_annotations_say_who_manages_a_thing(
    lives: Lives, api: Client, annotations: dict[str, str], manager: str
) -> None:
    workflow = made(lives, "Workflows V2#CreateWorkflow", annotations=annotations)
    shown = api("Workflows V2#ShowWorkflow", workflow["id"]).body["management_meta"]

    assert (shown["annotations"], shown["managed_by"]) == (annotations, manager)
    kind = made(lives, "Catalog V3#CreateType", annotations=annotations)
    assert kind["is_editable"] is (annotations == {})


def test_whoever_asks_is_the_creator_and_now_is_when(lives: Lives, clock: StoppedClock) -> None:
    note = made(lives, "Incident Timeline Items V2#Create")

    assert note["creator"]["api_key"]["name"]
    assert note["created_at"] == note["updated_at"] == clock.timestamp()


def test_an_idempotency_key_makes_one_thing_only(lives: Lives, api: Client) -> None:
    first = made(lives, "Incident Timeline Items V2#Create", idempotency_key="once", title="A")
    again = made(lives, "Incident Timeline Items V2#Create", idempotency_key="once", title="B")

    assert again == first


def test_children_go_with_their_parent(lives: Lives, api: Client) -> None:
    kind = made(lives, "Catalog V3#CreateType", annotations={})
    entry = made(lives, "Catalog V3#CreateEntry", catalog_type_id=kind["id"], attribute_values={})
    one = schedule(lives)
    body = lives.body("Schedules V2#CreateScheduleReplica", "least")
    replica = api("Schedules V2#CreateScheduleReplica", one["id"], body=body).body["schedule_replica"]

    assert api("Catalog V3#DestroyType", kind["id"]).status == 204
    assert api("Catalog V3#ShowEntry", entry["id"]).status == 404
    assert api("Schedules V2#Destroy", one["id"]).status == 202
    assert api("Schedules V2#ShowScheduleReplica", one["id"], replica["id"]).status == 404


def test_what_is_referred_to_can_not_be_deleted(lives: Lives, api: Client) -> None:
    source = made(lives, "Alert Sources V2#Create", name="Checkout", source_type="http")
    route = made(
        lives,
        "Alert Routes V2#Create",
        alert_sources=[{"alert_source_id": source["id"], "condition_groups": []}],
    )

    refused = api("Alert Sources V2#Delete", source["id"])
    assert (refused.status, refused.body["errors"][0]["code"]) == (422, "in_use")
    assert api("Alert Routes V2#Delete", route["id"]).status == 204
    assert api("Alert Sources V2#Delete", source["id"]).status == 204


def test_many_members_change_at_once_or_none_does(lives: Lives, api: Client) -> None:
    kind = made(lives, "Catalog V3#CreateType", annotations={})
    values = {"a": {"value": {"literal": "1"}}, "b": {"value": {"literal": "2"}}}
    one, other = (
        made(lives, "Catalog V3#CreateEntry", catalog_type_id=kind["id"], name=name, attribute_values=values)
        for name in ("A", "B")
    )

    def bulk(*ids: str, **more: Any) -> int:
        entries = [{"entry_id": id_, "attribute_values": {"a": {"value": {"literal": "3"}}}} for id_ in ids]
        body = {"catalog_type_id": kind["id"], "entries": entries, **more}
        return api("Catalog V3#BulkUpdateEntries", body=body).status

    def literals(entry: Any) -> dict[str, str]:
        shown = api("Catalog V3#ShowEntry", entry["id"]).body["catalog_entry"]["attribute_values"]
        return {key: each["value"]["literal"] for key, each in shown.items()}

    assert bulk(one["id"], "01ZZZZZZZZZZZZZZZZZZZZZZZZ") == 422
    assert literals(one) == {"a": "1", "b": "2"}
    assert bulk(one["id"], update_attributes=["a"]) == 204
    assert bulk(other["id"]) == 204
    assert (literals(one), literals(other)) == ({"a": "3", "b": "2"}, {"a": "3"})


def test_an_update_of_a_status_page_incident_is_added_to_it(lives: Lives, api: Client) -> None:
    incident = made(lives, "Status Pages V2#CreateStatusPageIncident", name="Checkout is slow")
    body = {
        "status_page_incident_id": incident["id"],
        "message": "We found it",
        "incident_status": "identified",
        "notify_subscribers": False,
    }
    answer = api("Status Pages V2#CreateStatusPageIncidentUpdate", body=body)
    shown = api("Status Pages V2#ShowStatusPageIncident", incident["id"]).body["status_page_incident"]

    assert answer.body["status_page_incident_update"]["message"] == "We found it"
    assert shown["updates"][-1] == answer.body["status_page_incident_update"]
    assert shown["incident_status"] == "identified"


def test_a_document_can_be_made_from_its_incident(lives: Lives, api: Client, dataset: Dataset) -> None:
    incident = dataset.collections["incidents"][0]["id"]
    body = {"content": "# What happened", "title": "Slow checkout"}
    answer = api("Incidents V2#ImportPostmortemDocument", incident, body=body)

    document = answer.body["postmortem_document"]
    assert (document["incident_id"], document["title"]) == (incident, "Slow checkout")
    assert api("PostmortemDocuments V1#Show", document["id"]).body["postmortem_document"] == document


@pytest.fixture
def windows(lives: Lives, clock: StoppedClock) -> list[str]:
    """Ids of three overrides of one schedule, made a day after the other."""
    one, ids = schedule(lives), []
    for _ in range(3):
        ids.append(made(lives, "Schedules V2#CreateOverride", schedule_id=one["id"])["id"])
        clock.advance(days=1)
    return [one["id"], *ids]


def test_lists_are_filtered_by_what_members_refer_to(api: Client, windows: list[str]) -> None:
    schedule_id, *ids = windows

    answer = api("Schedules V2#ListOverrides", query={"schedule_id": schedule_id})

    assert {each["id"] for each in answer.body["overrides"]} == set(ids)


def escalations(lives: Lives, clock: StoppedClock) -> list[Any]:
    rows = []
    for number in range(3):
        rows.append(made(lives, "Escalations V2#Create", title=f"E{number}", idempotency_key=f"key {number}"))
        clock.advance(days=1)
    return rows


@pytest.mark.parametrize(
    ("operators", "expected"),
    [
        ({"gte": ["2026-06-02"]}, ["E1", "E2"]),
        ({"gte": ["2026-06-02T09:00:01Z"]}, ["E2"]),
        ({"lte": ["2026-06-02"]}, ["E0", "E1"]),
        ({"gt": ["2026-06-02"]}, ["E2"]),
        ({"lt": ["2026-06-02"]}, ["E0"]),
        ({"gte": ["2026-06-02T09:00:00Z"]}, ["E1", "E2"]),
        ({"gt": ["2026-06-02T09:00:00Z"]}, ["E2"]),
        ({"lt": ["2026-06-02T09:00:00Z"]}, ["E0"]),
        ({"date_range": ["2026-06-01~2026-06-02"]}, ["E0", "E1"]),
        ({"date_range": ["2026-06-02~2026-06-02"]}, ["E1"]),
    ],
)
def test_windows_of_time_hold_whole_days_and_exact_moments(
    lives: Lives, clock: StoppedClock, operators: Any, expected: list[str]
) -> None:
    rows = {row["id"] for row in escalations(lives, clock)}
    shown = lives.client("Escalations V2#List", query={"created_at": operators, "page_size": 50}).body

    assert [each["title"] for each in shown["escalations"] if each["id"] in rows] == expected


@pytest.mark.parametrize(
    "operators",
    [{"gte": ["2026-06-01"], "lte": ["2026-06-02"]}, {"gte": ["June"]}, {"date_range": ["2026-06-01"]}],
)
def test_windows_that_can_not_be_are_refused(api: Client, operators: Any) -> None:
    answer = api("Escalations V2#List", query={"created_at": operators})

    assert (answer.status, answer.body["errors"][0]["source"]["field"]) == (422, "created_at")


def test_filters_take_operators(lives: Lives, clock: StoppedClock) -> None:
    first, *_ = escalations(lives, clock)

    def titles(**query: Any) -> list[str]:
        shown = lives.client("Escalations V2#List", query={**query, "page_size": 50}).body["escalations"]
        return [each["title"] for each in shown if each["title"].startswith("E")]

    assert titles(idempotency_key={"is": ["key 1"]}) == ["E1"]
    assert titles(status={"one_of": [first["status"]]}) == ["E0", "E1", "E2"]
    assert titles(status={"not_in": [first["status"]]}) == []


def test_a_search_looks_into_names(lives: Lives, api: Client) -> None:
    made(lives, "Escalation Path Templates V2#Create", name="Night owls")

    shown = api("Escalation Path Templates V2#List", query={"search": "night"}).body[
        "escalation_path_templates"
    ]

    assert [each["name"] for each in shown] == ["Night owls"]


def test_what_is_not_kept_shows_what_was_sent_all_the_same(
    lives: Lives, api: Client, user: Mapping[str, Any], dataset: Dataset
) -> None:
    incident = dataset.collections["incidents"][0]
    body = {"incident_id": incident["id"], "user_id": user["id"]}
    membership = api("Incident Memberships V1#Create", body=body).body["incident_membership"]
    annotations = {"incident.io/terraform/version": "5.1"}
    record = {"resource_type": "schedule", "resource_id": schedule(lives)["id"], "annotations": annotations}
    managed = api("Managed Resources V2#CreateManagedResource", body=record).body["managed_resource"]

    assert (membership["user"]["id"], membership["user"]["name"]) == (user["id"], user["name"])
    assert {name: managed[name] for name in record} == record
    assert managed["managed_by"] == "terraform"


def test_what_is_not_kept_can_not_be_about_what_is_not_there(api: Client, user: Mapping[str, Any]) -> None:
    unknown = {"resource_type": "schedule", "resource_id": "01ZZZZZZZZZZZZZZZZZZZZZZZZ", "annotations": {}}

    assert api("Managed Resources V2#CreateManagedResource", body=unknown).status == 422
    body = {"incident_id": "01ZZZZZZZZZZZZZZZZZZZZZZZZ", "user_id": user["id"]}
    assert api("Incident Memberships V1#Create", body=body).status == 422


def test_what_is_no_json_is_empty_and_of_the_type_that_the_document_names(lives: Lives) -> None:
    (report,) = lives.values_of("Pay Reports V2#Show")
    token = lives.client.double.api_key
    path = f"/generic/v2/pay_reports/{report}/download"
    reply = lives.client.double.answer(Request("GET", path, authorization=f"Bearer {token}"))

    assert (reply.status, dict(reply.headers)["content-type"], reply.body) == (200, "text/csv", b"")
