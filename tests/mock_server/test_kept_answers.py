"""Answers to reads are kept, but only while nothing changes, and only for whom they were made."""

from incident_double.mock_server import Double

from ..calling import Caller
from .conftest import Account, CallerWithKeys

LIST = "/v2/incidents"


def test_a_read_is_answered_anew_after_a_change(call: Caller, account: Account) -> None:
    before = call.get(LIST)
    assert call.get(LIST) == before
    id_ = account.declare()["id"]
    assert call.get(LIST)["incidents"][0]["id"] == id_
    shown = call.get(f"{LIST}/{id_}")["incident"]
    body = {"incident": {"name": "Otherwise"}, "notify_incident_channel": False}
    assert call("POST", f"{LIST}/{id_}/actions/edit", body=body).status == 200
    assert call.get(f"{LIST}/{id_}")["incident"]["name"] == "Otherwise" != shown["name"]


def test_a_changed_setting_is_seen_in_what_was_read_before(call: Caller, account: Account) -> None:
    incident = next(row for row in account.incidents() if "severity" in row)
    severity = incident["severity"]
    body = {"name": "Renamed", "description": severity["description"]}
    assert call("PUT", f"/v1/severities/{severity['id']}", body=body).status == 200
    assert account.incident(incident["id"])["severity"]["name"] == "Renamed"


def test_a_kept_answer_still_tells_what_was_ignored(call: Caller) -> None:
    notes = [call("GET", LIST, {"severity": "x"}).note for _ in range(2)]
    assert notes[0] == notes[1] != ""


def test_a_key_never_gets_what_was_kept_for_another(with_keys: CallerWithKeys) -> None:
    call = with_keys(all=None, few=["viewer"])
    query = {"page_size": 250}
    everything = call("GET", LIST, query, key="all").body["incidents"]
    public = call("GET", LIST, query, key="few").body["incidents"]
    assert public == [row for row in everything if row["visibility"] == "public"] != everything


def test_no_more_than_a_few_answers_are_kept(double: Double, call: Caller) -> None:
    for size in range(1, 101):
        call.get(LIST, {"page_size": size})
    assert len(double._kept) == 32
