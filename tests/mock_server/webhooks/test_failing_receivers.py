"""What counts as a failure, from real receivers: refusals, redirects, silence, answers without end."""

import pytest

from incident_double.mock_server.webhooks import sending as webhook_sending
from incident_double.mock_server.webhooks.webhooks import Webhooks

from ...contract_tests.receivers import receiving
from ..conftest import Account
from .receivers import Inbox, hanging, only, statuses


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


def test_nobody_there_is_a_failure_that_is_reported(webhooks: Webhooks, account: Account) -> None:
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
