"""The careful client in `examples/`: no rule has anything to say of it, and it does what it promises."""

from collections.abc import Iterator
from datetime import date
from functools import partial

import pytest

from examples.reference_client import Client, IncidentIoError, NotFoundError
from examples.reference_client.adapter import Adapter
from examples.reference_client.client import days
from incident_double.contract_tests.drive.conversations import hold_conversations
from incident_double.contract_tests.judging import judge
from incident_double.contract_tests.wire.conversation import Conversation
from incident_double.mock_server.pipeline.dispatch import answers
from incident_double.openapi import Document

from ...serving import Served, serving
from ..drive.driven import held
from ..drive.driven_clients import connect


@pytest.fixture(scope="module")
def said(document: Document) -> Conversation:
    return held(document, partial(connect, Adapter), lambda talk: hold_conversations(talk, slow=4))


def test_no_rule_fires_on_it(said: Conversation) -> None:
    assert judge(said) == []


def test_it_was_asked_for_every_operation_with_behaviour_that_is_not_deprecated(said: Conversation) -> None:
    found = answers(said.document)
    current = {
        each.id
        for each in said.document.operations.values()
        if not each.deprecated and found[each.id].how == "behaviour"
    }

    assert current <= {each.operation.id for each in said.calls}


def test_it_met_every_kind_of_answer_and_of_fault(said: Conversation) -> None:
    faults = {(each.fault or "").partition(":")[2] for each in said.exchanges}

    assert {each.status for each in said.exchanges} >= {
        *(200, 201, 202, 204),
        *(401, 403, 404, 409, 422, 429, 500, 502, 503, 504),
    }
    assert faults == {
        *("", "429=1", "429-html", "403", "409", "404-empty", "404-html"),
        *("500", "500-html", "502", "503", "504", "cut", "reset", "lost", "drip=4"),
    }


def test_it_was_asked_for_every_form_of_every_filter(said: Conversation) -> None:
    asked = {
        (name, operator)
        for call in said.calls
        if call.operation.id == "Incidents V2#List"
        for name, value in call.query.items()
        if isinstance(value, dict)
        for operator in (
            value if name not in ("incident_role", "custom_field") else next(iter(value.values()))
        )
    }
    ranges = {
        (name, operator) for name in ("created_at", "updated_at") for operator in ("gte", "lte", "date_range")
    }
    choices = {
        (name, operator)
        for name in ("status", "status_category", "severity", "incident_type", "custom_field")
        for operator in ("one_of", "not_in")
    }

    assert asked == ranges | choices | {
        *(("severity", "gte"), ("severity", "lte"), ("mode", "one_of")),
        *(("incident_role", "one_of"), ("incident_role", "is_blank")),
    }


def test_it_made_one_incident_for_each_key_though_it_was_asked_twice_and_an_answer_was_lost(
    said: Conversation,
) -> None:
    by_key: dict[str, list[str]] = {}
    for call in said.calls:
        if call.operation.id == "Incidents V2#Create" and call.returned is not None:
            key, incident = call.body["idempotency_key"], call.returned["incident"]
            by_key.setdefault(key, []).append(incident["id"])

    for key in ("drive:create", "drive:create:lost"):
        assert len(by_key[key]) == 2
        assert len(set(by_key[key])) == 1


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


def test_it_says_to_its_caller_what_was_wrong(client: Client) -> None:
    with pytest.raises(NotFoundError) as missing:
        client.incident("01AAAAAAAAAAAAAAAAAAAAAAAA")
    with pytest.raises(IncidentIoError) as refused:
        client.create_incident(severity_id="none")

    assert (missing.value.status, missing.value.codes) == (404, ["resource_not_found"])
    assert (refused.value.status, refused.value.errors[0]["source"]["field"]) == (422, "severity_id")
