"""The double delivers to the consumer over a socket, and the consumer asks the double: nothing stands in for either."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import uvicorn
from standardwebhooks import Webhook
from starlette.applications import Starlette

from incident_double.mock_server import RunningDouble

from .consumer import MOST, Consumer

SECRET = "whsec_aW5jaWRlbnQtZG91YmxlIGluIGFuIGV4YW1wbGU="
SHOW = "Incidents V2#Show"

pytestmark = pytest.mark.usefixtures("url")


@contextmanager
def serving(app: Starlette) -> Iterator[str]:
    """Serve an application on a free port until the block ends. Yields the URL of its hook."""
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical"))
    with socket.create_server(("127.0.0.1", 0)) as listener:  # what comes early waits here
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}/hook"
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture
def changes() -> list[dict[str, Any]]:
    """What the consumer was reported."""
    return []


@pytest.fixture
def url(incident_double: RunningDouble, changes: list[dict[str, Any]]) -> Iterator[str]:
    """Where the consumer listens; the double sends every event there."""
    headers = {"authorization": f"Bearer {incident_double.api_key}"}
    with httpx.Client(base_url=incident_double.base_url, headers=headers) as api:
        app = Consumer(SECRET, api, changes.append).app()
        with serving(app) as address:
            incident_double.clock.freeze()
            incident_double.send_webhooks_to(address, secret=SECRET)
            yield address


def names(changes: list[dict[str, Any]]) -> list[str]:
    return [each["name"] for each in changes]


def test_an_incident_is_reported_as_the_api_shows_it(
    incident_double: RunningDouble, changes: list[dict[str, Any]]
) -> None:
    incident = incident_double.incident(name="Checkout answers 502", severity="Critical", status="Fixing")

    assert incident_double.webhooks.settled()
    assert names(changes)[0] == "Checkout answers 502"
    assert {each["id"] for each in changes} == {incident["id"]}
    incident_double.journal.expect(SHOW)
    assert incident_double.findings == []


def test_of_a_private_incident_the_event_carries_only_the_id(
    incident_double: RunningDouble, changes: list[dict[str, Any]]
) -> None:
    incident_double.incident(name="A leak", visibility="private")

    assert incident_double.webhooks.settled()
    assert names(changes) == ["A leak"]


def test_what_failed_arrives_later_and_once(
    incident_double: RunningDouble, changes: list[dict[str, Any]]
) -> None:
    incident_double.fault(SHOW, "500", count=2)
    incident_double.incident(name="Checkout answers 502")

    assert incident_double.webhooks.settled()
    assert names(changes) == []
    incident_double.clock.advance(seconds=5)
    assert incident_double.webhooks.settled()
    assert names(changes) == []
    incident_double.clock.advance(minutes=5)
    assert incident_double.webhooks.settled()
    assert names(changes) == ["Checkout answers 502"]


def test_what_comes_twice_is_dealt_with_once(
    incident_double: RunningDouble, changes: list[dict[str, Any]]
) -> None:
    incident_double.incident(name="Checkout answers 502")
    assert incident_double.webhooks.settled()
    (delivery,) = incident_double.webhooks.deliveries()
    incident_double.webhooks.redeliver(delivery.id)

    assert incident_double.webhooks.settled()
    (delivery,) = incident_double.webhooks.deliveries()
    assert [each.status for each in delivery.attempts] == [204, 204]
    assert names(changes) == ["Checkout answers 502"]


@pytest.mark.parametrize(
    ("secret", "age"),
    [("whsec_Zm9yZ2VkIGJ5IHNvbWVib2R5IGVsc2UhIQ==", timedelta()), (SECRET, timedelta(minutes=6))],
    ids=["forged", "stale"],
)
def test_what_cannot_be_trusted_is_refused(
    url: str, changes: list[dict[str, Any]], secret: str, age: timedelta
) -> None:
    body, sent = '{"event_type": "public_incident.incident_created_v2"}', datetime.now(UTC) - age
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(sent.timestamp())),
        "webhook-signature": Webhook(secret).sign("msg_1", sent, body),
    }

    assert httpx.post(url, content=body, headers=headers).status_code == 401
    assert httpx.post(url, content=body).status_code == 401
    assert httpx.post(url, content=b" " * (MOST + 1)).status_code == 413
    assert changes == []


def test_other_events_are_taken_and_passed_over(
    incident_double: RunningDouble, changes: list[dict[str, Any]]
) -> None:
    incident_double.follow_up(1, title="Alert earlier")

    assert incident_double.webhooks.settled()
    assert {each.state for each in incident_double.webhooks.deliveries()} == {"delivered"}
    assert changes == []
