"""Severities V1 (behaviour.md#severities)."""

import pytest

from ...calling import Answer, Caller, StoppedClock
from ..conftest import EVERYTHING, UNKNOWN_ID, Account

PATH = "/v1/severities"


def create(call: Caller, name: str = "Trivial", **properties: int | str) -> Answer:
    return call("POST", PATH, body={"name": name, "description": "Hardly there", **properties})


def names(call: Caller) -> list[str]:
    return [row["name"] for row in call.get(PATH)["severities"]]


@pytest.mark.shows("default-severities", "rank-lower-is-milder")
def test_the_default_account_has_three_the_worst_with_the_highest_rank(call: Caller) -> None:
    rows = call.get(PATH)["severities"]

    assert [(row["name"], row["rank"]) for row in rows] == [("Minor", 0), ("Major", 1), ("Critical", 2)]


@pytest.mark.shows("post-201")
def test_a_new_one_is_shown_and_listed(call: Caller) -> None:
    answer = create(call, rank=-5)
    severity = answer.body["severity"]

    assert answer.status == 201
    assert (severity["name"], severity["description"], severity["rank"]) == ("Trivial", "Hardly there", -5)
    assert severity["created_at"] == severity["updated_at"] == "2026-06-01T09:00:00Z"
    assert call.get(f"{PATH}/{severity['id']}") == answer.body
    assert call.get(PATH)["severities"][0] == severity


@pytest.mark.shows("severities-rank-optional")
def test_without_a_rank_it_goes_on_top(call: Caller) -> None:
    create(call, "Sky falls", rank=40)

    assert create(call, "Worse").body["severity"]["rank"] == 41
    assert names(call) == ["Minor", "Major", "Critical", "Sky falls", "Worse"]


def test_an_update_replaces_the_texts_and_keeps_the_rank_unless_it_names_one(
    call: Caller, account: Account, clock: StoppedClock
) -> None:
    path = f"{PATH}/{account.severity('Minor')}"
    before = call.get(path)["severity"]
    clock.advance(hours=1)
    texts = {"name": "Small", "description": "Not much"}

    assert call("PUT", path, body=texts).body["severity"] == {
        **before,
        **texts,
        "updated_at": "2026-06-01T10:00:00Z",
    }
    assert call("PUT", path, body={**texts, "rank": 9}).body["severity"]["rank"] == 9
    assert names(call) == ["Major", "Critical", "Small"]


@pytest.mark.shows("severities-rank-unique")
def test_ranks_are_unique(call: Caller, account: Account) -> None:
    for answer in (
        create(call, rank=1),
        call("PUT", f"{PATH}/{account.severity('Minor')}", body={"name": "M", "description": "", "rank": 1}),
    ):
        assert (answer.status, answer.error["code"]) == (422, "invalid_value")
        assert answer.error["source"]["field"] == "rank"
    assert names(call) == ["Minor", "Major", "Critical"]


def test_a_severity_may_keep_its_own_rank_in_an_update(call: Caller, account: Account) -> None:
    body = {"name": "Minor", "description": "", "rank": 0}

    assert call("PUT", f"{PATH}/{account.severity('Minor')}", body=body).status == 200


@pytest.mark.shows("severities-name-length")
@pytest.mark.parametrize("name", ["x" * 50, "\u00fc" * 50, "\U0001f6a2" * 50])
def test_a_name_may_have_fifty_characters(call: Caller, name: str) -> None:
    assert create(call, name).body["severity"]["name"] == name


@pytest.mark.shows("severities-name-length")
@pytest.mark.parametrize(
    ("name", "code"), [("x" * 51, "invalid_value"), ("", "is_required"), (" ", "is_required")]
)
def test_a_name_must_be_neither_too_long_nor_blank(
    call: Caller, account: Account, name: str, code: str
) -> None:
    for answer in (
        create(call, name),
        call("PUT", f"{PATH}/{account.severity('Minor')}", body={"name": name, "description": ""}),
    ):
        assert (answer.status, answer.error["code"]) == (422, code)
        assert answer.error["source"]["field"] == "name"


@pytest.mark.shows("delete-202")
def test_a_deleted_one_is_gone(call: Caller) -> None:
    id_ = create(call).body["severity"]["id"]

    assert call("DELETE", f"{PATH}/{id_}").status == 202
    assert "Trivial" not in names(call)
    for method, body in (("GET", None), ("DELETE", None), ("PUT", {"name": "x", "description": ""})):
        assert call(method, f"{PATH}/{id_}", body=body).error["code"] == "resource_not_found"


def test_one_that_an_incident_has_can_not_be_deleted(call: Caller, account: Account) -> None:
    id_ = create(call).body["severity"]["id"]
    incident = account.declare(severity_id=id_)
    refused = call("DELETE", f"{PATH}/{id_}")

    assert (refused.status, refused.error["code"]) == (422, "in_use")
    assert refused.error["source"] == {"field": "id", "pointer": "id"}
    account.edit(incident["id"], severity_id=account.severity("Minor"))
    assert call("DELETE", f"{PATH}/{id_}").status == 202


def test_a_change_is_seen_at_once_in_every_incident_that_has_it(call: Caller, account: Account) -> None:
    major = account.severity("Major")
    holders = [
        row["id"] for row in account.incidents(EVERYTHING) if row.get("severity", {}).get("id") == major
    ]
    body = {"name": "Bad", "description": "Quite", "rank": 7}
    changed = call("PUT", f"{PATH}/{major}", body=body).body["severity"]

    rows = account.incidents(EVERYTHING)
    assert holders == [row["id"] for row in rows if row.get("severity") == changed]
    assert "Major" not in {row["severity"]["name"] for row in rows if "severity" in row}
    assert account.incident(holders[0])["severity"] == changed


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_an_unknown_one_is_a_404(call: Caller, method: str) -> None:
    body = {"name": "x", "description": ""} if method == "PUT" else None

    assert call(method, f"{PATH}/{UNKNOWN_ID}", body=body).error["code"] == "resource_not_found"
