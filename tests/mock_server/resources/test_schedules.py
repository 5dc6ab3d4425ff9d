"""Schedules V2 as they are configured (behaviour.md#on-call)."""

from typing import Any

import pytest

from ...calling import Answer, Caller
from ..conftest import UNKNOWN_ID, Account, Row

PATH = "/v2/schedules"
ROTATION = {"id": "r", "name": "Primary", "layers": [{"id": "l", "name": "One"}]}


def create(call: Caller, *rotations: Row, **properties: Any) -> Answer:
    schedule = {"name": "Nights", "config": {"rotations": [*rotations]}, **properties}
    return call("POST", PATH, body={"schedule": schedule})


def created(call: Caller, *rotations: Row, **properties: Any) -> Row:
    row: Row = create(call, *rotations, **properties).body["schedule"]
    return row


def update(call: Caller, schedule: Row, **properties: Any) -> Row:
    row: Row = call("PUT", f"{PATH}/{schedule['id']}", body={"schedule": properties}).body["schedule"]
    return row


def test_rotations_are_shown_as_they_were_sent_and_their_versions_apart(call: Caller) -> None:
    later = {**ROTATION, "effective_from": "2027-01-01T00:00:00Z"}
    schedule = created(call, ROTATION, later, timezone="Europe/Paris")
    first, second = schedule["config"]["rotations"]

    assert (first["id"], first["layers"], first["users"], first["handovers"]) == (
        "r",
        ROTATION["layers"],
        [],
        [],
    )
    assert "effective_from" not in first
    assert second["effective_from"] == "2027-01-01T00:00:00Z"
    assert schedule["timezone"] == "Europe/Paris"
    assert call.get(f"{PATH}/{schedule['id']}")["schedule"] == schedule
    assert schedule in call.get(PATH)["schedules"]


def test_rotations_and_layers_without_an_id_get_one_each(call: Caller) -> None:
    nameless = {"name": "Primary", "layers": [{"name": "One"}, {"name": "Two"}]}
    rotations = created(call, nameless, nameless)["config"]["rotations"]
    ids = [each["id"] for each in rotations] + [layer["id"] for each in rotations for layer in each["layers"]]

    assert len(set(ids)) == 6


def test_working_hours_are_shown_under_both_names_and_only_where_there_are_some(call: Caller) -> None:
    hours = [{"weekday": "monday", "start_time": "09:00", "end_time": "17:00"}]
    without, old, new = created(
        call,
        {**ROTATION, "working_interval": []},
        {**ROTATION, "working_interval": hours},
        {**ROTATION, "working_intervals": hours},
    )["config"]["rotations"]

    assert without["working_intervals"] == []
    assert "working_interval" not in without
    assert old["working_intervals"] == new["working_intervals"] == hours
    assert old["working_interval"] == new["working_interval"] == hours


@pytest.mark.parametrize("how", ["id", "email", "slack_user_id"])
def test_people_are_named_in_three_ways_and_shown_whole(call: Caller, account: Account, how: str) -> None:
    user = next(each for each in account.users() if how in each)
    [rotation] = created(call, {**ROTATION, "users": [{how: user[how]}]})["config"]["rotations"]

    assert [each["name"] for each in rotation["users"]] == [user["name"]]


def test_people_and_teams_that_there_are_not_are_refused(call: Caller) -> None:
    answer = create(call, {**ROTATION, "users": [{"id": UNKNOWN_ID}]})
    assert answer.error["source"]["field"] == "schedule.config.rotations.0.users.0"
    assert create(call, team_ids=[UNKNOWN_ID]).error["source"]["field"] == "schedule.team_ids.0"
    assert create(call, name=" ").error["code"] == "is_required"


def test_an_update_takes_holidays_away_and_leaves_owners(call: Caller) -> None:
    team = call.get("/v3/teams")["teams"][0]["id"]
    holidays = {"country_codes": ["GB"]}
    schedule = created(call, ROTATION, team_ids=[team], holidays_public_config=holidays)
    assert schedule["holidays_public_config"] == holidays

    changed = update(call, schedule, name="Days", config={"rotations": []})
    assert (changed["name"], changed["team_ids"], changed["config"]) == ("Days", [team], {"rotations": []})
    assert "holidays_public_config" not in changed
    assert update(call, schedule, team_ids=[])["team_ids"] == []


def test_a_deletion_answers_202_and_the_schedule_is_gone(call: Caller) -> None:
    schedule = created(call, ROTATION)

    assert call("DELETE", f"{PATH}/{schedule['id']}").status == 202
    assert call("GET", f"{PATH}/{schedule['id']}").status == 404
