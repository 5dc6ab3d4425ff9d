"""Incident Statuses V1 (behaviour.md#incident-statuses)."""

from typing import Any

import pytest

from ...calling import Answer, Caller, StoppedClock
from ..conftest import EVERYTHING, UNKNOWN_ID, Account

PATH = "/v1/incident_statuses"


def create(call: Caller, name: str = "Escalated", category: str = "live", **properties: int) -> Answer:
    body = {"name": name, "description": "With the vendor", "category": category, **properties}
    return call("POST", PATH, body=body)


def update(call: Caller, id_: str, **properties: Any) -> Answer:
    return call("PUT", f"{PATH}/{id_}", body={"name": "Renamed", "description": "", **properties})


@pytest.mark.shows("default-statuses")
def test_the_default_account_has_one_of_every_category_by_rank(call: Caller) -> None:
    rows = call.get(PATH)["incident_statuses"]

    assert [(row["rank"], row["name"], row["category"]) for row in rows] == [
        (-3, "Canceled", "canceled"),
        (-2, "Merged", "merged"),
        (-1, "Declined", "declined"),
        (0, "Triage", "triage"),
        (1, "Investigating", "live"),
        (2, "Fixing", "live"),
        (3, "Monitoring", "live"),
        (4, "Documenting", "learning"),
        (5, "Reviewing", "learning"),
        (6, "Closed", "closed"),
        (7, "Paused", "paused"),
    ]


@pytest.mark.parametrize("category", ["live", "learning", "closed"])
def test_a_new_one_is_shown_and_listed(call: Caller, category: str) -> None:
    answer = create(call, category=category, rank=50)
    status = answer.body["incident_status"]

    assert answer.status == 201
    assert (status["name"], status["category"], status["rank"]) == ("Escalated", category, 50)
    assert call.get(f"{PATH}/{status['id']}") == answer.body
    assert call.get(PATH)["incident_statuses"][-1] == status


@pytest.mark.shows("statuses-categories-created")
@pytest.mark.parametrize("category", ["triage", "paused", "declined", "canceled", "merged", "open"])
def test_in_other_categories_none_can_be_made(call: Caller, category: str) -> None:
    answer = create(call, category=category)

    assert (answer.status, answer.error["source"]["field"]) == (422, "category")


@pytest.mark.shows("statuses-rank")
@pytest.mark.parametrize(("category", "rank"), [("live", 4), ("learning", 6), ("closed", 7)])
def test_without_a_rank_it_goes_to_the_end_of_its_category(call: Caller, category: str, rank: int) -> None:
    assert create(call, category=category).body["incident_status"]["rank"] == rank


@pytest.mark.shows("statuses-rank")
def test_ranks_are_unique_in_a_category_and_only_there(call: Caller, account: Account) -> None:
    for answer in (create(call, rank=2), update(call, account.status("Investigating"), rank=2)):
        assert (answer.status, answer.error["source"]["field"]) == (422, "rank")
    assert create(call, rank=6).status == 201


@pytest.mark.shows("statuses-name-unique")
@pytest.mark.parametrize("name", ["Fixing", "fixing", "FIXING"])
def test_names_are_unique_whatever_their_case(call: Caller, account: Account, name: str) -> None:
    for answer in (
        create(call, name, category="closed"),
        update(call, account.status("Investigating"), name=name),
    ):
        assert (answer.status, answer.error["source"]["field"]) == (422, "name")


def test_a_status_may_keep_its_own_name_and_rank(call: Caller, account: Account) -> None:
    assert update(call, account.status("Fixing"), name="Fixing", rank=2).status == 200


@pytest.mark.parametrize("name", ["", "  "])
def test_a_blank_name_is_a_422(call: Caller, account: Account, name: str) -> None:
    for answer in (create(call, name), update(call, account.status("Fixing"), name=name)):
        assert (answer.status, answer.error["code"]) == (422, "is_required")


@pytest.mark.shows("statuses-rank", "put-200")
def test_an_update_replaces_the_texts_and_keeps_the_rank_unless_it_names_one(
    call: Caller, account: Account, clock: StoppedClock
) -> None:
    id_ = account.status("Fixing")
    before = call.get(f"{PATH}/{id_}")["incident_status"]
    clock.advance(hours=1)

    assert update(call, id_).body["incident_status"] == {
        **before,
        "name": "Renamed",
        "description": "",
        "updated_at": "2026-06-01T10:00:00Z",
    }
    assert update(call, id_, rank=70).body["incident_status"]["rank"] == 70


@pytest.mark.shows("statuses-category-fixed")
def test_a_category_is_for_ever(call: Caller, account: Account) -> None:
    status = update(call, account.status("Fixing"), category="closed").body["incident_status"]

    assert (status["name"], status["category"]) == ("Renamed", "live")


@pytest.mark.shows("statuses-fixed")
@pytest.mark.parametrize("name", ["Triage", "Paused", "Declined", "Canceled", "Merged"])
def test_the_fixed_ones_can_be_neither_changed_nor_deleted(call: Caller, account: Account, name: str) -> None:
    id_ = account.status(name)
    for answer in (update(call, id_), call("DELETE", f"{PATH}/{id_}")):
        assert (answer.status, answer.error["source"]["pointer"]) == (422, "id")
    assert account.status(name) == id_


@pytest.mark.shows("delete-202")
def test_a_deleted_one_is_gone(call: Caller) -> None:
    id_ = create(call).body["incident_status"]["id"]

    assert call("DELETE", f"{PATH}/{id_}").status == 202
    assert id_ not in [row["id"] for row in call.get(PATH)["incident_statuses"]]
    assert call("GET", f"{PATH}/{id_}").status == 404


def test_one_that_an_incident_has_can_not_be_deleted(call: Caller, account: Account) -> None:
    id_ = create(call, category="closed").body["incident_status"]["id"]
    account.declare(incident_status_id=id_)
    refused = call("DELETE", f"{PATH}/{id_}")

    assert (refused.status, refused.error["code"]) == (422, "in_use")


def test_the_last_of_a_category_can_not_be_deleted(call: Caller, account: Account) -> None:
    learning = ["Documenting", "Reviewing"]
    for row in account.incidents({**EVERYTHING, "status_category[one_of]": "learning"}):
        account.edit(row["id"], incident_status_id=account.status("Closed"))

    statuses = [call("DELETE", f"{PATH}/{account.status(name)}").status for name in learning]

    assert statuses == [202, 422]
    assert create(call, category="learning").status == 201


def test_a_change_is_seen_at_once_in_every_incident_that_has_it(call: Caller, account: Account) -> None:
    closed = account.status("Closed")
    holders = [row["id"] for row in account.incidents(EVERYTHING) if row["incident_status"]["id"] == closed]
    changed = update(call, closed, name="Done").body["incident_status"]

    rows = account.incidents(EVERYTHING)
    assert holders == [row["id"] for row in rows if row["incident_status"] == changed]
    assert account.incident(holders[-1])["incident_status"]["name"] == "Done"


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_an_unknown_one_is_a_404(call: Caller, method: str) -> None:
    body = {"name": "x", "description": ""} if method == "PUT" else None

    assert call(method, f"{PATH}/{UNKNOWN_ID}", body=body).error["code"] == "resource_not_found"
