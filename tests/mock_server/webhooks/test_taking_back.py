"""Endpoints that go, and snapshots that come back: nothing is sent that is to be forgotten, nothing stays behind."""

import threading
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from incident_double.mock_server import Clock, Double
from incident_double.mock_server.webhooks.webhooks import Webhooks

from ...contract_tests.receivers import receiving
from ..conftest import Account
from .receivers import UPDATED, Inbox, hanging, only, read_to_the_end, statuses


def descriptors() -> int:
    """Of files and sockets that this process holds; 0 where that can't be reported."""
    folder = Path("/proc/self/fd")
    return len(list(folder.iterdir())) if folder.exists() else 0


def test_nothing_goes_to_an_endpoint_that_was_taken_away(
    webhooks: Webhooks, account: Account, clock: Clock
) -> None:
    inbox, other = Inbox(500), Inbox()
    with receiving(inbox) as url, receiving(other) as staying:
        endpoint = webhooks.add(url)
        webhooks.add(staying)
        account.declare()
        assert webhooks.settled()
        webhooks.remove(endpoint.id)
        clock.advance(days=1)
        account.declare()
        assert webhooks.settled()

    assert (len(inbox.got), len(other.got)) == (1, 2)
    assert [each.state for each in webhooks.deliveries()] == ["failed", "delivered", "delivered"]
    for act in (webhooks.remove, webhooks.enable):
        with pytest.raises(ValueError, match=f"no such endpoint: {endpoint.id}"):
            act(endpoint.id)


def test_what_was_under_way_to_an_endpoint_that_was_taken_away_is_not_tried_again(
    webhooks: Webhooks, account: Account
) -> None:
    with hanging() as (url, accept):
        endpoint = webhooks.add(url)
        webhooks.add(url, event_types=[UPDATED])
        account.declare()
        with accept():
            webhooks.remove(endpoint.id)
        assert webhooks.settled()

    assert (only(webhooks).state, only(webhooks).next_attempt_at) == ("failed", None)
    assert statuses(only(webhooks)) == [None]


def test_after_a_restore_nothing_comes_of_what_was_not_in_the_snapshot(
    webhooks: Webhooks, account: Account, clock: Clock
) -> None:
    inbox = Inbox(500)
    with receiving(inbox) as url, hanging() as (slow, accept):
        webhooks.add(url)
        before = webhooks.snapshot()
        webhooks.add(slow)
        account.declare()
        with accept() as under_way:
            assert inbox.has(1)
            webhooks.restore(before)
            assert read_to_the_end(under_way), "what is under way is broken off"
        clock.advance(days=1)
        assert webhooks.settled()
        assert webhooks.deliveries() == []
        assert [each.url for each in webhooks.endpoints()] == [url]
        assert len(inbox.got) == 1

        account.declare()
        assert webhooks.settled()
        assert len(set(inbox.ids())) == len(inbox.got) == 2


def test_what_a_snapshot_has_pending_is_sent_after_the_restore(
    webhooks: Webhooks, account: Account, clock: Clock
) -> None:
    inbox = Inbox(500)
    with receiving(inbox) as url:
        webhooks.add(url)
        account.declare()
        assert webhooks.settled()
        before, moment = webhooks.snapshot(), clock.now()
        clock.advance(seconds=5)
        assert webhooks.settled()
        assert only(webhooks).state == "delivered"

        clock.set(moment)
        webhooks.restore(before)
        assert webhooks.settled()
        assert (only(webhooks).state, len(inbox.got)) == ("pending", 2)
        clock.advance(seconds=5)
        assert webhooks.settled()

    assert (only(webhooks).state, len(inbox.got)) == ("delivered", 3)


def test_a_rollback_that_moves_the_clock_on_makes_nothing_due_that_it_forgets(
    double: Double, account: Account, clock: Clock
) -> None:
    inbox, arrived = Inbox(500), threading.Event()

    def receive(headers: Mapping[str, str], body: bytes) -> int:
        if inbox.got:
            arrived.set()
        return inbox(headers, body)

    def leave_time_to_send() -> None:
        arrived.wait(0.3)

    with receiving(receive) as url:
        double.webhooks.add(url)
        later = double.snapshot()
        clock.set(clock.now() - timedelta(days=1))
        account.declare()
        assert double.webhooks.settled()
        clock.watch(leave_time_to_send)
        double.rollback(later)
        double.webhooks.close()

    assert len(inbox.got) == 1


def test_a_restore_to_no_endpoint_ends_the_thread_and_a_hundred_rounds_leave_nothing_behind(
    webhooks: Webhooks, account: Account, threads: Callable[[], int]
) -> None:
    before, held = webhooks.snapshot(), []
    with receiving(Inbox()) as url:
        for _ in range(100):
            webhooks.add(url)
            account.declare()
            assert webhooks.settled()
            assert threads() == 1
            webhooks.restore(before)
            assert threads() == 0
            assert (webhooks.endpoints(), webhooks.deliveries()) == ([], [])
            held.append(descriptors())

    assert held[-1] < held[0] + 10


def test_a_thread_lives_only_while_there_is_an_endpoint_and_the_store_is_not_watched_without(
    double: Double, clock: Clock, threads: Callable[[], int]
) -> None:
    webhooks = Webhooks(double.store)
    assert (threads(), len(double.store.watchers), len(clock.watchers)) == (0, 0, 0)
    first, second = (webhooks.add(f"http://127.0.0.1:1/{name}") for name in "ab")
    assert (threads(), len(double.store.watchers), len(clock.watchers)) == (1, 1, 1)
    webhooks.remove(first.id)
    assert threads() == 1
    webhooks.remove(second.id)
    assert (threads(), len(double.store.watchers), len(clock.watchers)) == (0, 0, 0)
    webhooks.close()
    webhooks.add("http://127.0.0.1:1/")
    webhooks.close()
    webhooks.close()
    assert (threads(), webhooks.endpoints()) == (0, [])


def test_closing_waits_for_no_receiver(
    webhooks: Webhooks, account: Account, threads: Callable[[], int]
) -> None:
    with hanging() as (url, accept):
        webhooks.add(url)
        account.declare()
        with accept():
            webhooks.close()
    assert threads() == 0
    assert only(webhooks).state == "failed"
    assert webhooks.settled(0)
