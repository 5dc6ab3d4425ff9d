"""Several accounts on one server: each its own, found by its key, opened and ended."""

import gc
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from incident_double.fixtures import Dataset
from incident_double.mock_server import DEFAULT_TOKEN, Clock, Double, Request
from incident_double.mock_server.accounts import FIRST, Accounts
from incident_double.openapi import Document

LIST = "/v2/incidents"
BODY = b'{"idempotency_key": "once", "visibility": "public", "name": "Only here"}'


class Ticking:
    """A monotonic clock that moves when it is set."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock("2026-06-01T09:00:00Z")


@pytest.fixture
def ticking() -> Ticking:
    return Ticking()


@pytest.fixture
def first(document: Document, dataset: Dataset, clock: Clock) -> Double:
    return Double(document, dataset, clock=clock)


@pytest.fixture
def accounts(first: Double, ticking: Ticking) -> Iterator[Accounts]:
    accounts = Accounts(first, idle=60, now=ticking)
    yield accounts
    accounts.close()


def ask(accounts: Accounts, key: str, path: str = LIST, method: str = "GET", body: bytes = b"") -> Any:
    return accounts.answer(Request(method, path, body=body, authorization=f"Bearer {key}"))


def declare(accounts: Accounts, key: str) -> None:
    assert ask(accounts, key, method="POST", body=BODY).status == 200


def total(accounts: Accounts, key: str) -> int:
    meta = ask(accounts, key).json()["pagination_meta"]
    return int(meta["total_record_count"])


def test_an_account_begins_as_the_first_one_began(accounts: Accounts) -> None:
    before = ask(accounts, DEFAULT_TOKEN).body
    declare(accounts, DEFAULT_TOKEN)

    assert ask(accounts, accounts.open("other").double.api_key).body == before


def test_what_one_account_changes_no_other_sees(accounts: Accounts) -> None:
    one, two = (accounts.open().double.api_key for _ in range(2))
    before = total(accounts, two)

    declare(accounts, one)

    assert [total(accounts, key) for key in (one, two, DEFAULT_TOKEN)] == [before + 1, before, before]


def test_an_account_that_writes_makes_the_same_of_the_same_requests_as_one_alone(accounts: Accounts) -> None:
    for _ in range(2):
        accounts.open().double.clock.freeze("2026-06-01T10:00:00Z")
    one, two = (each.double.api_key for each in [*accounts][1:])

    answers = [ask(accounts, key, method="POST", body=BODY).json()["incident"] for key in (one, two)]

    for each in answers:
        del each["creator"]  # the key itself
    assert answers[0] == answers[1]


def test_a_request_without_a_valid_key_is_refused_in_the_first_accounts_journal(accounts: Accounts) -> None:
    other = accounts.open()

    assert ask(accounts, "inc_nobody").status == 401
    assert accounts.answer(Request("GET", LIST)).status == 401
    assert [each.status for each in accounts.first.journal] == [401, 401]
    assert len(other.double.journal) == 0


def test_the_key_of_an_account_that_has_ended_is_not_known(accounts: Accounts) -> None:
    entry = accounts.open("short")

    accounts.end("short")

    assert ask(accounts, entry.double.api_key).status == 401
    assert [each.name for each in accounts] == [FIRST]


def test_the_first_account_stays(accounts: Accounts) -> None:
    with pytest.raises(ValueError, match="the first account stays"):
        accounts.end(FIRST)


def test_an_account_ends_when_nobody_has_used_it_for_a_while(accounts: Accounts, ticking: Ticking) -> None:
    used, unused = accounts.open("used").double, accounts.open("unused").double
    ticking.seconds = 50
    assert ask(accounts, used.api_key).status == 200
    ticking.seconds = 61

    assert ask(accounts, unused.api_key).status == 401
    assert ask(accounts, used.api_key).status == 200
    assert [each.name for each in accounts] == [FIRST, "used"]


def test_whoever_speaks_of_an_account_uses_it(accounts: Accounts, ticking: Ticking) -> None:
    accounts.open("spoken-of")
    ticking.seconds = 50
    accounts.named("spoken-of")
    ticking.seconds = 100

    assert [each.name for each in accounts] == [FIRST, "spoken-of"]


@pytest.mark.parametrize("name", ["", "with space", "-first", "a" * 65, "a/b", "ä"])
def test_a_name_that_is_none_is_refused(accounts: Accounts, name: str) -> None:
    with pytest.raises(ValueError, match="a name has up to 64"):
        accounts.open(name)


def test_no_two_accounts_have_the_same_name(accounts: Accounts) -> None:
    accounts.open("twice")

    with pytest.raises(ValueError, match="there is an account twice already"):
        accounts.open("twice")


def test_a_name_is_made_up_that_is_free(accounts: Accounts) -> None:
    accounts.open("account-2")

    assert accounts.open().name == "account-3"


def test_each_new_key_opens_an_account_where_that_is_wanted(first: Double) -> None:
    accounts = Accounts(first, per_key=True)
    before = total(accounts, DEFAULT_TOKEN)

    declare(accounts, "suite-1")

    assert [total(accounts, key) for key in ("suite-1", "suite-2", DEFAULT_TOKEN)] == [
        before + 1,
        before,
        before,
    ]
    assert len([*accounts]) == 3
    assert not any("suite" in each.name for each in accounts)


@pytest.mark.parametrize("key", ["k" * 201, "\u00e9", " "])
def test_what_can_be_no_key_opens_no_account(first: Double, key: str) -> None:
    accounts = Accounts(first, per_key=True)

    assert ask(accounts, key).status == 401
    assert len([*accounts]) == 1


def test_a_new_key_opens_one_account_however_many_ask_with_it_at_once(first: Double) -> None:
    accounts = Accounts(first, per_key=True)
    barrier = threading.Barrier(8)

    def work() -> None:
        barrier.wait()
        ask(accounts, "shared")

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len([*accounts]) == 2
    assert sum(len(each.double.journal) for each in accounts) == 8


def test_an_account_goes_on_from_a_snapshot_of_another(accounts: Accounts) -> None:
    one = accounts.open("one").double
    declare(accounts, one.api_key)
    snapshot = one.snapshot()
    declare_more = ask(accounts, one.api_key, method="POST", body=BODY.replace(b"once", b"twice"))
    assert declare_more.status == 200

    two = accounts.open("two", at=snapshot).double

    assert total(accounts, two.api_key) == total(accounts, one.api_key) - 1


def rename(double: Double, name: str) -> None:
    """Rename every severity, so that all incidents are rendered anew."""
    for row in [*double.store.all("severities")]:
        body = b'{"name": "%s", "description": "x"}' % name.encode()
        path = f"/v1/severities/{row['id']}"
        reply = double.answer(Request("PUT", path, body=body, authorization=f"Bearer {double.api_key}"))
        assert reply.status == 200, reply.body


def names(double: Double) -> set[str]:
    reply = double.answer(Request("GET", LIST, "page_size=250", authorization=f"Bearer {double.api_key}"))
    rows = reply.json()["incidents"]
    return {row["severity"]["name"] for row in rows if "severity" in row}


@pytest.mark.parametrize("read_first", [False, True])
def test_what_is_rendered_for_one_account_never_reaches_another(accounts: Accounts, read_first: bool) -> None:
    one, two = accounts.open().double, accounts.open().double
    before = names(accounts.first) if read_first else None
    rename(one, "One")
    rename(two, "Two")
    three = accounts.open(at=one.snapshot()).double
    rename(three, "Three")

    assert [names(each) for each in (three, one, two)] == [{"Three"}, {"One"}, {"Two"}]
    one.reset()
    assert names(one) == names(accounts.first)
    assert before is None or names(accounts.first) == before


def test_opening_an_account_copies_nothing_of_the_state(accounts: Accounts) -> None:
    opened = [accounts.open().double for _ in range(3)]

    rows = accounts.first.store.rows()
    for each in opened:
        theirs = each.store.rows()
        assert theirs.keys() == rows.keys()
        assert all(row is theirs[name][id_] for name, held in rows.items() for id_, row in held.items())
        assert each.start.store.incidents.rendered is accounts.first.start.store.incidents.rendered


def test_an_account_that_has_ended_is_forgotten(accounts: Accounts, count_of: Callable[[], int]) -> None:
    before = count_of()
    for number in range(5):
        entry = accounts.open()
        declare(accounts, entry.double.api_key)
        if number % 2:
            accounts.named(entry.name)
    assert count_of() == before + 5
    for entry in [*accounts][1:]:
        accounts.end(entry.name)
    del entry

    assert count_of() == before


@pytest.fixture
def count_of() -> Callable[[], int]:
    """How many doubles there are in memory."""

    def count() -> int:
        gc.collect()
        return sum(type(each) is Double for each in gc.get_objects())

    return count
