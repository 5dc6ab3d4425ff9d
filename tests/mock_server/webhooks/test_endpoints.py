"""Endpoints: what is refused as one, and what is reported of them."""

import json
from contextlib import closing
from datetime import UTC, datetime

import pytest

from incident_double.mock_server import Clock, Double
from incident_double.mock_server.webhooks.webhooks import Webhooks

from ...contract_tests.receivers import SECRET, receiving
from ..conftest import Account
from .receivers import CREATED, Inbox, only

UNREACHABLE = [
    *(
        "http://a b/",
        "http://a/b c",
        "http://a\\b/",
        "http://a/\n",
        "http://-a/",
        "http://a..b/",
        "http://1.2.3/",
    ),
    *(
        "http://a:99999/",
        "http://a:b/",
        "http://" + "a" * 64 + "/",
        "http://224.0.0.1/",
        "http://a/" + "b" * 2048,
    ),
    *("http://x:secret@/", "http:///path", "http://[::1/", "http://%20/"),
]


@pytest.mark.parametrize("url", ["http://x:secret@a b/", "http://:secret@:1/", "ftp://x:secret@host/"])
def test_a_refusal_keeps_the_password_to_itself(webhooks: Webhooks, url: str) -> None:
    with pytest.raises(ValueError, match="not the URL of an endpoint") as caught:
        webhooks.add(url)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "url", ["", "here", "ftp://127.0.0.1/", "http://", "http://[", "http://a:0/", *UNREACHABLE]
)
def test_what_is_no_url_is_refused(webhooks: Webhooks, url: str) -> None:
    with pytest.raises(ValueError, match="not the URL of an endpoint") as caught:
        webhooks.add(url)
    assert "\n" not in str(caught.value)
    assert webhooks.endpoints() == []


@pytest.mark.parametrize(
    "url",
    [
        *(
            "http://localhost:1/",
            "https://x:y@hooks.example.com/path?a=b",
            "http://a_b.local./",
            "http://[::1]:1/",
        ),
        *("http://bücher.example/", "HTTP://127.0.0.1:1", "http://[fe80::1%25eth0]:1/"),
    ],
)
def test_what_can_be_delivered_to_is_taken(webhooks: Webhooks, url: str) -> None:
    assert webhooks.add(url).url == url


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


def test_it_is_all_reported_as_json_without_a_whole_secret(
    webhooks: Webhooks, account: Account, clock: Clock
) -> None:
    clock.set(datetime(2026, 3, 17, 9, 12, 5, tzinfo=UTC))
    with receiving(Inbox(500)) as url:
        endpoint = webhooks.add(url, secret=SECRET, event_types=[CREATED])
        id_ = account.declare()["id"]
        assert webhooks.settled()

    endpoints = json.loads(json.dumps([each.as_json() for each in webhooks.endpoints()]))
    assert endpoints == [
        {"id": endpoint.id, "url": url, "secret": "whsec_aW…", "event_types": [CREATED], "enabled": True}
    ]
    (delivery,) = json.loads(json.dumps([each.as_json() for each in webhooks.deliveries()]))
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
    assert SECRET not in repr(endpoint) + repr(webhooks.snapshot()) + str([endpoints, delivery, body])
    assert endpoint.as_json(with_secret=True)["secret"] == SECRET


def test_one_seed_makes_the_same_secrets_and_another_one_others(double: Double) -> None:
    secrets = []
    for seed in (1, 1, 2):
        with closing(Webhooks(double.store, seed=seed)) as webhooks:
            secrets.append(webhooks.add("http://127.0.0.1:1/").secret)

    assert secrets[0] == secrets[1] != secrets[2]
