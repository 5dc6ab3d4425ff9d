"""What a client said to the double, as the control plane shows it."""

import json
from typing import Any

import pytest

from incident_double.fixtures import Dataset
from incident_double.mock_server import DEFAULT_TOKEN, ApiKey, Double, Request
from incident_double.mock_server.control import ControlPlane
from incident_double.openapi import Document

from .conftest import Controller

CREATE = "Incidents V2#Create"
NEW = {"idempotency_key": "one", "visibility": "public", "name": "Told of", "mode": "standard"}


def create(control: Controller, **changed: Any) -> None:
    control.api.post("/v2/incidents", json=NEW | changed)


def test_an_exchange_is_reported_with_both_its_sides(control: Controller) -> None:
    create(control)
    control.get("/v2/incidents", severity="Critical")
    control.get("/nowhere")
    created, listed, unknown = control("GET", "journal")["exchanges"]

    assert (created["number"], created["operation"]) == (1, CREATE)
    assert created["request"]["method"] == "POST"
    assert created["request"]["body"] == NEW
    assert created["request"]["headers"]["content-type"] == "application/json"
    assert created["response"]["status"] == 200
    assert created["response"]["body"]["incident"]["name"] == "Told of"
    assert created["milliseconds"] > 0
    assert listed["request"]["query"] == "severity=Critical"
    assert "severity: filter ignored" in listed["note"]
    assert (unknown["operation"], unknown["response"]["status"]) == (None, 404)
    assert "body" not in unknown["response"]


def test_a_fault_is_reported_and_so_is_an_answer_that_never_came(control: Controller) -> None:
    control("POST", "faults", {"operation": CREATE, "kind": "lost"})
    with pytest.raises(Exception, match=r"reset|disconnected"):
        create(control)
    (exchange,) = control("GET", "journal")["exchanges"]

    assert exchange["fault"] == f"{CREATE}:lost"


def test_long_bodies_are_left_out_on_demand(control: Controller) -> None:
    create(control)
    control.get("/v2/incidents")
    created, listed = control("GET", "journal", params={"longest_body": 8192})["exchanges"]
    (shortest,) = control("GET", "journal", params={"longest_body": 0, "limit": 1})["exchanges"]

    assert created["request"]["body"] == NEW
    assert "body" in created["response"]
    assert "body" not in listed["response"]
    assert "body" not in shortest["response"]


def test_one_exchange_is_asked_for_by_its_number(control: Controller) -> None:
    create(control)
    control.get("/v1/severities")

    every = control("GET", "journal")["exchanges"]
    assert [control("GET", f"journal/{number}")["exchange"] for number in (1, 2)] == every
    for none in ("0", "3", "01", "x"):
        assert control.error("GET", f"journal/{none}", status=404) == "The exchange could not be found"


def test_an_exchange_that_is_forgotten_is_not_another(control: Controller) -> None:
    control.get("/v1/severities")
    control("DELETE", "journal")
    control.get("/v2/users")

    control.error("GET", "journal/1", status=404)
    assert control("GET", "journal/2")["exchange"]["operation"] == "Users V2#List"


def test_exchanges_are_asked_for_by_what_they_are(control: Controller) -> None:
    create(control)
    create(control, visibility="hidden")
    control.get("/v1/severities")
    control.get("/v1/severities")

    def numbers(**query: Any) -> list[int]:
        return [each["number"] for each in control("GET", "journal", params=query)["exchanges"]]

    assert numbers() == [1, 2, 3, 4]
    assert numbers(operation=CREATE) == [1, 2]
    assert numbers(status=422) == [2]
    assert numbers(method="get") == [3, 4]
    assert numbers(path="/v1/severities", limit=1) == [4]
    assert numbers(after=3) == [4]
    assert numbers(after=4) == numbers(operation="None#Such") == []
    assert "limit must be at least 1" in control.error("GET", "journal", params={"limit": 0})

    control("DELETE", "journal", status=204)
    assert control("GET", "journal") == {"exchanges": [], "last": 4}


def test_an_expectation_is_met_by_what_was_asked(control: Controller) -> None:
    create(control, severity_id="none")
    create(control)
    control.api.get("/v2/incidents", params={"severity[one_of]": ["a", "b"]}, headers={"X-Run": "7"})
    for expectation in (
        {"operation": CREATE, "count": 2},
        {"operation": CREATE, "body": {"name": "Told of"}, "status": 200},
        {"body": {"severity_id": "none"}, "status": 422, "count": 1},
        {"method": "GET", "path": "/v2/incidents", "query": {"severity[one_of]": ["a", "b"]}},
        {"headers": {"x-run": "7"}, "after": 2},
        {"operation": "Severities V1#List", "count": 0},
        {},
    ):
        verdict = control("POST", "journal/expectations", expectation)
        assert verdict["met"], verdict
        assert verdict["nearest"] == []


def test_what_differs_is_reported_field_by_field_of_the_nearest(control: Controller) -> None:
    create(control, idempotency_key="far", name="Other", mode="test")
    create(control, name="Almost")
    verdict = control(
        "POST",
        "journal/expectations",
        {"operation": CREATE, "body": {**NEW, "summary": "There", "name": "Told of"}},
    )

    assert (verdict["met"], verdict["found"], verdict["wanted"]) == (False, 0, "at least 1")
    nearest, farther = verdict["nearest"]
    assert nearest == {
        "number": 2,
        "differences": [
            {"field": "body/name", "expected": "Told of", "actual": "Almost"},
            {"field": "body/summary", "expected": "There"},
        ],
    }
    assert [each["field"] for each in farther["differences"]] == [
        "body/idempotency_key",
        "body/name",
        "body/mode",
        "body/summary",
    ]


@pytest.mark.parametrize(
    ("expectation", "field"),
    [
        ({"operation": "Severities V1#List"}, "operation"),
        ({"method": "PUT"}, "method"),
        ({"path": "/v1/incidents"}, "path"),
        ({"status": 201}, "status"),
        ({"query": {"a": "1"}}, "query/a"),
        ({"headers": {"X-Run": "7"}}, "headers/x-run"),
        ({"body": {"custom_field_entries": [{"values": []}]}}, "body/custom_field_entries"),
        (
            {"body": {"retrospective_incident_options": {"external_id": True}}},
            "body/retrospective_incident_options",
        ),
        ({"body": []}, "body"),
    ],
)
def test_every_part_of_an_expectation_counts(control: Controller, expectation: Any, field: str) -> None:
    create(control)
    verdict = control("POST", "journal/expectations", expectation)

    assert not verdict["met"]
    assert [each["field"] for each in verdict["nearest"][0]["differences"]] == [field]


def test_too_many_are_as_wrong_as_too_few(control: Controller) -> None:
    create(control)
    assert control("POST", "journal/expectations", {"operation": CREATE, "count": 2})["found"] == 1
    create(control)
    create(control)
    verdict = control("POST", "journal/expectations", {"operation": CREATE, "count": 2})
    assert (verdict["met"], verdict["found"], verdict["wanted"]) == (False, 3, "exactly 2")


def test_an_expectation_that_is_none_is_refused(control: Controller) -> None:
    assert control.error("POST", "journal/expectations", {"operations": CREATE})
    assert control.error("POST", "journal/expectations", {"query": {"a": 1}})
    unknown = {"operation": "Incidents V2#Creat", "count": 0}
    assert control.error("POST", "journal/expectations", unknown).startswith("no such operation: ")


def test_the_rules_judge_what_is_in_the_journal(control: Controller) -> None:
    control.get("/v2/incidents", severity="Critical")
    (finding,) = control("GET", "findings")["findings"]

    assert (finding["rule"], finding["severity"]) == ("filter-wrong-syntax", "error")
    assert DEFAULT_TOKEN not in json.dumps(finding)
    assert control("GET", "findings", params={"after": 1})["findings"] == []


SECRET = "short"
LONG = "a-long/secret+of=mine"


@pytest.fixture
def reported(document: Document, dataset: Dataset) -> Any:
    """What journal and archive say of exchanges that are full of secrets, as one text."""
    double = Double(document, dataset, keys=[ApiKey(DEFAULT_TOKEN), ApiKey(SECRET), ApiKey(LONG)])
    plane = ControlPlane(double, token="a control token of some length")

    def reported(**request: Any) -> str:
        double.answer(Request(**{"method": "POST", "path": "/v2/incidents", **request}))
        return json.dumps([plane.call("Journal#List"), plane.call("Journal#Export")])

    return reported


@pytest.mark.parametrize("secret", [DEFAULT_TOKEN, SECRET, LONG, "inc_" + "0" * 64, "an unknown key"])
def test_a_key_is_never_shown_in_full(reported: Any, secret: str) -> None:
    text = reported(authorization=f"Bearer {secret}")
    assert secret not in text
    assert f"Bearer {secret[:1]}" in text


def test_a_secret_is_cut_short_wherever_it_is(reported: Any) -> None:
    body = json.dumps(
        {"idempotency_key": DEFAULT_TOKEN, "name": f"of {LONG}, whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}
    )
    text = reported(
        path=f"/{DEFAULT_TOKEN}",
        query="key=a-long%2Fsecret%2Bof%3Dmine&other=short",
        headers={
            "cookie": "session=0123456789abcdef",
            "webhook-signature": "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=",
            "x-note": f"with {LONG}",
        },
        body=body.encode(),
    )
    for secret in (
        DEFAULT_TOKEN,
        LONG,
        "a-long%2Fsecret",
        "=short",
        "0123456789abcdef",
        "K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN",
        "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    ):
        assert secret not in text


def test_the_archive_is_one_that_other_programs_read(control: Controller) -> None:
    create(control)
    control.get("/v2/incidents", **{"page_size": "2", "severity[one_of]": "x"})
    archive = control("GET", "journal.har", params={"limit": 2})["log"]

    assert archive["version"] == "1.2"
    posted, listed = archive["entries"]
    assert posted["request"]["url"] == f"{control.base_url}/v2/incidents"
    assert json.loads(posted["request"]["postData"]["text"]) == NEW
    assert json.loads(posted["response"]["content"]["text"])["incident"]["name"] == "Told of"
    assert {"name": "page_size", "value": "2"} in listed["request"]["queryString"]
    assert listed["comment"].startswith("Incidents V2#List")
    for entry in archive["entries"]:
        assert entry["time"] == sum(entry["timings"].values())
        assert DEFAULT_TOKEN not in json.dumps(entry)
