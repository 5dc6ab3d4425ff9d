"""Deliveries to real receivers: signed, in order, to whoever wants them, without holding anybody up."""

import json
from collections.abc import Mapping

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from incident_double.mock_server import Clock
from incident_double.mock_server.webhooks.webhooks import Webhooks

from ...calling import Caller
from ...contract_tests.receivers import SECRET, receiving
from ..conftest import Account
from .receivers import CREATED, UPDATED, Inbox, hanging


@pytest.mark.shows("webhook-headers", "webhook-signature", "webhook-envelope")
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


def test_a_receiver_may_ask_the_double_while_it_receives(
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
