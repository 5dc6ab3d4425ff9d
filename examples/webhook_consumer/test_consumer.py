"""The double delivers to the consumer over a socket, and the consumer asks the double: nothing stands in for either."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import uvicorn
from standardwebhooks import Webhook

from incident_double.mock_server import RunningDouble

from .consumer import MOST, Consumer

SECRET = "whsec_aW5jaWRlbnQtZG91YmxlIGluIGFuIGV4YW1wbGU="
SHOW = "Incidents V2#Show"


@pytest.fixture
def changes() -> list[dict[str, Any]]:
    """What the consumer was told."""
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


def test_an_incident_is_told_of_as_the_api_shows_it(
    url: str, incident_double: RunningDouble, changes: list[dict[str, Any]]
) -> None:
    incident = incident_double.incident(name="Checkout answers 502", severity="Critical", status="Fixing")

    assert incident_double.webhooks.settled()
    assert names(changes)[0] == "Checkout answers 502"
    assert {each["id"] for each in changes} == {incident["id"]}
    incident_double.journal.expect(SHOW)
    assert incident_double.findings == []


def test_of_a_private_incident_the_event_carries_only_the_id(
    url: str, incident_double: RunningDouble, changes: list[dict[str, Any]]
) -> None:
    incident_double.incident(name="A leak", visibility="private")

    assert incident_double.webhooks.settled()
    assert names(changes) == ["A leak"]


def test_what_failed_arrives_later_and_once(
    url: str, incident_double: RunningDouble, changes: list[dict[str, Any]]
) -> None:
    # Events bear the time of the double, and the consumer takes what is five minutes from its own at most.
    incident_double.clock.freeze(datetime.now(UTC) - timedelta(minutes=3))
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
    url: str, incident_double: RunningDouble, changes: list[dict[str, Any]]
) -> None:
    incident_double.incident(name="Checkout answers 502")
    assert incident_double.webhooks.settled()
    (delivery,) = incident_double.webhooks.deliveries()
    incident_double.webhooks.redeliver(delivery.key.message)

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
    url: str, incident_double: RunningDouble, changes: list[dict[str, Any]], secret: str, age: timedelta
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
    url: str, incident_double: RunningDouble, changes: list[dict[str, Any]]
) -> None:
    incident_double.follow_up(1, title="Alert earlier")

    assert incident_double.webhooks.settled()
    assert {each.state for each in incident_double.webhooks.deliveries()} == {"delivered"}
    assert changes == []


class serving:  # noqa: N801 - used like a function
    """Serve an application on a free port until the block ends; the block gets its URL."""

    def __init__(self, app: Any) -> None:
        self._server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="critical"))
        self._listener = self._server.config.bind_socket()
        self._thread = threading.Thread(target=self._server.run, args=([self._listener],))

    def __enter__(self) -> str:
        self._thread.start()  # what comes before it is ready waits at the socket
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}/hook"

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join()
        self._listener.close()
