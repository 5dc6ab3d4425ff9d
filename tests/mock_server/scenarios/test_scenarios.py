"""Scenarios: what their files may say, and where a double begins by them."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from incident_double.fixtures import COLLECTIONS, Dataset, realistic
from incident_double.mock_server import Clock, Double
from incident_double.mock_server.saved_state.state import exported
from incident_double.mock_server.scenarios import SHIPPED
from incident_double.mock_server.scenarios.beginning import begin
from incident_double.mock_server.scenarios.reading import parse_scenario, read_scenario
from incident_double.mock_server.store.incidents import number_of
from incident_double.openapi import Document

from ...calling import Caller
from ..conftest import CATEGORIES, EVERYTHING, MODES, Account, moments

FOLDER = Path(__file__).resolve().parents[3] / "mock_server" / "scenarios"


def begun(double: Double, text: str) -> Caller:
    begin(parse_scenario(text, name="mine", source="mine.yaml"), double)
    return Caller(double)


def test_the_shipped_ones_are_the_files_that_there_are() -> None:
    assert {path.stem for path in FOLDER.glob("*.yaml")} == set(SHIPPED)
    for name in SHIPPED:
        scenario = read_scenario(name)
        assert scenario.name == name
        assert scenario.description


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_one_begins_alike_in_every_double(document: Document, dataset: Dataset, name: str) -> None:
    at = datetime(2026, 3, 4, 5, tzinfo=UTC)
    states = []
    for clock in (Clock(), Clock("2020-01-01")):
        double = Double(document, dataset, clock=clock, rate_limit=0)
        begin(read_scenario(name), double, at=at)
        double.clock.freeze(at)
        states.append(exported(double))

    assert states[0] == states[1]


def test_every_row_of_a_shipped_one_is_as_the_contract_has_it(double: Double, document: Document) -> None:
    for name in SHIPPED:
        begin(read_scenario(name), double)
        for collection, rows in exported(double)["collections"].items():
            validator = document.validator({"$ref": f"#/components/schemas/{COLLECTIONS[collection]}"})
            assert [row for row in rows if not validator.is_valid(row)] == []


def test_a_fresh_account_has_what_every_new_one_has(call: Caller, double: Double, account: Account) -> None:
    begin(read_scenario("fresh-account"), double)

    assert account.incidents(EVERYTHING) == []
    assert [row["name"] for row in call.get("/v1/incident_types")["incident_types"]] == ["Default"]
    assert [row["name"] for row in call.get("/v2/incident_roles")["incident_roles"]] == [
        "Incident Lead",
        "Reporter",
    ]
    assert [row["name"] for row in call.get("/v2/custom_fields")["custom_fields"]] == ["Impact"]
    assert len(account.options(account.field("multi_select"))) == 12
    assert len(call.get("/v1/incident_statuses")["incident_statuses"]) == 11
    assert len(call.get("/v2/users")["users"]) == 1
    severity = call.get("/v1/severities")["severities"][0]
    assert severity["created_at"][:10] == double.clock.timestamp()[:10]
    assert account.declare()["reference"] == "INC-1"


def test_a_busy_week_has_incidents_of_every_kind(double: Double, account: Account) -> None:
    begin(read_scenario("busy-week"), double)
    rows = account.incidents(EVERYTHING)
    week = [row for row in rows if row["created_at"] >= "2026-06-01"]

    assert {row["incident_status"]["category"] for row in rows} == set(CATEGORIES)
    assert {row["mode"] for row in rows} == set(MODES)
    assert len([row for row in week if row["incident_status"]["category"] == "live"]) >= 7
    assert len([row for row in week if row["visibility"] == "private"]) >= 2
    assert all(row["created_at"] < "2026-06-05T15:30" for row in rows)
    merged = next(row for row in week if row["incident_status"]["category"] == "merged")
    target = next(row for row in week if row["name"].startswith("Checkout"))
    assert account.updates(merged["id"])[0]["merged_into_incident_id"] == target["id"]


STEPS = """
clock: {at: 2026-06-05T12:00:00Z, frozen: true}
data: {incidents: 0}
incidents:
  - name: Told
    severity: Major
    status: Investigating
    hours_ago: 4
    edits:
      - {hours_ago: 3, status: Fixing, message: Found}
      - {hours_ago: 1.5, status: Closed, custom_fields: {Root cause: Capacity}}
    actions: [{description: Look}]
    follow_ups: [{title: Learn}]
"""


def test_an_incident_lives_through_its_steps_each_at_its_time(double: Double) -> None:
    call = begun(double, STEPS)
    account = Account(call)
    (row,) = account.incidents()

    assert row["created_at"] == "2026-06-05T08:00:00Z"
    assert row["updated_at"] == "2026-06-05T10:30:00Z"
    assert moments(row)["Identified at"] == "2026-06-05T09:00:00Z"
    assert moments(row)["Closed at"] == "2026-06-05T10:30:00Z"
    assert [each.get("message") for each in account.updates(row["id"])] == [None, "Found", None]
    assert call.get("/v3/actions")["actions"][0]["description"] == "Look"
    assert call.get("/v3/follow_ups")["follow_ups"][0]["title"] == "Learn"
    assert double.clock.is_frozen
    assert double.clock.timestamp() == "2026-06-05T12:00:00Z"


def test_nothing_stays_of_what_was_before_and_nobody_is_notified(
    call: Caller, double: Double, account: Account
) -> None:
    body = {"idempotency_key": "mine", "visibility": "public"}
    assert call("POST", "/v2/incidents", body=body).body["incident"]["reference"] == "INC-121"
    reported: list[Any] = []
    double.store.watch(reported.append)
    begun(double, STEPS)

    assert reported == []
    assert len(double.journal) == 0
    assert call("POST", "/v2/incidents", body=body).body["incident"]["reference"] == "INC-2"
    assert len(reported) == 1


def test_an_incident_that_says_no_time_is_declared_at_the_beginning(double: Double) -> None:
    account = Account(
        begun(
            double,
            """
            clock: {at: 2026-06-05T12:00:00Z, frozen: true}
            data: {incidents: 0}
            incidents:
              - {name: now, severity: Minor, edits: [{status: Closed}]}
              - {name: older, severity: Minor, hours_ago: 5, edits: [{hours_ago: 4, status: Fixing}]}
            """,
        )
    )
    now, older = account.incidents()

    assert (now["name"], now["created_at"]) == ("now", "2026-06-05T12:00:00Z")
    assert now["updated_at"] == now["created_at"]
    assert (older["created_at"], older["updated_at"]) == ("2026-06-05T07:00:00Z", "2026-06-05T08:00:00Z")


def test_an_empty_file_begins_with_what_is_there_when_all_is_left_out(double: Double) -> None:
    begin(parse_scenario("# nothing yet\n", name="mine", source="mine.yaml"), double)

    assert len(double.store.incidents.index) == 120


def test_faults_are_armed_in_both_forms_and_in_their_order(double: Double) -> None:
    call = begun(
        double,
        """
        data: {incidents: 2}
        faults:
          - {operation: Incidents V2#Show, kind: 404, first: 2}
          - Incidents V2#Show:429=7
        """,
    )
    answers = [call("GET", "/v2/incidents/1") for _ in range(4)]

    assert [each.status for each in answers[::3]] == [200, 200]
    assert answers[2].headers["retry-after"] == "7"
    assert [each.status for each in double.journal] == [200, 404, 429, 200]


REFUSED = [
    ("- a", "['a'] is not an object"),
    ("name: [", "while parsing a flow node did not find expected node content at line "),
    ("colour: red", "there is no property 'colour' (there are name, description, data, clock, "),
    ("data: {shape: odd}", "/data/shape: 'odd' is none of realistic, conforming, covering, evolved, fresh"),
    ("data: {incidents: -1}", "/data/incidents: -1 is less than the minimum of 0"),
    ("data: {seed: x}", "/data/seed: 'x' is not a whole number"),
    ("clock: {at: soon}", "/clock/at: 'soon' is not an ISO 8601 date or time"),
    ("clock: {frozen: 1}", "/clock/frozen: 1 is not true or false"),
    ("incidents: [{nmae: x}]", "/incidents/0: there is no property 'nmae' (there are name, severity, "),
    ("incidents: [{severity: Sev1}]", "/incidents/0: there is no severity 'Sev1' (there are Minor, "),
    ("incidents: [{}, {edits: [{}, {status: x}]}]", "/incidents/1/edits/1: there is no status 'x'"),
    (
        "incidents: [{severity: Minor, hours_ago: 2, edits: [{hours_ago: 1}, {hours_ago: 3}]}]",
        "/incidents/0/edits/1/hours_ago: 3 is before what it changes, 1 hours ago",
    ),
    (
        "incidents: [{edits: [{hours_ago: 1}]}]",
        "/incidents/0/edits/0/hours_ago: 1 is before what it changes, ",
    ),
    ("incidents: [{hours_ago: -1}]", "/incidents/0/hours_ago: -1 is less than the minimum"),
    ("incidents: [{actions: [{}]}]", "/incidents/0/actions/0: description is missing"),
    ("incidents: [{follow_ups: [{title: x, team: y}]}]", "/incidents/0/follow_ups/0: there is no team 'y'"),
    ("faults: [Nothing:500]", "/faults/0: no such operation: Nothing"),
    ("faults: [{operation: '*', kind: odd}]", "/faults/0: no such fault: odd"),
    ("faults: [{operation: '*', kind: '500', often: 2}]", "/faults/0: a fault has no often"),
    ("faults: [5]", "/faults/0: 5 is not a text or an object"),
]


@pytest.mark.parametrize(("text", "complaint"), REFUSED, ids=[each[0] for each in REFUSED])
def test_what_is_wrong_is_one_line_with_its_place_and_changes_nothing(
    double: Double, text: str, complaint: str
) -> None:
    before = exported(double)

    with pytest.raises(ValueError) as raised:  # noqa: PT011 - what it says is looked at below
        begun(double, text)

    said = str(raised.value)
    assert said.startswith(f"mine.yaml: {complaint}")
    assert "\n" not in said
    assert exported(double) == before


def test_a_name_that_there_is_not_lists_those_that_there_are() -> None:
    with pytest.raises(
        ValueError, match=r"no such scenario: sad-day \(there are fresh-account, busy-week, bad-day"
    ):
        read_scenario("sad-day")


def test_a_file_is_named_for_its_scenario_unless_it_has_a_name(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text("description: Mine\n")
    scenario = read_scenario(tmp_path / "own.yaml")

    assert (scenario.name, scenario.description) == ("own", "Mine")
    with pytest.raises(ValueError, match=r"other\.yaml"):
        read_scenario(tmp_path / "other.yaml")


@pytest.mark.parametrize("name", SHIPPED)
def test_numbers_follow_the_order_of_creation(name: str, document: Document) -> None:
    double = Double(document, realistic(incidents=0), rate_limit=0)
    begin(read_scenario(name), double)
    incidents = list(double.store.incidents.rows())
    created = sorted(incidents, key=lambda row: int(number_of(row)))

    assert [row["created_at"] for row in created] == sorted(row["created_at"] for row in incidents)
