"""Answers to reads are kept, but only while nothing changes, and only for whom they were made."""

from incident_double.mock_server import ApiKey, Double, Request
from incident_double.mock_server.answer_cache import MOST, MOST_BYTES, AnswerCache

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


def test_a_kept_answer_still_says_what_was_ignored(call: Caller) -> None:
    notes = [call("GET", LIST, {"severity": "x"}).note for _ in range(2)]
    assert notes[0] == notes[1] != ""


def test_a_key_never_gets_what_was_kept_for_another(with_keys: CallerWithKeys) -> None:
    call = with_keys(all=None, few=["viewer"])
    query = {"page_size": 250}
    everything = call("GET", LIST, query, key="all").body["incidents"]
    public = call("GET", LIST, query, key="few").body["incidents"]
    assert public == [row for row in everything if row["visibility"] == "public"] != everything


KEY = ApiKey("key")


def kept(answers: AnswerCache, names: list[str]) -> list[str]:
    return [name for name in names if answers.find(Request("GET", name), KEY) is not None]


def test_the_oldest_answer_gives_way_when_there_are_many(double: Double) -> None:
    answers = AnswerCache(double.store)
    names = [str(number) for number in range(MOST + 2)]
    for name in names:
        answers.keep(Request("GET", name), KEY, b"", [])
    assert kept(answers, names) == names[2:]


def test_the_oldest_answer_gives_way_when_they_are_large(double: Double) -> None:
    answers = AnswerCache(double.store)
    names = ["first", "second", "third", "too large"]
    half = MOST_BYTES // 2 - 100
    for name, size in zip(names, (201, half, half, MOST_BYTES + 1), strict=True):
        answers.keep(Request("GET", name), KEY, bytes(size), [])
    assert kept(answers, names) == names[1:3]


def test_long_queries_make_answers_large(double: Double) -> None:
    answers = AnswerCache(double.store)
    for query in ("first", "q" * (MOST_BYTES // 2), "r" * (MOST_BYTES // 2)):
        answers.keep(Request("GET", LIST, query), KEY, b"", [])
    assert len(answers) == 1


def test_what_was_made_before_a_change_is_not_kept(double: Double) -> None:
    answers = AnswerCache(double.store)
    assert answers.find(Request("GET", LIST), KEY) is None
    double.store.apply([])
    answers.keep(Request("GET", LIST), KEY, b"stale", [])
    assert answers.find(Request("GET", LIST), KEY) is None
