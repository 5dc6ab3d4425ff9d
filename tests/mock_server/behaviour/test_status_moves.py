"""Moving an incident to another status or severity, by an edit and by an update.

See behaviour.md#moving-between-statuses.
"""

from itertools import count
from typing import Any

import pytest

from incident_double.mock_server.request import authentication

from ...calling import Answer, Caller, StoppedClock
from ..conftest import Account, CallerWithKeys, Row, moments

ALLOWED = [
    ("Triage", "Investigating"),
    ("Triage", "Documenting"),
    ("Triage", "Closed"),
    ("Triage", "Declined"),
    ("Triage", "Canceled"),
    ("Investigating", "Fixing"),
    ("Monitoring", "Investigating"),
    ("Investigating", "Documenting"),
    ("Investigating", "Closed"),
    ("Investigating", "Canceled"),
    ("Investigating", "Paused"),
    ("Documenting", "Reviewing"),
    ("Documenting", "Closed"),
    ("Closed", "Investigating"),
    ("Paused", "Investigating"),
    ("Declined", "Triage"),
]

KEYS = count()


@pytest.fixture(params=["edit", "update"])
def way(request: pytest.FixtureRequest) -> str:
    """The two operations that can move an incident."""
    return str(request.param)


def move(
    call: Caller, incident: Row, way: str, *, status: str = "", severity: str = "", **more: Any
) -> Answer:
    """Ask for a move; the answer to it, whatever it is."""
    if way == "edit":
        wanted = {"incident_status_id": status, "severity_id": severity}
        body = {
            "incident": {name: value for name, value in wanted.items() if value},
            "notify_incident_channel": False,
        }
        return call("POST", f"/v2/incidents/{incident['id']}/actions/edit", body=body, **more)
    wanted = {"to_incident_status_id": status, "to_severity_id": severity}
    body = {name: value for name, value in wanted.items() if value}
    body |= {"incident_id": incident["id"], "idempotency_key": str(next(KEYS))}
    return call("POST", "/v2/incident_updates", body=body, **more)


def refused_field(answer: Answer) -> str:
    """The field that a 422 blames, without what the two ways call it differently."""
    assert answer.status == 422, answer
    return str(answer.error["source"]["field"]).removeprefix("incident.").removeprefix("to_")


@pytest.mark.shows(
    "move-within-category",
    "move-to-learning-or-closed",
    "move-learning-to-closed",
    "move-learning-to-learning",
    "move-active-to-canceled",
    "move-triage-to-live",
    "move-declined-to-triage",
)
@pytest.mark.parametrize(("origin", "target"), ALLOWED)
def test_a_move_is_allowed_and_seen(
    call: Caller, account: Account, way: str, origin: str, target: str
) -> None:
    incident = account.declare(
        incident_status_id=account.status(origin), severity_id=account.severity("Minor")
    )

    assert move(call, incident, way, status=account.status(target)).status in (200, 201)
    assert account.incident(incident["id"])["incident_status"]["name"] == target


@pytest.mark.shows("no-merging")
@pytest.mark.parametrize("origin", ["Triage", "Investigating", "Closed"])
def test_nothing_is_merged_through_the_api(call: Caller, account: Account, way: str, origin: str) -> None:
    incident = account.declare(
        incident_status_id=account.status(origin), severity_id=account.severity("Minor")
    )
    answer = move(call, incident, way, status=account.status("Merged"))

    assert refused_field(answer) == "incident_status_id"
    assert account.incident(incident["id"]) == incident


def test_nothing_that_was_merged_is_moved(call: Caller, account: Account, way: str) -> None:
    merged = account.incidents({"status_category[one_of]": "merged"})[0]

    assert refused_field(move(call, merged, way, status=account.status("Triage"))) == "incident_status_id"


def test_an_incident_can_not_go_live_without_a_severity(call: Caller, account: Account, way: str) -> None:
    incident = account.declare()
    answer = move(call, incident, way, status=account.status("Investigating"))

    assert refused_field(answer) == "severity_id"
    assert answer.error["code"] == "is_required"


def test_it_can_when_the_same_request_brings_one(call: Caller, account: Account, way: str) -> None:
    incident = account.declare()
    move(call, incident, way, status=account.status("Investigating"), severity=account.severity("Minor"))
    live = account.incident(incident["id"])

    assert (live["incident_status"]["name"], live["severity"]["name"]) == ("Investigating", "Minor")


@pytest.mark.shows("role-flow-opt-out", "move-skips-flow")
def test_closing_past_the_post_incident_flow_needs_a_role(with_keys: CallerWithKeys, way: str) -> None:
    editor = ["viewer", "incident_editor", "global_access"]
    call = with_keys(boss=None, editor=editor, closer=[*editor, "post_incident_flow_opt_out"])
    live = call.get("/v2/incidents", {"status_category[one_of]": "live"}, key="boss")["incidents"][0]
    statuses = call.get("/v1/incident_statuses", key="boss")["incident_statuses"]
    closed, learning = (
        next(row["id"] for row in statuses if row["category"] == name) for name in ("closed", "learning")
    )
    refused = move(call, live, way, status=closed, key="editor")

    assert (refused.status, refused.error["code"]) == (403, "missing_permissions")
    assert move(call, live, way, status=learning, key="editor").status in (200, 201)
    assert move(call, live, way, status=live["incident_status"]["id"], key="editor").status in (200, 201)
    assert move(call, live, way, status=closed, key="closer").status in (200, 201)


def test_a_practice_incident_has_no_flow_to_skip(with_keys: CallerWithKeys, way: str) -> None:
    call = with_keys(boss=None, editor=["viewer", "incident_editor", "global_access"])
    statuses = call.get("/v1/incident_statuses", key="boss")["incident_statuses"]
    ids = {row["name"]: row["id"] for row in statuses}
    body = {
        "idempotency_key": "1",
        "visibility": "public",
        "mode": "test",
        "incident_status_id": ids["Fixing"],
        "severity_id": call.get("/v1/severities", key="boss")["severities"][0]["id"],
    }
    incident = call("POST", "/v2/incidents", body=body, key="boss").body["incident"]

    assert move(call, incident, way, status=ids["Closed"], key="editor").status in (200, 201)


@pytest.mark.shows("update-scopes")
@pytest.mark.parametrize(
    ("scope", "target"),
    [("incidents.update_status", {"status": "x"}), ("incidents.update_severity", {"severity": "x"})],
)
def test_a_move_needs_the_scope_for_it(
    with_keys: CallerWithKeys, monkeypatch: pytest.MonkeyPatch, way: str, scope: str, target: dict[str, str]
) -> None:
    lesser = {"incident_editor": ("incidents.view", "incident_updates.create", "incidents.update_name")}
    monkeypatch.setattr(authentication, "SCOPES_OF_ROLES", lesser)
    call = with_keys(boss=None, k=["incident_editor", "global_access"])
    incident = call.get("/v2/incidents", key="boss")["incidents"][0]
    refused = move(call, incident, way, **target, key="k")

    assert (refused.status, refused.error["metadata"]) == (403, {"scope": scope})


@pytest.mark.shows("move-writes-an-update")
def test_a_move_is_reported_by_one_update(
    call: Caller, account: Account, clock: StoppedClock, way: str
) -> None:
    incident = account.declare_live()
    clock.advance(hours=1)
    move(call, incident, way, status=account.status("Fixing"), severity=account.severity("Critical"))
    update, first = account.updates(incident["id"])

    assert first["new_incident_status"]["name"] == "Investigating"
    assert update["new_incident_status"]["name"] == "Fixing"
    assert update["new_severity"]["name"] == "Critical"
    assert update["created_at"] == "2026-06-01T10:00:00Z"
    assert "api_key" in update["updater"]


def test_a_severity_alone_is_reported_by_an_update_with_the_status_that_stays(
    call: Caller, account: Account, way: str
) -> None:
    incident = account.declare_live()
    move(call, incident, way, severity=account.severity("Critical"))
    update, _ = account.updates(incident["id"])

    assert update["new_severity"]["name"] == "Critical"
    assert update["new_incident_status"] == incident["incident_status"]


@pytest.mark.shows("move-moves-times")
def test_a_move_moves_updated_at_and_last_activity_at(
    call: Caller, account: Account, clock: StoppedClock, way: str
) -> None:
    incident = account.declare_live()
    clock.advance(hours=1)
    move(call, incident, way, severity=account.severity("Critical"))
    moved = account.incident(incident["id"])

    assert moved["updated_at"] == moved["last_activity_at"] == "2026-06-01T10:00:00Z"


def test_an_edit_to_where_it_is_already_makes_no_update(account: Account, clock: StoppedClock) -> None:
    incident = account.declare_live()
    clock.advance(hours=1)
    status, severity = incident["incident_status"]["id"], incident["severity"]["id"]

    assert account.edit(incident["id"], incident_status_id=status, severity_id=severity) == incident
    assert len(account.updates(incident["id"])) == 1


def test_an_edit_of_something_else_makes_no_update(account: Account) -> None:
    incident = account.declare_live()
    account.edit(incident["id"], name="Ferry sunk")

    assert len(account.updates(incident["id"])) == 1


STAMPS = {
    "Investigating": ["Accepted at"],
    "Fixing": ["Identified at"],
    "Monitoring": ["Fixed at"],
    "Documenting": ["Resolved at"],
    "Reviewing": ["Documented at"],
    "Closed": ["Reviewed at", "Closed at"],
}


@pytest.mark.shows("move-stamps-timestamps")
def test_a_whole_life_stamps_every_timestamp_when_it_happens(
    call: Caller, account: Account, clock: StoppedClock, way: str
) -> None:
    incident = account.declare(severity_id=account.severity("Minor"))
    expected = moments(incident)
    for hour, (status, stamped) in enumerate(STAMPS.items(), start=10):
        clock.advance(hours=1)
        move(call, incident, way, status=account.status(status))
        expected |= dict.fromkeys(stamped, f"2026-06-01T{hour}:00:00Z")

        assert moments(account.incident(incident["id"])) == expected

    durations = {
        each["duration_metric"]["name"]: each.get("value_seconds")
        for each in account.incident(incident["id"])["duration_metrics"]
    }
    assert durations == {
        "Time to accept": 1 * 3600,
        "Time to identify": None,
        "Time to fix": None,
        "Time to resolve": 4 * 3600,
        "Time in post-incident": 2 * 3600,
    }


def test_the_first_time_counts(call: Caller, account: Account, clock: StoppedClock, way: str) -> None:
    incident = account.declare_live()
    for name in ("Monitoring", "Investigating", "Monitoring"):
        clock.advance(hours=1)
        move(call, incident, way, status=account.status(name))

    assert moments(account.incident(incident["id"]))["Fixed at"] == "2026-06-01T10:00:00Z"


def test_a_cleared_timestamp_is_stamped_again(account: Account, clock: StoppedClock) -> None:
    incident = account.declare_live()
    clock.advance(hours=1)
    cleared = [{"incident_timestamp_id": account.timestamp("Accepted at")}]
    account.edit(incident["id"], incident_timestamp_values=cleared)

    edited = account.edit(incident["id"], incident_status_id=account.status("Fixing"))

    assert moments(edited)["Accepted at"] == "2026-06-01T10:00:00Z"


def test_a_timestamp_of_the_same_edit_is_not_overwritten(account: Account) -> None:
    incident = account.declare_live()
    given = [{"incident_timestamp_id": account.timestamp("Fixed at"), "value": "2026-06-01T08:30:00Z"}]
    edited = account.edit(
        incident["id"], incident_status_id=account.status("Monitoring"), incident_timestamp_values=given
    )

    assert moments(edited)["Fixed at"] == "2026-06-01T08:30:00Z"


def test_a_status_of_ones_own_stamps_by_its_category(call: Caller, account: Account, way: str) -> None:
    body = {"name": "Escalated", "description": "", "category": "live"}
    status = call("POST", "/v1/incident_statuses", body=body).body["incident_status"]["id"]
    incident = account.declare(severity_id=account.severity("Minor"))
    move(call, incident, way, status=status)

    assert moments(account.incident(incident["id"])).keys() == {"Reported at", "Accepted at"}
