"""Who is on call, and when: rotations, overrides, and what comes of them (behaviour.md#on-call)."""

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from incident_double.fixtures import EPOCH

from ...calling import Answer, Caller
from ..conftest import UNKNOWN_ID, Account, Row

DAILY = [{"interval": 1, "interval_type": "daily"}]
DAY = timedelta(days=1)


def schedule(call: Caller, people: list[Row], *, timezone: str = "UTC", **properties: Any) -> Row:
    rotation = {
        "id": "r",
        "name": "Primary",
        "layers": [{"id": "l", "name": "One"}],
        "users": [{"id": each["id"]} for each in people],
        "handovers": DAILY,
        "handover_start_at": "2026-05-01T08:00:00Z",
        **properties,
    }
    body = {"schedule": {"name": "Nights", "timezone": timezone, "config": {"rotations": [rotation]}}}
    row: Row = call("POST", "/v2/schedules", body=body).body["schedule"]
    return row


def entries(call: Caller, row: Row, start: str, end: str) -> Row:
    query = {"schedule_id": row["id"], "entry_window_start": start, "entry_window_end": end}
    found: Row = call.get("/v2/schedule_entries", query)["schedule_entries"]
    return found


def spans(rows: list[Row]) -> list[tuple[str, str, str]]:
    return [(each["start_at"], each["end_at"], each.get("user", {}).get("id", "")) for each in rows]


def override(call: Caller, row: Row, person: Row, start: str, end: str, **properties: Any) -> Answer:
    body = {
        "schedule_id": row["id"],
        "rotation_id": "r",
        "layer_id": "l",
        "start_at": start,
        "end_at": end,
        "user": {"id": person["id"]},
        **properties,
    }
    return call("POST", "/v2/schedule_overrides", body=body)


def test_people_take_turns_and_entries_are_cut_to_the_window(call: Caller, account: Account) -> None:
    people = account.users()[:2]
    row = schedule(call, people)
    one, two = (each["id"] for each in people)

    found = entries(call, row, "2026-05-01T00:00:00Z", "2026-05-03T12:00:00Z")
    assert spans(found["final"]) == [
        ("2026-05-01T08:00:00Z", "2026-05-02T08:00:00Z", one),
        ("2026-05-02T08:00:00Z", "2026-05-03T08:00:00Z", two),
        ("2026-05-03T08:00:00Z", "2026-05-03T12:00:00Z", one),
    ]
    assert found["scheduled"] == found["final"]
    assert found["overrides"] == []


def test_hands_change_at_the_same_time_of_day_all_year_round(call: Caller, account: Account) -> None:
    row = schedule(call, account.users()[:1], timezone="Europe/London")  # 9:00 there, in summer

    winter = entries(call, row, "2026-12-01T00:00:00Z", "2026-12-02T00:00:00Z")["final"]
    assert [each["start_at"] for each in winter] == ["2026-12-01T00:00:00Z", "2026-12-01T09:00:00Z"]


def test_intervals_of_handover_apply_in_turn(call: Caller, account: Account) -> None:
    handovers = [*DAILY, {"interval": 3, "interval_type": "daily"}]
    row = schedule(call, account.users()[:2], handovers=handovers)

    found = entries(call, row, "2026-05-05T00:00:00Z", "2026-05-10T00:00:00Z")["final"]
    assert [each["start_at"][:10] for each in found] == [
        "2026-05-05",
        "2026-05-05",
        "2026-05-06",
        "2026-05-09",
    ]


def test_every_layer_has_somebody_else(call: Caller, account: Account) -> None:
    layers = [{"id": "l", "name": "One"}, {"id": "m", "name": "Two"}]
    row = schedule(call, account.users()[:3], layers=layers)

    found = entries(call, row, "2026-05-01T08:00:00Z", "2026-05-02T08:00:00Z")["final"]
    assert [each["user"]["id"] for each in found] == [each["id"] for each in account.users()[:2]]


def test_nobody_is_on_call_outside_working_hours(call: Caller, account: Account) -> None:
    hours = [
        {"weekday": "friday", "start_time": "09:00", "end_time": "17:00"},
        {"weekday": "saturday", "start_time": "22:00", "end_time": "02:00"},
    ]
    row = schedule(call, account.users()[:1], working_intervals=hours)

    found = entries(call, row, "2026-05-01T00:00:00Z", "2026-05-04T00:00:00Z")["final"]
    assert [each[:2] for each in spans(found)] == [
        ("2026-05-01T09:00:00Z", "2026-05-01T17:00:00Z"),
        ("2026-05-02T22:00:00Z", "2026-05-03T02:00:00Z"),
    ]


def test_a_later_version_of_a_rotation_takes_over_when_it_takes_effect(
    call: Caller, account: Account
) -> None:
    one, two = account.users()[:2]
    row = schedule(call, [one])
    [first] = row["config"]["rotations"]
    users = [{"id": two["id"]}]
    later = {"effective_from": "2026-05-02T00:00:00Z", "users": users, "handovers": DAILY}
    rotations = [
        {**first, "users": [{"id": one["id"]}]},
        {
            "id": "r",
            "name": "Primary",
            "layers": first["layers"],
            **later,
            "handover_start_at": "2026-05-01T08:00:00Z",
        },
    ]
    body = {"schedule": {"config": {"rotations": rotations}}}
    call("PUT", f"/v2/schedules/{row['id']}", body=body)

    assert spans(entries(call, row, "2026-05-01T08:00:00Z", "2026-05-02T08:00:00Z")["final"]) == [
        ("2026-05-01T08:00:00Z", "2026-05-02T00:00:00Z", one["id"]),
        ("2026-05-02T00:00:00Z", "2026-05-02T08:00:00Z", two["id"]),
    ]


def test_an_override_takes_the_place_of_what_was_planned_and_the_newest_counts(
    call: Caller, account: Account
) -> None:
    one, two, three = account.users()[:3]
    row = schedule(call, [one])
    override(call, row, two, "2026-05-01T10:00:00Z", "2026-05-01T14:00:00Z")
    override(call, row, three, "2026-05-01T12:00:00Z", "2026-05-01T13:00:00Z")

    found = entries(call, row, "2026-05-01T09:00:00Z", "2026-05-01T15:00:00Z")
    assert spans(found["final"]) == [
        ("2026-05-01T09:00:00Z", "2026-05-01T10:00:00Z", one["id"]),
        ("2026-05-01T10:00:00Z", "2026-05-01T12:00:00Z", two["id"]),
        ("2026-05-01T12:00:00Z", "2026-05-01T13:00:00Z", three["id"]),
        ("2026-05-01T13:00:00Z", "2026-05-01T14:00:00Z", two["id"]),
        ("2026-05-01T14:00:00Z", "2026-05-01T15:00:00Z", one["id"]),
    ]
    assert [each["user"]["id"] for each in found["overrides"]] == [two["id"], three["id"]]
    assert [each["user"]["id"] for each in found["scheduled"]] == [one["id"]]


def test_the_realistic_schedules_cover_each_second_once(call: Caller) -> None:
    for row in call.get("/v2/schedules")["schedules"]:
        start, end = EPOCH - 30 * DAY, EPOCH + 30 * DAY
        found = entries(call, row, start.isoformat(), end.isoformat())["final"]
        moments = [datetime.fromisoformat(each[name]) for each in found for name in ("start_at", "end_at")]

        assert (moments[0], moments[-1]) == (start, end)
        assert moments[1:-1:2] == moments[2:-1:2]


@pytest.mark.shows("schedule-entries")
def test_a_long_window_goes_on_at_other_pages_until_it_ends(call: Caller, account: Account) -> None:
    row = schedule(call, account.users()[:2])
    query = {
        "schedule_id": row["id"],
        "entry_window_start": "2026-06-01T00:00:00Z",
        "entry_window_end": "2027-06-01T00:00:00Z",
    }
    found: list[Row] = []
    while True:
        page = call.get("/v2/schedule_entries", query)
        found += page["schedule_entries"]["final"]
        if "pagination_meta" not in page:
            break
        assert page["pagination_meta"]["after_url"].startswith("https://api.incident.io/v2/schedule_entries?")
        query["entry_window_start"] = page["pagination_meta"]["after"]

    assert found[-1]["end_at"] == "2027-06-01T00:00:00Z"
    assert all(one["end_at"] == two["start_at"] for one, two in pairwise(found))


def test_a_window_begins_now_and_has_to_make_sense(call: Caller, account: Account) -> None:
    row = schedule(call, account.users()[:1])
    query = {"schedule_id": row["id"]}

    assert (
        call.get("/v2/schedule_entries", query)["schedule_entries"]["final"][0]["start_at"]
        == "2026-06-01T09:00:00Z"
    )
    for start, end in (("x", "2026-06-01T09:00:00Z"), ("2026-06-02T00:00:00Z", "2026-06-01T00:00:00Z")):
        window = {**query, "entry_window_start": start, "entry_window_end": end}
        assert call("GET", "/v2/schedule_entries", query=window).status == 422
    assert call("GET", "/v2/schedule_entries", query={"schedule_id": UNKNOWN_ID}).status == 404


def test_a_preview_shows_what_would_be_and_changes_nothing(call: Caller, account: Account) -> None:
    one, two = account.users()[:2]
    row = schedule(call, [one])
    [rotation] = row["config"]["rotations"]
    proposed = {"config": {"rotations": [{**rotation, "users": [{"id": two["id"]}]}]}}
    body = {"schedule": proposed, "entry_window_start": "2026-06-01T00:00:00Z"}
    found = call("POST", f"/v2/schedules/{row['id']}/actions/preview_entries", body=body).body[
        "schedule_entries"
    ]

    assert {each["user"]["id"] for each in found["final"]} == {two["id"]}
    assert call.get(f"/v2/schedules/{row['id']}")["schedule"] == row


def test_a_schedule_says_who_is_on_call_now_and_next(call: Caller, account: Account) -> None:
    one, two = account.users()[:2]
    row = schedule(call, [one, two])

    [current], [following] = row["current_shifts"], row["next_shifts"]
    assert (current["end_at"], following["start_at"]) == ("2026-06-02T08:00:00Z", "2026-06-02T08:00:00Z")
    assert {current["user"]["id"], following["user"]["id"]} == {one["id"], two["id"]}
    assert not schedule(call, []).keys() & {"current_shifts", "next_shifts"}


@pytest.mark.parametrize(
    ("properties", "field"),
    [
        ({"rotation_id": "x"}, "rotation_id"),
        ({"layer_id": "x"}, "layer_id"),
        ({"end_at": "2026-05-01T10:00:00Z"}, "end_at"),
        ({"user": {"id": UNKNOWN_ID}}, "user"),
        ({"schedule_id": UNKNOWN_ID}, "schedule_id"),
    ],
)
def test_an_override_that_makes_no_sense_is_refused(
    call: Caller, account: Account, properties: Row, field: str
) -> None:
    person = account.users()[0]
    answer = override(
        call, schedule(call, [person]), person, "2026-05-01T10:00:00Z", "2026-05-01T14:00:00Z", **properties
    )

    assert (answer.status, answer.error["source"]["field"]) == (422, field)


def test_overrides_are_shown_listed_changed_and_go_with_their_schedule(
    call: Caller, account: Account
) -> None:
    one, two = account.users()[:2]
    row = schedule(call, [one])
    made = override(call, row, two, "2026-05-01T10:00:00Z", "2026-05-01T14:00:00Z").body["override"]
    other = override(call, row, two, "2026-05-02T10:00:00Z", "2026-05-02T14:00:00Z").body["override"]
    path = f"/v2/schedule_overrides/{made['id']}"
    query = {"schedule_id": row["id"]}

    assert call.get("/v2/schedule_overrides", query)["overrides"] == [made, other]
    assert call.get("/v2/schedule_overrides", {**query, "layer_id": "x"})["overrides"] == []
    body = {key: made[key] for key in ("start_at", "end_at", "rotation_id", "layer_id")}
    changed = call("PUT", path, body={**body, "user": {"id": one["id"]}}).body["override"]
    assert call.get(path)["override"] == changed
    assert changed["user"]["id"] == one["id"]
    assert call("DELETE", path).status == 204
    assert call("GET", path).status == 404
    call("DELETE", f"/v2/schedules/{row['id']}")
    assert call("GET", f"/v2/schedule_overrides/{other['id']}").status == 404
