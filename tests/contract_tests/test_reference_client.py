"""The careful client in `examples/`: no rule has anything to say of it, and it does what it promises."""

from collections.abc import Iterator
from datetime import date
from functools import partial

import pytest

from examples.reference_client import Client, IncidentIoError, NotFoundError
from examples.reference_client.adapter import Adapter
from examples.reference_client.client import days
from incident_double.contract_tests.drive.conversations import hold_conversations
from incident_double.openapi import Document

from ..serving import Served, serving
from .driven import found
from .driven_clients import connect


def test_no_rule_fires_on_it(document: Document) -> None:
    findings = found(document, partial(connect, Adapter), lambda talk: hold_conversations(talk, slow=4))

    assert findings == []


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serving("--no-rate-limit") as double:
        yield double


@pytest.fixture
def client(served: Served) -> Iterator[Client]:
    with Client(served.base_url, served.token) as client:
        yield client


def test_it_reads_every_incident_to_the_end(client: Client) -> None:
    assert len(list(client.incidents())) == 120


def test_it_reads_the_incidents_of_some_days(client: Client) -> None:
    day = date.fromisoformat(next(client.incidents())["created_at"][:10])
    of_that_day = list(client.incidents({"created_at": days(day, day)}))

    assert of_that_day
    assert {each["created_at"][:10] for each in of_that_day} == {day.isoformat()}


def test_one_key_makes_one_incident(client: Client) -> None:
    once, again = (client.create_incident(idempotency_key="example", name="Once") for _ in range(2))

    assert once["id"] == again["id"]
    assert client.incident(once["id"])["name"] == "Once"


def test_it_tells_its_caller_what_was_wrong(client: Client) -> None:
    with pytest.raises(NotFoundError) as missing:
        client.incident("01AAAAAAAAAAAAAAAAAAAAAAAA")
    with pytest.raises(IncidentIoError) as refused:
        client.create_incident(severity_id="none")

    assert (missing.value.status, missing.value.codes) == (404, ["resource_not_found"])
    assert (refused.value.status, refused.value.errors[0]["source"]["field"]) == (422, "severity_id")
