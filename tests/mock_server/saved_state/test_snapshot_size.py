"""Snapshots that are kept for whoever asks have a budget, and don't hold the journal."""

import gc
import weakref
from typing import Any

import pytest

from incident_double.mock_server import DEFAULT_TOKEN, Double, Request
from incident_double.mock_server.control import ControlPlane
from incident_double.mock_server.control.operations import state
from incident_double.mock_server.request.problem import Problem
from incident_double.mock_server.saved_state.snapshot_size import size_of

from ...calling import Caller
from ..conftest import Account

LARGE = 200_000
LIMIT = 3 * LARGE


def keep(double: Double) -> str:
    id_: str = ControlPlane(double).call("Snapshots#Create")["snapshot"]["id"]
    return id_


def size(double: Double) -> int:
    return size_of(double.snapshots.values(), double.store.snapshot())


def test_a_snapshot_of_what_has_not_changed_takes_nothing(double: Double) -> None:
    keep(double)
    keep(double)

    assert size(double) == 0


def test_it_takes_what_has_changed_since_and_that_once(double: Double, account: Account) -> None:
    incident = account.declare(summary="x" * LARGE)["id"]
    keep(double)
    keep(double)
    account.edit(incident, summary="y" * LARGE)

    assert LARGE < size(double) < 2 * LARGE


def test_beyond_the_budget_there_is_no_room_until_one_is_deleted(
    double: Double, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(state, "BUDGET", LIMIT)
    incident = account.declare(summary="x" * LARGE)["id"]
    kept = []
    while size(double) <= LIMIT:
        kept.append(keep(double))
        account.edit(incident, summary=f"{len(kept)}" * LARGE)
    with pytest.raises(Problem) as refusal:
        keep(double)
    assert "MiB already: delete one" in refusal.value.errors[0].message
    for id_ in kept[:2]:
        ControlPlane(double).call("Snapshots#Delete", path={"id": id_})
    assert keep(double)


def ask(double: Double) -> None:
    double.answer(Request("GET", "/v1/severities", authorization=f"Bearer {DEFAULT_TOKEN}"))


def numbers(double: Double) -> list[int]:
    return [each.number for each in double.journal]


def roll_back(double: Double, id_: str) -> None:
    ControlPlane(double).call("Snapshots#Rollback", path={"id": id_})


def test_the_journal_goes_back_to_where_it_was(double: Double, call: Caller) -> None:
    empty = keep(double)
    for _ in range(3):
        ask(double)
    later = keep(double)
    ask(double)
    roll_back(double, later)
    assert (numbers(double), double.journal.count) == ([1, 2, 3], 3)
    roll_back(double, empty)
    assert (numbers(double), double.journal.count) == ([], 0)
    for _ in range(4):
        ask(double)
    roll_back(double, later)  # other exchanges have these numbers now
    assert (numbers(double), double.journal.count) == ([], 3)


def test_an_exchange_is_forgotten_though_a_snapshot_was_made_after_it(double: Double) -> None:
    ask(double)
    seen: Any = weakref.ref(next(iter(double.journal)))
    keep(double)
    double.journal.clear()
    gc.collect()

    assert seen() is None
