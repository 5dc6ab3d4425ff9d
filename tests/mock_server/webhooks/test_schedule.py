"""What failed comes again by the vendor's schedule on the double's clock, is given up, or sent again on demand."""

import logging
from contextlib import closing
from datetime import timedelta

import pytest
from standardwebhooks import Webhook

from incident_double.fixtures import Dataset
from incident_double.mock_server import Clock, Double
from incident_double.mock_server.webhooks.webhooks import Webhooks
from incident_double.openapi import Document

from ...calling import Caller
from ...contract_tests.receivers import SECRET, receiving
from ..conftest import Account
from .receivers import SCHEDULE, Inbox, only, statuses


def test_what_fails_comes_again_after_five_seconds_and_not_before(
    webhooks: Webhooks, account: Account, clock: Clock
) -> None:
    inbox, start = Inbox(500), clock.now()
    with receiving(inbox) as url:
        webhooks.add(url, secret=SECRET)
        account.declare()
        assert webhooks.settled()
        assert only(webhooks).state == "pending"
        assert only(webhooks).next_attempt_at == start + timedelta(seconds=5)
        clock.advance(seconds=4.9)
        assert webhooks.settled()
        assert len(inbox.got) == 1
        clock.advance(seconds=0.1)
        assert webhooks.settled()

    (first, body), (second, same_body) = inbox.got
    assert (second["webhook-id"], same_body) == (first["webhook-id"], body)
    assert Webhook(SECRET).verify(body, dict(first)) == Webhook(SECRET).verify(body, dict(second))
    assert (only(webhooks).state, statuses(only(webhooks))) == ("delivered", [500, 200])


@pytest.mark.shows("webhook-retries", "webhook-schedule")
def test_it_is_tried_eight_times_by_the_schedule_and_then_given_up(
    webhooks: Webhooks, account: Account, clock: Clock
) -> None:
    inbox, start = Inbox(*[503] * 9), clock.now()
    with receiving(inbox) as url:
        webhooks.add(url)
        account.declare()
        assert webhooks.settled()
        for number, delay in enumerate(SCHEDULE, start=1):
            clock.advance(seconds=delay.total_seconds() - 1)
            assert webhooks.settled()
            assert len(inbox.got) == number
            clock.advance(seconds=1)
            assert webhooks.settled()
            assert len(inbox.got) == number + 1
        assert (only(webhooks).state, only(webhooks).next_attempt_at) == ("failed", None)
        clock.advance(days=2)
        assert webhooks.settled()

    assert len(inbox.got) == 8
    moments = [attempt.at - start for attempt in only(webhooks).attempts]
    assert moments == [sum(SCHEDULE[:number], timedelta()) for number in range(8)]
    assert len(set(inbox.ids())) == 1


def test_with_a_running_clock_real_time_brings_what_is_due(
    document: Document, dataset: Dataset, clock: Clock
) -> None:
    clock.resume()
    double = Double(document, dataset, clock=clock, rate_limit=0)
    inbox = Inbox(500)
    with closing(Webhooks(double.store)) as webhooks, receiving(inbox) as url:
        webhooks.add(url)
        Account(Caller(double)).declare()
        assert inbox.has(1)
        assert webhooks.settled()
        clock.advance(seconds=4.7)
        assert inbox.has(2)
        assert webhooks.settled()

        first, second = only(webhooks).attempts
        assert timedelta(seconds=5) <= second.at - first.at < timedelta(seconds=20)


def test_while_the_clock_stands_still_nothing_is_waited_for(
    webhooks: Webhooks, account: Account, clock: Clock
) -> None:
    """Else the thread would ask over and over, for an attempt that is due in a moment which doesn't come."""
    with receiving(Inbox(500)) as url:
        webhooks.add(url)
        account.declare()
        assert webhooks.settled()

    assert webhooks._take_due() == ([], None)
    clock.resume()
    assert 0 < (webhooks._take_due()[1] or 0) <= 5


def test_a_clock_that_is_set_back_keeps_what_is_pending_waiting(
    webhooks: Webhooks, account: Account, clock: Clock
) -> None:
    inbox, start = Inbox(500), clock.now()
    with receiving(inbox) as url:
        webhooks.add(url)
        account.declare()
        assert webhooks.settled()
        clock.set(start - timedelta(days=1))
        clock.advance(seconds=5)
        assert webhooks.settled()
        assert len(inbox.got) == 1
        clock.set(start + timedelta(seconds=5))
        assert webhooks.settled()
        assert len(inbox.got) == 2


@pytest.mark.shows("webhook-disabled")
def test_an_endpoint_that_fails_for_five_days_is_disabled_until_it_is_enabled(
    webhooks: Webhooks, account: Account, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    inbox = Inbox(500, 500, 500, 500)
    with receiving(inbox) as url:
        endpoint = webhooks.add(url)
        account.declare()
        assert webhooks.settled()
        clock.advance(days=5, seconds=-1)
        assert webhooks.settled()
        assert webhooks.endpoints()[0].enabled
        with caplog.at_level(logging.WARNING, "incident_double"):
            clock.advance(seconds=301)
            assert webhooks.settled()
        assert f"webhooks to {url} are disabled" in caplog.text
        assert [each.enabled for each in webhooks.endpoints()] == [False]
        assert only(webhooks).state == "failed"

        account.declare()
        clock.advance(days=1)
        assert webhooks.settled()
        assert len(inbox.got) == 3
        with pytest.raises(ValueError, match="no endpoint takes the message"):
            webhooks.redeliver(only(webhooks).key.message)

        webhooks.enable(endpoint.id)
        account.declare()
        assert webhooks.settled()
        assert len(inbox.got) == 4
        assert [each.state for each in webhooks.deliveries()] == ["failed", "pending"]
        assert webhooks.endpoints()[0].enabled


def test_one_success_starts_the_five_days_over(webhooks: Webhooks, account: Account, clock: Clock) -> None:
    inbox = Inbox(500, 200, 500)
    with receiving(inbox) as url:
        webhooks.add(url)
        account.declare()
        assert webhooks.settled()
        clock.advance(days=3)
        assert webhooks.settled()
        clock.advance(days=3)
        account.declare()
        assert webhooks.settled()

    assert statuses(webhooks.deliveries()[1]) == [500]
    assert webhooks.endpoints()[0].enabled


def test_a_message_can_be_sent_again_under_its_own_id(
    webhooks: Webhooks, account: Account, clock: Clock
) -> None:
    inbox = Inbox()
    with receiving(inbox) as url:
        endpoint = webhooks.add(url)
        account.declare()
        assert webhooks.settled()
        (again,) = webhooks.redeliver(only(webhooks).key.message, endpoint=endpoint.id)
        assert again.state == "pending"
        assert webhooks.settled()

    (first, body), (second, same_body) = inbox.got
    assert (first["webhook-id"], body) == (second["webhook-id"], same_body)
    assert statuses(only(webhooks)) == [200, 200]


def test_what_was_given_up_can_be_sent_again_by_the_schedule(
    webhooks: Webhooks, account: Account, clock: Clock
) -> None:
    inbox = Inbox(*[500] * 9)
    with receiving(inbox) as url:
        webhooks.add(url)
        account.declare()
        for delay in [timedelta(), *SCHEDULE]:
            clock.advance(seconds=delay.total_seconds())
            assert webhooks.settled()
        assert only(webhooks).state == "failed"
        webhooks.redeliver(only(webhooks).key.message)
        assert webhooks.settled()
        assert only(webhooks).state == "pending"
        clock.advance(seconds=5)
        assert webhooks.settled()

    assert only(webhooks).state == "delivered"
    assert len(inbox.got) == 10


def test_what_is_not_there_can_not_be_sent_again(webhooks: Webhooks, account: Account) -> None:
    inbox = Inbox()
    with receiving(inbox) as url:
        endpoint = webhooks.add(url)
        account.declare()
        assert webhooks.settled()
    message = only(webhooks).key.message
    with pytest.raises(ValueError, match="no such message: msg_0"):
        webhooks.redeliver("msg_0")
    with pytest.raises(ValueError, match="no endpoint takes the message"):
        webhooks.redeliver(message, endpoint="ep_0")
    webhooks.remove(endpoint.id)
    with pytest.raises(ValueError, match="no endpoint takes the message"):
        webhooks.redeliver(message)
