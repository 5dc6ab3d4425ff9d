"""Webhooks from outside: registered, reported of changes, tried again, sent again and removed, over HTTP."""

import json
from collections.abc import Mapping

import pytest

from ...contract_tests.receivers import SECRET, receiving, verified
from .conftest import Controller

NEW = {"idempotency_key": "one", "visibility": "public", "name": "Told of"}


class Receiver:
    """Takes events that are signed with `SECRET`, and answers what it is reported to."""

    def __init__(self) -> None:
        self.status = 200
        self.events: list[tuple[str, str]] = []
        """Message ids and event types."""

    def __call__(self, headers: Mapping[str, str], body: bytes) -> int:
        self.events.append((headers["webhook-id"], verified(headers, body)["event_type"]))
        return self.status


def test_an_endpoint_is_sent_a_change_and_the_delivery_is_shown(control: Controller) -> None:
    receiver = Receiver()
    with receiving(receiver) as url:
        endpoint = control("POST", "webhooks/endpoints", {"url": url, "secret": SECRET}, status=201)[
            "endpoint"
        ]
        control.api.post("/v2/incidents", json=NEW)
        assert control("POST", "webhooks/settle", {"seconds": 30}) == {"settled": True}
        (delivery,) = control("GET", "webhooks/deliveries")["deliveries"]

    assert endpoint["secret"] == SECRET
    assert receiver.events == [(delivery["id"], "public_incident.incident_created_v2")]
    assert (delivery["state"], delivery["endpoint"]) == ("delivered", endpoint["id"])
    assert [each["status"] for each in delivery["attempts"]] == [200]
    assert delivery["body"]["public_incident.incident_created_v2"]["name"] == "Told of"


def test_a_secret_is_shown_in_full_only_once(control: Controller) -> None:
    created = control("POST", "webhooks/endpoints", {"url": "http://127.0.0.1:9/"})["endpoint"]
    assert created["secret"].startswith("whsec_")
    shown = json.dumps([control("GET", "webhooks/endpoints"), control("GET", "journal")])
    assert created["secret"] not in shown
    assert created["secret"][6:20] not in shown


def test_what_failed_comes_again_when_the_clock_is_moved_and_on_demand(control: Controller) -> None:
    receiver = Receiver()
    receiver.status = 503
    with receiving(receiver) as url:
        control("PUT", "clock", {"frozen": True})
        control("POST", "webhooks/endpoints", {"url": url, "secret": SECRET})
        control.api.post("/v2/incidents", json=NEW)
        assert control("POST", "webhooks/settle")["settled"]
        receiver.status = 200
        control("POST", "clock/advance", {"seconds": 5})
        assert control("POST", "webhooks/settle")["settled"]
        (delivery,) = control("GET", "webhooks/deliveries")["deliveries"]
        assert [each["status"] for each in delivery["attempts"]] == [503, 200]

        control("POST", f"webhooks/deliveries/{delivery['id']}/redeliver", status=204)
        assert control("POST", "webhooks/settle")["settled"]

    assert receiver.events == [receiver.events[0]] * 3


def test_an_endpoint_is_disabled_after_days_and_enabled_again(control: Controller) -> None:
    control("PUT", "clock", {"frozen": True})
    endpoint = control("POST", "webhooks/endpoints", {"url": "http://127.0.0.1:9/"})["endpoint"]
    for number in range(2):
        control.api.post("/v2/incidents", json=NEW | {"idempotency_key": str(number)})
        assert control("POST", "webhooks/settle")["settled"]
        control("POST", "clock/advance", {"seconds": 6 * 86_400})
    assert control("POST", "webhooks/settle")["settled"]
    assert [each["enabled"] for each in control("GET", "webhooks/endpoints")["endpoints"]] == [False]

    enabled = control("POST", f"webhooks/endpoints/{endpoint['id']}/enable", status=200)["endpoint"]
    assert enabled["enabled"]


def test_an_endpoint_that_was_removed_is_sent_nothing(control: Controller) -> None:
    receiver = Receiver()
    with receiving(receiver) as url:
        endpoint = control("POST", "webhooks/endpoints", {"url": url, "secret": SECRET})["endpoint"]
        control("DELETE", f"webhooks/endpoints/{endpoint['id']}", status=204)
        control.api.post("/v2/incidents", json=NEW)
        assert control("POST", "webhooks/settle")["settled"]
    assert receiver.events == []
    assert control("GET", "webhooks/endpoints")["endpoints"] == []


def test_a_rollback_takes_endpoints_and_deliveries_away(control: Controller) -> None:
    snapshot = control("POST", "snapshots")["snapshot"]["id"]
    receiver = Receiver()
    with receiving(receiver) as url:
        control("POST", "webhooks/endpoints", {"url": url, "secret": SECRET})
        control.api.post("/v2/incidents", json=NEW)
        assert control("POST", "webhooks/settle")["settled"]
        control("POST", f"snapshots/{snapshot}/rollback")
        control.api.post("/v2/incidents", json=NEW)
        assert control("POST", "webhooks/settle")["settled"]
    assert len(receiver.events) == 1
    assert control("GET", "webhooks/endpoints")["endpoints"] == []
    assert control("GET", "webhooks/deliveries")["deliveries"] == []


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ({}, "url is required"),
        ({"url": "ftp://127.0.0.1/"}, "not the URL of an endpoint: ftp://127.0.0.1/"),
        ({"url": "http://127.0.0.1:9/", "secret": "none"}, "a webhook secret is whsec_ and base64"),
        (
            {"url": "http://127.0.0.1:9/", "event_types": ["nothing.happened"]},
            "no such event: nothing.happened",
        ),
        ({"url": "http://127.0.0.1:9/", "events": []}, "body is not valid (additionalProperties)"),
    ],
)
def test_an_endpoint_that_makes_no_sense_is_refused(
    control: Controller, body: dict[str, object], complaint: str
) -> None:
    assert complaint in control.error("POST", "webhooks/endpoints", body)
    assert control("GET", "webhooks/endpoints")["endpoints"] == []


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("DELETE", "webhooks/endpoints/ep_0"),
        ("POST", "webhooks/endpoints/ep_0/enable"),
        ("POST", "webhooks/deliveries/msg_0/redeliver"),
    ],
)
def test_what_is_not_there_is_not_found(control: Controller, method: str, path: str) -> None:
    assert "could not be found" in control.error(method, path, status=404)


def test_waiting_for_an_endpoint_that_takes_its_time_ends_in_time(control: Controller) -> None:
    assert "seconds must be at most 60" in control.error("POST", "webhooks/settle", {"seconds": 61})
    assert control("POST", "webhooks/settle", {"seconds": 0}) == {"settled": True}
