"""Endpoints, and events that are still to be sent, are there again; what was delivered is not sent once more."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from incident_double.fixtures import realistic
from incident_double.mock_server import Double
from incident_double.mock_server.control import ControlPlane
from incident_double.openapi import bundled

from ...calling import Caller, StoppedClock
from ...contract_tests.receivers import receiving
from ..webhooks.receivers import CREATED, Inbox, hanging
from .crashes import Lasting

DATASET = realistic(incidents=4)


@pytest.fixture
def lasting(tmp_path: Path) -> Iterator[Lasting]:
    lasting = Lasting(tmp_path, lambda: Double(bundled(), DATASET, clock=StoppedClock(), rate_limit=0))
    yield lasting
    lasting.close()


def declare(double: Double, name: str) -> None:
    body: Any = {"idempotency_key": name, "visibility": "public", "name": name}
    assert Caller(double)("POST", "/v2/incidents", body=body).status == 200


def add_endpoint(double: Double, url: str) -> Any:
    return ControlPlane(double).call("Webhook Endpoints#Create", body={"url": url})["endpoint"]


def test_what_failed_is_tried_again_in_the_next_life(lasting: Lasting) -> None:
    inbox = Inbox(200, 500)
    with receiving(inbox) as url:
        endpoint = add_endpoint(lasting.double, url)
        declare(lasting.double, "Delivered")
        assert inbox.has(1)
        declare(lasting.double, "Failed")
        assert inbox.has(2)
        assert lasting.double.webhooks.settled()
        double = lasting.die()
        assert [each.id for each in double.webhooks.endpoints()] == [endpoint["id"]]
        assert double.webhooks.endpoints()[0].secret == endpoint["secret"]
        assert double.webhooks.settled()
        assert len(inbox.got) == 2
        double.clock.advance(seconds=5)
        assert inbox.has(3)
        declare(double, "Later")
        assert inbox.has(4)
        assert double.webhooks.settled()

    assert inbox.types() == [CREATED] * 4
    first, second, again, later = inbox.ids()
    assert second == again
    assert len({first, second, later}) == 3
    assert [each.state for each in double.webhooks.deliveries()] == ["delivered"] * 3


def test_an_event_that_was_under_way_is_sent_again_in_the_next_life(lasting: Lasting) -> None:
    with hanging() as (url, accept):
        add_endpoint(lasting.double, url)
        declare(lasting.double, "Waiting")
        with accept():
            double = lasting.die()
        with accept() as connection:
            assert connection.recv(4).startswith(b"POST")
    assert [each.state for each in double.webhooks.deliveries()] == ["pending"]


def test_an_endpoint_that_is_gone_stays_gone(lasting: Lasting) -> None:
    id_ = add_endpoint(lasting.double, "http://127.0.0.1:9/")["id"]
    ControlPlane(lasting.double).call("Webhook Endpoints#Delete", path={"id": id_})

    assert lasting.die().webhooks.endpoints() == []


def test_a_reset_forgets_what_is_to_be_sent(lasting: Lasting) -> None:
    inbox = Inbox(500)
    with receiving(inbox) as url:
        add_endpoint(lasting.double, url)
        declare(lasting.double, "Gone")
        assert lasting.double.webhooks.settled()
        ControlPlane(lasting.double).call("State#Reset")
        double = lasting.die()
        double.clock.advance(**{"seconds": timedelta(days=1).total_seconds()})
        assert double.webhooks.settled()

    assert double.webhooks.endpoints() == []
    assert len(inbox.got) == 1
