"""Deliveries to real receivers: signed, in order, tried again on the double's clock, given up, and taken back."""

import json
import logging
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from incident_double.fixtures import Dataset
from incident_double.mock_server import Clock, Double, webhook_sending
from incident_double.mock_server.webhook_deliveries import Delivery
from incident_double.mock_server.webhooks import Webhooks
from incident_double.openapi import Document

from ..calling import Caller
from ..contract_tests.receivers import SECRET, receiving
from .conftest import Account

THREAD = "incident-double webhooks"
CREATED, UPDATED = "public_incident.incident_created_v2", "public_incident.incident_updated_v2"
SCHEDULE = [
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=10),
]


class Inbox:
    """Takes every event, once it has given the answers it was told to give."""

    def __init__(self, *statuses: int) -> None:
        self._statuses = list(statuses)
        self._arrived = threading.Condition()
        self.got: list[tuple[Mapping[str, str], bytes]] = []

    def __call__(self, headers: Mapping[str, str], body: bytes) -> int:
        with self._arrived:
            self.got.append((headers, body))
            self._arrived.notify_all()
            return self._statuses.pop(0) if self._statuses else 200

    def has(self, count: int) -> bool:
        """Wait until so many have come."""
        with self._arrived:
            return self._arrived.wait_for(lambda: len(self.got) >= count, timeout=20)

    def events(self) -> list[Any]:
        return [json.loads(body) for _, body in self.got]

    def types(self) -> list[str]:
        return [event["event_type"] for event in self.events()]

    def ids(self) -> list[str]:
        return [headers["webhook-id"] for headers, _ in self.got]


@pytest.fixture
def clock() -> Clock:
    """One that stands at the present: the published library compares with its own."""
    clock = Clock()
    clock.freeze()
    return clock


@pytest.fixture
def double(document: Document, dataset: Dataset, clock: Clock) -> Double:
    return Double(document, dataset, clock=clock, rate_limit=0)


@pytest.fixture
def webhooks(double: Double) -> Iterator[Webhooks]:
    with closing(Webhooks(double.store)) as webhooks:
        yield webhooks


@contextmanager
def hanging() -> Iterator[tuple[str, Callable[[], socket.socket]]]:
    """A receiver that takes connections and never answers: its URL, and what waits for the next connection."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(20)

        def accept() -> socket.socket:
            connection, _ = server.accept()
            connection.settimeout(20)
            return connection

        yield f"http://127.0.0.1:{server.getsockname()[1]}/", accept


def read_to_the_end(connection: socket.socket) -> bytes:
    """All that comes before the other side hangs up."""
    return b"".join(iter(lambda: connection.recv(65536), b""))


@pytest.fixture
def threads() -> Callable[[], int]:
    """How many threads deliver webhooks, beside those that others have left."""

    def count() -> int:
        return sum(thread.name == THREAD for thread in threading.enumerate())

    before = count()
    return lambda: count() - before


def descriptors() -> int:
    """Of files and sockets that this process holds; 0 where that can't be told."""
    folder = Path("/proc/self/fd")
    return len(list(folder.iterdir())) if folder.exists() else 0


def only(webhooks: Webhooks) -> Delivery:
    (delivery,) = webhooks.deliveries()
    return delivery


def statuses(delivery: Delivery) -> list[int | None]:
    return [attempt.status for attempt in delivery.attempts]


def test_every_event_of_a_busy_hour_verifies_with_the_published_library(
    webhooks: Webhooks, account: Account, call: Caller
) -> None:
    inbox = Inbox()
    with receiving(inbox) as url:
        secret = webhooks.add(url).secret
        id_ = account.declare_live()["id"]
        account.edit(id_, incident_status_id=account.status("Fixing"))
        call("POST", "/v3/actions", body={"incident_id": id_, "description": "Call the pilot"})
        call("POST", "/v3/follow_ups", body={"incident_id": id_, "title": "Test the gates"})
        assert webhooks.settled()

    assert inbox.types() == [
        CREATED,
        UPDATED,
        "public_incident.incident_status_updated_v2",
        "public_incident.action_created_v1",
        "public_incident.follow_up_created_v1",
        "public_incident.follow_up_created_v2",
    ]
    assert len(set(inbox.ids())) == 6
    for headers, body in inbox.got:
        event = Webhook(secret).verify(body, dict(headers))
        assert set(event) == {"event_type", event["event_type"]}
        assert headers["content-type"] == "application/json"
        assert headers["webhook-id"].startswith("msg_")
        with pytest.raises(WebhookVerificationError):
            Webhook(SECRET).verify(body, dict(headers))


def test_a_secret_of_ones_own_signs(webhooks: Webhooks, account: Account) -> None:
    inbox = Inbox()
    with receiving(inbox) as url:
        webhooks.add(url, secret=SECRET)
        account.declare()
        assert webhooks.settled()

    ((headers, body),) = inbox.got
    assert Webhook(SECRET).verify(body, dict(headers))["event_type"] == CREATED


def test_of_a_private_incident_only_the_id_is_sent(webhooks: Webhooks, account: Account) -> None:
    inbox = Inbox()
    with receiving(inbox) as url:
        webhooks.add(url)
        id_ = account.declare(name="Theft at the counter", visibility="private")["id"]
        assert webhooks.settled()

    type_ = "private_incident.incident_created_v2"
    assert inbox.events() == [{"event_type": type_, type_: {"id": id_}}]


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


@pytest.mark.parametrize("status", [301, 302, 307, 400, 404, 500])
def test_a_redirect_is_not_followed_and_counts_as_a_failure_like_any_other(
    webhooks: Webhooks, account: Account, status: int
) -> None:
    elsewhere, inbox = Inbox(), Inbox(status)
    with receiving(elsewhere) as other, receiving(inbox, {"location": other}) as url:
        webhooks.add(url)
        account.declare()
        assert webhooks.settled()

    assert (only(webhooks).state, statuses(only(webhooks))) == ("pending", [status])
    assert elsewhere.got == []


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_any_2xx_will_do(webhooks: Webhooks, account: Account, status: int) -> None:
    with receiving(Inbox(status)) as url:
        webhooks.add(url)
        account.declare()
        assert webhooks.settled()

    assert (only(webhooks).state, statuses(only(webhooks))) == ("delivered", [status])


def test_nobody_there_is_a_failure_that_is_told(webhooks: Webhooks, account: Account) -> None:
    with receiving(Inbox()) as url:
        gone = url
    webhooks.add(gone)
    account.declare()
    assert webhooks.settled()

    (attempt,) = only(webhooks).as_json()["attempts"]
    assert set(attempt) == {"at", "error"}
    assert attempt["error"].startswith("ConnectError")
    assert only(webhooks).state == "pending"


def test_who_breaks_off_has_failed(webhooks: Webhooks, account: Account) -> None:
    with hanging() as (url, accept):
        webhooks.add(url)
        account.declare()
        accept().close()
        assert webhooks.settled()

    (attempt,) = only(webhooks).attempts
    assert attempt.error is not None
    assert attempt.status is None


def test_who_never_answers_has_failed_in_the_end(
    webhooks: Webhooks, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert webhook_sending.SECONDS_TO_ANSWER == 15
    monkeypatch.setattr(webhook_sending, "SECONDS_TO_ANSWER", 0.2)
    with hanging() as (url, accept):
        webhooks.add(url)
        account.declare()
        with accept():
            assert webhooks.settled()

    (attempt,) = only(webhooks).attempts
    assert str(attempt.error).startswith("no answer within")


def test_an_answer_drop_by_drop_is_cut_off_in_the_end(
    webhooks: Webhooks, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every drop comes in time, the whole does not."""
    monkeypatch.setattr(webhook_sending, "SECONDS_TO_ANSWER", 0.5)
    with hanging() as (url, accept):
        webhooks.add(url)
        account.declare()
        with accept() as connection:
            connection.settimeout(0.05)
            connection.sendall(b"HTTP/1.1 200 OK\r\n")
            for _ in range(100):
                if webhooks.settled(0.05):
                    break
                connection.sendall(b"X-Drop: 1\r\n")

    assert [each.status for each in only(webhooks).attempts] == [None]


def test_an_endless_answer_is_not_read_to_the_end(webhooks: Webhooks, account: Account) -> None:
    with hanging() as (url, accept):
        webhooks.add(url)
        account.declare()
        with accept() as connection:
            connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            with pytest.raises(OSError, match=r"reset|Broken pipe"):
                connection.sendall(b"x" * (1 << 28))
        assert webhooks.settled()

    assert only(webhooks).state == "delivered"


def test_first_attempts_keep_the_order_and_failures_hold_up_nobody(
    webhooks: Webhooks, account: Account, clock: Clock
) -> None:
    inbox = Inbox(500)
    with receiving(inbox) as url:
        webhooks.add(url)
        names = [account.declare(name=f"Incident {number}")["name"] for number in range(5)]
        assert webhooks.settled()
        clock.advance(seconds=5)
        assert webhooks.settled()

    assert [event[CREATED]["name"] for event in inbox.events()] == [*names, names[0]]


def test_an_endpoint_that_hangs_holds_up_no_other_and_no_request(
    webhooks: Webhooks, account: Account
) -> None:
    inbox = Inbox()
    with hanging() as (slow, accept), receiving(inbox) as url:
        webhooks.add(slow)
        webhooks.add(url)
        account.declare()
        with accept():
            account.declare()
            assert inbox.has(2)
            assert not webhooks.settled(0)


def test_every_endpoint_gets_the_same_message_under_one_id(webhooks: Webhooks, account: Account) -> None:
    first, second = Inbox(), Inbox()
    with receiving(first) as one, receiving(second) as other:
        webhooks.add(one)
        webhooks.add(other)
        account.declare()
        assert webhooks.settled()

    assert first.ids() == second.ids()
    assert first.got[0][1] == second.got[0][1]
    assert first.got[0][0]["webhook-signature"] != second.got[0][0]["webhook-signature"]


def test_an_endpoint_gets_only_the_types_it_wants(webhooks: Webhooks, account: Account) -> None:
    inbox = Inbox()
    with receiving(inbox) as url:
        webhooks.add(url, event_types=[UPDATED])
        account.edit(account.declare_live()["id"], name="Another")
        assert webhooks.settled()

    assert inbox.types() == [UPDATED]


def test_a_receiver_may_ask_the_double_while_it_is_told(
    webhooks: Webhooks, account: Account, call: Caller
) -> None:
    """As the vendor recommends: the event may be old by the time it arrives."""
    seen: list[str] = []

    def asking(headers: Mapping[str, str], body: bytes) -> int:
        id_ = json.loads(body)[CREATED]["id"]
        seen.append(call.get(f"/v2/incidents/{id_}")["incident"]["id"])
        return 200

    with receiving(asking) as url:
        webhooks.add(url)
        id_ = account.declare()["id"]
        assert webhooks.settled()

    assert seen == [id_]


def test_what_a_receiver_answers_with_is_not_sent_to_it_again(webhooks: Webhooks, account: Account) -> None:
    inbox = Inbox()
    with receiving(inbox, {"set-cookie": "crumb=1"}) as url:
        webhooks.add(url)
        account.declare()
        account.declare()
        assert webhooks.settled()

    assert [headers.get("cookie") for headers, _ in inbox.got] == [None, None]


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
        clock.on_move = [*clock.on_move, leave_time_to_send]
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
    assert (threads(), double.store.watchers, clock.on_move) == (0, [], [])
    first, second = (webhooks.add(f"http://127.0.0.1:1/{name}") for name in "ab")
    assert (threads(), len(double.store.watchers), len(clock.on_move)) == (1, 1, 1)
    webhooks.remove(first.id)
    assert threads() == 1
    webhooks.remove(second.id)
    assert (threads(), double.store.watchers, clock.on_move) == (0, [], [])
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


@pytest.mark.parametrize("url", ["", "here", "ftp://127.0.0.1/", "http://", "http://[", "http://a:0/"])
def test_what_is_no_url_is_refused(webhooks: Webhooks, url: str) -> None:
    with pytest.raises(ValueError, match="not the URL of an endpoint") as caught:
        webhooks.add(url)
    assert "\n" not in str(caught.value)
    assert webhooks.endpoints() == []


def test_what_is_no_secret_or_no_event_is_refused_and_so_is_an_endpoint_too_many(webhooks: Webhooks) -> None:
    url = "http://127.0.0.1:1/"
    with pytest.raises(ValueError, match="a webhook secret is whsec_ and base64"):
        webhooks.add(url, secret="secret")
    with pytest.raises(ValueError, match=r"no such event: incident\.created"):
        webhooks.add(url, event_types=[CREATED, "incident.created"])
    assert webhooks.endpoints() == []
    for _ in range(50):
        webhooks.add(url)
    with pytest.raises(ValueError, match="there are 50 endpoints already"):
        webhooks.add(url)


def test_it_is_all_told_as_json_without_a_whole_secret(
    webhooks: Webhooks, account: Account, clock: Clock
) -> None:
    clock.set(datetime(2026, 3, 17, 9, 12, 5, tzinfo=UTC))
    with receiving(Inbox(500)) as url:
        endpoint = webhooks.add(url, secret=SECRET, event_types=[CREATED])
        id_ = account.declare()["id"]
        assert webhooks.settled()

    told = json.loads(json.dumps(webhooks.as_json()))
    assert told["endpoints"] == [
        {"id": endpoint.id, "url": url, "secret": "whsec_aW…", "event_types": [CREATED], "enabled": True}
    ]
    (delivery,) = told["deliveries"]
    body = delivery.pop("body")
    assert delivery == {
        "id": only(webhooks).key.message,
        "event_type": CREATED,
        "endpoint": endpoint.id,
        "state": "pending",
        "attempts": [{"at": "2026-03-17T09:12:05Z", "status": 500}],
        "next_attempt_at": "2026-03-17T09:12:10Z",
    }
    assert body[CREATED]["id"] == id_
    assert SECRET not in repr(endpoint) + repr(webhooks.snapshot()) + str(told)
    assert endpoint.as_json(with_secret=True)["secret"] == SECRET


def test_one_seed_makes_the_same_secrets_and_another_one_others(double: Double) -> None:
    secrets = []
    for seed in (1, 1, 2):
        with closing(Webhooks(double.store, seed=seed)) as webhooks:
            secrets.append(webhooks.add("http://127.0.0.1:1/").secret)

    assert secrets[0] == secrets[1] != secrets[2]
