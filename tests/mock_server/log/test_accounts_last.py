"""Accounts beside the first one are there again, with their keys and states, and ended ones are not."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from incident_double.fixtures import realistic
from incident_double.mock_server import Double, Request
from incident_double.mock_server.accounts import Accounts
from incident_double.mock_server.saved_state.state import exported
from incident_double.openapi import bundled

from ...calling import Caller, StoppedClock
from .crashes import Lasting

DATASET = realistic(incidents=4)


@pytest.fixture
def lasting(tmp_path: Path) -> Iterator[Lasting]:
    lasting = Lasting(tmp_path, lambda: Double(bundled(), DATASET, clock=StoppedClock(), rate_limit=0))
    yield lasting
    lasting.close()


def resumed(lasting: Lasting, before: Accounts) -> Accounts:
    before.suspend()
    return Accounts(lasting.die(), kept_in=lasting.log)


def rename(double: Double, name: str) -> None:
    body = {"name": name, "description": "Other", "rank": 7}
    answer = Caller(double)("PUT", f"/v1/severities/{severity(double)}", body=body, key=double.api_key)
    assert answer.status == 200


def severity(double: Double) -> str:
    id_: str = next(iter(double.store.all("severities")))["id"]
    return id_


def test_an_account_goes_on_under_its_key(lasting: Lasting) -> None:
    accounts = Accounts(lasting.double, kept_in=lasting.log)
    one, two = accounts.open("one").double, accounts.open("two").double
    rename(one, "One")
    states = [exported(each.double) for each in accounts]
    accounts.end("two")
    accounts = resumed(lasting, accounts)

    assert [each.name for each in accounts] == ["default", "one"]
    assert [exported(each.double) for each in accounts] == states[:2]
    assert accounts.named("one").keys.keys() == one.keys.keys()
    path = f"/v1/severities/{severity(one)}"
    reply = accounts.answer(Request("GET", path, authorization=f"Bearer {one.api_key}"))
    assert reply.json()["severity"]["name"] == "One"
    assert accounts.answer(Request("GET", path, authorization=f"Bearer {two.api_key}")).status == 401


def test_an_account_can_be_reset_to_how_it_began(lasting: Lasting) -> None:
    accounts = Accounts(lasting.double, kept_in=lasting.log)
    began = exported(accounts.open("one").double)
    rename(lasting.double, "First")
    snapshot = lasting.double.snapshot()
    later = exported(accounts.open("later", at=snapshot).double)
    for name in ("one", "later"):
        rename(accounts.named(name), "Renamed")
    accounts = resumed(lasting, accounts)
    for name in ("one", "later"):
        accounts.named(name).reset()

    assert exported(accounts.named("one")) == began
    assert exported(accounts.named("later")) == later


def test_a_name_that_is_free_again_leads_to_nothing_old(lasting: Lasting) -> None:
    accounts = Accounts(lasting.double, kept_in=lasting.log)
    rename(accounts.open("one").double, "Old")
    accounts.end("one")
    state = exported(accounts.open("one").double)
    accounts = resumed(lasting, accounts)

    assert exported(accounts.named("one")) == state


def test_what_one_account_changes_is_no_matter_of_another(lasting: Lasting) -> None:
    accounts = Accounts(lasting.double, kept_in=lasting.log, per_key=True)
    for key in ("a", "b"):
        request = Request("GET", "/v1/severities", authorization=f"Bearer {key}")
        assert accounts.answer(request).status == 200
    names = [each.name for each in accounts]
    rename(accounts.named(names[1]), "Of a")
    states = [exported(each.double) for each in accounts]
    accounts = resumed(lasting, accounts)

    assert [exported(each.double) for each in accounts] == states
