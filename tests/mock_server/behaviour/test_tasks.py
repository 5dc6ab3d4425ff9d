"""What Actions V3 and Follow-ups V3 have in common (behaviour.md#actions-and-follow-ups)."""

from typing import Any, NamedTuple

import pytest

from ...calling import Answer, Caller, StoppedClock
from ..conftest import UNKNOWN_ID, Account, Row


class Kind(NamedTuple):
    """One of the two resources."""

    path: str
    wrapper: str
    text: str
    """The property that says what is to be done."""

    @property
    def plural(self) -> str:
        return f"{self.wrapper}s"


ACTIONS = Kind("/v3/actions", "action", "description")
FOLLOW_UPS = Kind("/v3/follow_ups", "follow_up", "title")


@pytest.fixture(params=[ACTIONS, FOLLOW_UPS], ids=["action", "follow-up"])
def kind(request: pytest.FixtureRequest) -> Kind:
    found: Kind = request.param
    return found


@pytest.fixture
def incident(account: Account) -> Row:
    return account.declare(name="Ferry late")


def create(call: Caller, kind: Kind, incident: Row, text: str = "Ring the port", **properties: Any) -> Answer:
    return call("POST", kind.path, body={"incident_id": incident["id"], kind.text: text, **properties})


def update(call: Caller, kind: Kind, row: Row, status: str = "outstanding", **properties: Any) -> Answer:
    body = {kind.text: row[kind.text], "status": status, **properties}
    return call("PUT", f"{kind.path}/{row['id']}", body=body)


def made(call: Caller, kind: Kind, incident: Row, **properties: Any) -> Row:
    row: Row = create(call, kind, incident, **properties).body[kind.wrapper]
    return row


def listed(call: Caller, kind: Kind, **query: Any) -> list[Row]:
    rows: list[Row] = call.get(kind.path, query)[kind.plural]
    return rows


@pytest.mark.shows("post-201")
def test_a_new_one_is_outstanding_and_shown_and_listed(call: Caller, kind: Kind, incident: Row) -> None:
    answer = create(call, kind, incident)
    row = answer.body[kind.wrapper]

    assert answer.status == 201
    assert (row[kind.text], row["incident_id"], row["status"]) == (
        "Ring the port",
        incident["id"],
        "outstanding",
    )
    assert row["creator"] == incident["creator"]
    assert row["created_at"] == row["updated_at"] == "2026-06-01T09:00:00Z"
    assert not row.keys() & {"assignee", "completed_at"}
    assert call.get(f"{kind.path}/{row['id']}") == answer.body
    assert listed(call, kind, incident_id=incident["id"]) == [row]


@pytest.mark.shows("follow-ups-title")
@pytest.mark.parametrize("text", ["", " "])
def test_it_says_what_is_to_be_done(call: Caller, kind: Kind, incident: Row, text: str) -> None:
    refused = create(call, kind, incident, text)
    row = made(call, kind, incident)

    for answer in (refused, update(call, kind, row, **{kind.text: text})):
        assert (answer.status, answer.error["code"]) == (422, "is_required")
        assert answer.error["source"]["field"] == kind.text


@pytest.mark.parametrize("id_", [UNKNOWN_ID, "121", ""])
def test_it_belongs_to_an_incident_that_exists(call: Caller, kind: Kind, incident: Row, id_: str) -> None:
    answer = create(call, kind, {"id": id_})

    assert (answer.status, answer.error["source"]["field"]) == (422, "incident_id")


@pytest.mark.shows("actions-statuses", "put-200")
def test_an_update_changes_text_and_status(
    call: Caller, kind: Kind, incident: Row, clock: StoppedClock
) -> None:
    row = made(call, kind, incident)
    clock.advance(hours=1)
    answer = update(call, kind, {**row, kind.text: "Ring again"}, "not_doing")

    assert answer.status == 200
    assert answer.body[kind.wrapper] == {
        **row,
        kind.text: "Ring again",
        "status": "not_doing",
        "updated_at": "2026-06-01T10:00:00Z",
    }
    assert listed(call, kind, incident_id=incident["id"]) == [answer.body[kind.wrapper]]


@pytest.mark.shows("actions-put-required", "follow-ups-title")
def test_an_update_needs_text_and_status(call: Caller, kind: Kind, incident: Row) -> None:
    row = made(call, kind, incident)
    answer = call("PUT", f"{kind.path}/{row['id']}", body={})

    assert {error["source"]["field"] for error in answer.body["errors"]} == {kind.text, "status"}


@pytest.mark.shows("actions-completed-at")
def test_completed_at_comes_and_goes_with_the_status(
    call: Caller, kind: Kind, incident: Row, clock: StoppedClock
) -> None:
    row = made(call, kind, incident)
    moments = []
    for status in ("completed", "completed", "outstanding", "completed"):
        clock.advance(hours=1)
        moments.append(update(call, kind, row, status).body[kind.wrapper].get("completed_at"))

    assert moments == ["2026-06-01T10:00:00Z", "2026-06-01T10:00:00Z", None, "2026-06-01T13:00:00Z"]


@pytest.mark.shows("actions-deleted-refused", "actions-statuses")
def test_deleted_is_no_status_to_set(call: Caller, kind: Kind, incident: Row) -> None:
    row = made(call, kind, incident)
    answer = update(call, kind, row, "deleted")

    assert (answer.status, answer.error["source"]["field"]) == (422, "status")
    assert call.get(f"{kind.path}/{row['id']}")[kind.wrapper] == row


@pytest.mark.shows("actions-unassign", "follow-ups-unassign")
def test_it_can_be_assigned_and_unassigned(call: Caller, account: Account, kind: Kind, incident: Row) -> None:
    first, second = account.users()[:2]
    row = made(call, kind, incident, assignee_id=first["id"])

    assert row["assignee"]["id"] == first["id"]
    assert row["assignee"].keys() <= {"id", "name", "email", "role", "slack_user_id"}
    for given, expected in (
        ({}, first["id"]),
        ({"assignee_id": second["id"]}, second["id"]),
        ({"assignee_id": None}, None),
        ({"assignee_id": None}, None),
    ):
        changed = update(call, kind, row, **given).body[kind.wrapper]
        assert changed.get("assignee", {}).get("id") == expected


def test_an_unknown_assignee_is_a_422(call: Caller, kind: Kind, incident: Row) -> None:
    row = made(call, kind, incident)
    for answer in (
        create(call, kind, incident, assignee_id=UNKNOWN_ID),
        update(call, kind, row, assignee_id=UNKNOWN_ID),
    ):
        assert (answer.status, answer.error["source"]["field"]) == (422, "assignee_id")


def test_a_deleted_one_is_gone(call: Caller, kind: Kind, incident: Row) -> None:
    row = made(call, kind, incident)

    assert call("DELETE", f"{kind.path}/{row['id']}").status == 204
    assert listed(call, kind, incident_id=incident["id"]) == []
    assert call("GET", f"{kind.path}/{row['id']}").status == 404
    assert call("DELETE", f"{kind.path}/{row['id']}").status == 404
    assert update(call, kind, row).status == 404


def test_a_list_can_be_of_one_incident(call: Caller, account: Account, kind: Kind, incident: Row) -> None:
    row, other = made(call, kind, incident), made(call, kind, account.declare())

    assert listed(call, kind, incident_id=incident["id"]) == [row]
    every = [each["id"] for each in listed(call, kind, page_size=250)]
    assert {row["id"], other["id"]} <= set(every)


@pytest.mark.shows("follow-ups-of-unknown-incident", "filter-wants-ulid")
@pytest.mark.parametrize("id_", [UNKNOWN_ID, "121", "nonsense", "INC-121"])
def test_an_incident_that_does_not_exist_has_an_empty_list(
    call: Caller, kind: Kind, incident: Row, id_: str
) -> None:
    """Unlike updates and attachments, which are a 404 then."""
    made(call, kind, incident)

    assert listed(call, kind, incident_id=id_) == []


@pytest.mark.shows("task-modes-v3", "actions-mode-stream")
@pytest.mark.parametrize(
    ("mode", "by_default"),
    [("standard", True), ("retrospective", True), ("test", False), ("tutorial", False)],
)
def test_those_of_practice_incidents_are_hidden_unless_asked_for(
    call: Caller, account: Account, kind: Kind, mode: str, by_default: bool
) -> None:
    row = made(call, kind, account.declare(mode=mode))

    assert (row in listed(call, kind, page_size=250)) == by_default
    assert row in listed(call, kind, incident_mode=mode, page_size=250)
    assert row not in listed(call, kind, incident_mode="stream", page_size=250)


def test_another_mode_is_a_422(call: Caller, kind: Kind) -> None:
    answer = call("GET", kind.path, {"incident_mode": "real"})

    assert (answer.status, answer.error["source"]["field"]) == (422, "incident_mode")


TIMES = {"early": "2026-07-10T09:59:59.999Z", "sharp": "2026-07-10T10:00:00Z", "late": "2026-07-11T00:00:00Z"}


@pytest.mark.shows("filter-times-tasks")
@pytest.mark.parametrize(
    ("operator", "value", "expected"),
    [
        ("gte", "2026-07-10T10:00:00Z", {"sharp", "late"}),
        ("gte", "2026-07-10T12:00:00+02:00", {"sharp", "late"}),
        ("gte", "2026-07-11", {"late"}),
        ("lte", "2026-07-10T10:00:00Z", {"early"}),
        ("lte", "2026-07-10T10:00:00.001Z", {"early", "sharp"}),
        ("lte", "2026-07-10", {"early", "sharp"}),
        ("date_range", "2026-07-10T10:00:00Z~2026-07-11T00:00:00Z", {"sharp"}),
        ("date_range", "2026-07-10~2026-07-11", {"early", "sharp", "late"}),
        ("date_range", "2026-07-11~2026-07-10", set()),
    ],
)
def test_times_are_half_open_unlike_those_of_incidents(
    call: Caller,
    account: Account,
    kind: Kind,
    clock: StoppedClock,
    operator: str,
    value: str,
    expected: set[str],
) -> None:
    incident = account.declare()
    for text, moment in TIMES.items():
        clock.set(moment)
        create(call, kind, incident, text)

    for field in ("created_at", "updated_at"):
        rows = listed(call, kind, incident_id=incident["id"], **{f"{field}[{operator}]": value})
        assert {row[kind.text] for row in rows} == expected


def test_updated_at_is_the_last_change(call: Caller, kind: Kind, incident: Row, clock: StoppedClock) -> None:
    row = made(call, kind, incident)
    clock.advance(days=1)
    changed = update(call, kind, row, "not_doing").body[kind.wrapper]
    query = {"incident_id": incident["id"]}

    assert listed(call, kind, **query, **{"updated_at[gte]": "2026-06-02"}) == [changed]
    assert listed(call, kind, **query, **{"created_at[gte]": "2026-06-02"}) == []


@pytest.mark.parametrize(
    "query",
    [
        "created_at[gte]=yesterday",
        "created_at[gte]=2026-07-10 10:00",
        "created_at[lte]=",
        "created_at[date_range]=2026-07-10",
        "created_at[after]=2026-07-10",
        "created_at[gte]=2026-07-10&created_at[lte]=2026-07-11",
    ],
)
def test_what_is_no_time_is_a_422(call: Caller, kind: Kind, query: str) -> None:
    answer = call("GET", kind.path, query.replace(" ", "%20"))

    assert (answer.status, answer.error["source"]["field"]) == (422, "created_at")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_an_unknown_one_is_a_404(call: Caller, kind: Kind, method: str) -> None:
    body = {kind.text: "x", "status": "outstanding"} if method == "PUT" else None

    assert call(method, f"{kind.path}/{UNKNOWN_ID}", body=body).error["code"] == "resource_not_found"


class TestFollowUps:
    """What follow-ups have besides."""

    @pytest.mark.shows("follow-ups-priority", "required-has-a-default")
    def test_it_starts_without_labels_and_with_the_mildest_priority(
        self, call: Caller, incident: Row
    ) -> None:
        row = made(call, FOLLOW_UPS, incident)

        assert (row["labels"], row["priority"]["name"]) == ([], "Low")
        assert not row.keys() & {"description", "category", "assignee_team", "external_issue_reference"}

    def test_everything_can_be_given_and_changed(
        self, call: Caller, incident: Row, dataset_ids: dict[str, list[str]]
    ) -> None:
        given_twice: list[Row] = [
            {
                "description": f"Step {number}",
                "labels": ["port", str(number)],
                "follow_up_priority_option_id": dataset_ids["follow_up_priorities"][number],
                "follow_up_category_id": dataset_ids["follow_up_categories"][number],
                "assignee_team_id": dataset_ids["teams"][number],
            }
            for number in range(2)
        ]
        first, second = given_twice
        row = made(call, FOLLOW_UPS, incident, **first)
        changed = update(call, FOLLOW_UPS, row, **second).body["follow_up"]

        for given, found in ((first, row), (second, changed)):
            assert given == {
                "description": found["description"],
                "labels": found["labels"],
                "follow_up_priority_option_id": found["priority"]["id"],
                "follow_up_category_id": found["category"]["id"],
                "assignee_team_id": found["assignee_team"]["id"],
            }
        assert changed["assignee_team"].keys() == {"id", "name"}

    def test_what_an_update_does_not_name_stays(self, call: Caller, incident: Row) -> None:
        row = made(call, FOLLOW_UPS, incident, description="Twice", labels=["port"])

        assert update(call, FOLLOW_UPS, row).body["follow_up"] == row

    @pytest.mark.shows("follow-ups-unassign")
    def test_null_takes_the_team_away(
        self, call: Caller, incident: Row, dataset_ids: dict[str, list[str]]
    ) -> None:
        row = made(call, FOLLOW_UPS, incident, assignee_team_id=dataset_ids["teams"][0])

        assert "assignee_team" not in update(call, FOLLOW_UPS, row, assignee_team_id=None).body["follow_up"]

    def test_a_list_can_be_of_one_team(
        self, call: Caller, incident: Row, dataset_ids: dict[str, list[str]]
    ) -> None:
        first, second = dataset_ids["teams"][:2]
        row = made(call, FOLLOW_UPS, incident, assignee_team_id=first)
        made(call, FOLLOW_UPS, incident)
        query = {"incident_id": incident["id"]}

        assert listed(call, FOLLOW_UPS, **query, assignee_team_id=first) == [row]
        assert listed(call, FOLLOW_UPS, **query, assignee_team_id=second) == []

    @pytest.mark.parametrize(
        "name", ["assignee_team_id", "follow_up_priority_option_id", "follow_up_category_id"]
    )
    def test_a_reference_to_nothing_is_a_422(self, call: Caller, incident: Row, name: str) -> None:
        answer = create(call, FOLLOW_UPS, incident, **{name: UNKNOWN_ID})

        assert (answer.status, answer.error["source"]["field"]) == (422, name)

    def test_an_external_issue_is_ignored_and_a_note_says_so(self, call: Caller, incident: Row) -> None:
        answer = create(call, FOLLOW_UPS, incident, external_issue_reference_id="GATE-88")

        assert "external_issue_reference" not in answer.body["follow_up"]
        assert "external_issue_reference_id" in answer.note


@pytest.fixture
def dataset_ids(call: Caller) -> dict[str, list[str]]:
    """Ids of what the API has no operation to list, and of teams."""
    store = call.double.store
    return {
        name: [row["id"] for row in store.all(name)]
        for name in ("follow_up_priorities", "follow_up_categories", "teams")
    }
