"""What an endpoint is sent, and shown as, whatever surrounds the double."""

from collections.abc import Iterator, Mapping

import pytest
from standardwebhooks import Webhook

from incident_double.mock_server import running

from ..contract_tests.receivers import SECRET, receiving

Got = list[tuple[dict[str, str], bytes]]


@pytest.fixture
def got() -> Got:
    """The headers and bodies that have come."""
    return []


@pytest.fixture
def url(got: Got) -> Iterator[str]:
    def receive(headers: Mapping[str, str], body: bytes) -> int:
        got.append((dict(headers), body))
        return 204

    with receiving(receive) as address:
        yield address


def test_a_receiver_takes_an_event_for_new_wherever_the_clock_of_the_double_stands(
    url: str, got: Got
) -> None:
    """It compares the event's time with its own."""
    with running(incidents=1) as double:
        double.send_webhooks_to(url, secret=SECRET)
        for moment in ("2027-01-01", "2031-01-01"):
            double.clock.freeze(moment)
            double.incident(name="New")
            assert double.webhooks.settled()
    assert len(got) == 2
    for headers, body in got:
        Webhook(SECRET).verify(body, headers)


def test_no_proxy_stands_between_the_double_and_this_machine(
    url: str, got: Got, monkeypatch: pytest.MonkeyPatch
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
    assert len(got) == 1


def test_a_password_in_its_url_is_used_but_not_shown(url: str, got: Got) -> None:
    with running(incidents=1) as double:
        endpoint = double.send_webhooks_to(url.replace("://", "://me:hunter2@"))
        double.incident(name="Let in")
        assert double.webhooks.settled()
        assert "hunter2" not in str([endpoint.as_json(), double.webhooks.as_json(), endpoint])
        assert endpoint.as_json()["url"] == url.replace("://", "://me:…@")
    ((headers, _),) = got
    assert headers["authorization"].startswith("Basic ")
    assert got[0][0]["webhook-id"].startswith("msg_")
