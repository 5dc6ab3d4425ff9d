"""What an endpoint is sent, and shown as, whatever surrounds the double."""

from collections.abc import Iterator

import pytest
from standardwebhooks import Webhook

from incident_double.mock_server import running

from ...contract_tests.receivers import SECRET, receiving
from .receivers import Inbox, only


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def url(inbox: Inbox) -> Iterator[str]:
    with receiving(inbox) as address:
        yield address


def test_a_receiver_takes_an_event_for_new_wherever_the_clock_of_the_double_stands(
    url: str, inbox: Inbox
) -> None:
    """It compares the event's time with its own."""
    with running(incidents=1) as double:
        double.send_webhooks_to(url, secret=SECRET)
        for moment in ("2027-01-01", "2031-01-01"):
            double.clock.freeze(moment)
            double.incident(name="New")
            assert double.webhooks.settled()
    assert len(inbox.got) == 2
    for headers, body in inbox.got:
        Webhook(SECRET).verify(body, dict(headers))


def test_no_proxy_stands_between_the_double_and_this_machine(
    url: str, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    with running(incidents=1) as double:
        double.send_webhooks_to(url)
        double.incident(name="Near")
        assert double.webhooks.settled()
        assert [each.state for each in double.webhooks.deliveries()] == ["delivered"]
    assert len(inbox.got) == 1


def test_a_password_in_its_url_is_used_but_not_shown(url: str, inbox: Inbox) -> None:
    with running(incidents=1) as double:
        endpoint = double.send_webhooks_to(url.replace("://", "://me:hunter2@"))
        double.incident(name="Let in")
        assert double.webhooks.settled()
        assert "hunter2" not in str([endpoint.as_json(), only(double.webhooks).as_json(), endpoint])
        assert endpoint.as_json()["url"] == url.replace("://", "://me:…@")
    ((headers, _),) = inbox.got
    assert headers["authorization"].startswith("Basic ")
    assert headers["webhook-id"].startswith("msg_")
