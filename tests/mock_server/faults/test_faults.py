"""Armed faults: which requests they strike, and what the client sees then, over a real socket."""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from incident_double.fixtures import Dataset
from incident_double.mock_server import DEFAULT_TOKEN, Double
from incident_double.mock_server.faults.armed_fault import ArmedFault
from incident_double.mock_server.faults.arming import parse_fault
from incident_double.mock_server.shells.app import create_app
from incident_double.mock_server.shells.serving import serving
from incident_double.openapi import Document

LIST = "Incidents V2#List"
CREATE = "Incidents V2#Create"
CREATED = {"idempotency_key": "once", "visibility": "public", "name": "Once only"}


@contextmanager
def struck(document: Document, dataset: Dataset, *specs: str) -> Iterator[httpx.Client]:
    double = Double(document, dataset, faults=[parse_fault(spec, document) for spec in specs])
    headers = {"authorization": f"Bearer {DEFAULT_TOKEN}"}
    with serving(create_app(double)) as url, httpx.Client(base_url=url, headers=headers) as client:
        yield client


def statuses(client: httpx.Client, times: int, path: str = "/v2/incidents") -> list[int]:
    return [client.get(path).status_code for _ in range(times)]


def test_faults_strike_as_often_as_they_say_one_after_the_other(document: Document, dataset: Dataset) -> None:
    with struck(document, dataset, f"{LIST}:500*2", "Severities V1#List:403", f"{LIST}:502@2") as client:
        assert statuses(client, 6) == [500, 500, 200, 502, 200, 200]
        assert statuses(client, 2, "/v1/severities") == [403, 200]


def test_a_pattern_strikes_every_operation_that_it_fits(document: Document, dataset: Dataset) -> None:
    with struck(document, dataset, "Incidents V2#*:409", "*:500") as client:
        assert statuses(client, 1, "/v1/severities") == [500]
        assert statuses(client, 2) == [409, 200]


def test_a_request_without_a_known_key_is_refused_and_not_counted(
    document: Document, dataset: Dataset
) -> None:
    with struck(document, dataset, f"{LIST}:500") as client:
        refused = client.get("/v2/incidents", headers={"authorization": "Bearer inc_1"})

        assert refused.status_code == 401
        assert statuses(client, 2) == [500, 200]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 406, 408, 409, 412, 413, 422, 429, 500])
def test_a_documented_status_has_the_vendors_envelope(
    document: Document, dataset: Dataset, status: int
) -> None:
    with struck(document, dataset, f"{LIST}:{status}") as client:
        answer = client.get("/v2/incidents")

    assert answer.status_code == answer.json()["status"] == status
    schema = document.operations[LIST].responses[status]
    assert schema is not None
    document.validator(schema).validate(answer.json())


@pytest.mark.shows("retry-after-seconds")
def test_a_429_says_in_seconds_how_long_to_wait(document: Document, dataset: Dataset) -> None:
    with struck(document, dataset, f"{LIST}:429=7", f"{LIST}:429") as client:
        refused = [client.get("/v2/incidents") for _ in range(2)]

    assert [each.headers["retry-after"] for each in refused] == ["7", "1"]
    assert refused[0].json()["rate_limit"]["retry_after"] > refused[1].json()["rate_limit"]["retry_after"]


def test_a_gateway_answers_with_a_page_and_an_empty_404_with_nothing(
    document: Document, dataset: Dataset
) -> None:
    with struck(document, dataset, f"{LIST}:503", f"{LIST}:404-empty") as client:
        page, empty = client.get("/v2/incidents"), client.get("/v2/incidents")

    assert (page.status_code, page.headers["content-type"]) == (503, "text/html")
    assert "<h1>503 Service Unavailable</h1>" in page.text
    assert (empty.status_code, empty.content) == (404, b"")


def test_a_request_whose_answer_is_lost_has_been_carried_out_and_one_that_is_reset_has_not(
    document: Document, dataset: Dataset
) -> None:
    with struck(document, dataset, f"{CREATE}:reset", f"{CREATE}:lost") as client:
        with pytest.raises(httpx.ReadError):
            client.post("/v2/incidents", json=CREATED | {"name": "Never"})
        with pytest.raises(httpx.ReadError):
            client.post("/v2/incidents", json=CREATED)
        newest = client.get("/v2/incidents", params={"page_size": 2}).json()["incidents"]

    assert newest[0]["name"] == "Once only"
    assert newest[1]["name"] != "Never"


def test_a_body_that_is_cut_ends_halfway(document: Document, dataset: Dataset) -> None:
    with (
        struck(document, dataset, f"{LIST}:cut") as client,
        pytest.raises(httpx.RemoteProtocolError, match="without sending complete message body"),
    ):
        client.get("/v2/incidents")


@pytest.mark.parametrize("fault", ["delay=60", "never"])
def test_an_answer_that_is_late_or_never_comes_lets_the_others_pass(
    document: Document, dataset: Dataset, fault: str
) -> None:
    with struck(document, dataset, f"{LIST}:{fault}") as client:
        with pytest.raises(httpx.ReadTimeout):
            client.get("/v2/incidents", timeout=0.1)
        assert statuses(client, 1) == [200]


def test_a_drip_comes_in_whole_in_the_end_but_slowly(document: Document, dataset: Dataset) -> None:
    with struck(document, dataset, f"{LIST}:drip=1", f"{LIST}:delay=0.5") as client:
        dripped, late, plain = (client.get("/v2/incidents") for _ in range(3))

    assert dripped.json() == late.json() == plain.json()
    assert dripped.elapsed.total_seconds() >= 0.95
    assert late.elapsed.total_seconds() >= 0.45


def test_a_fault_is_read_from_its_text(document: Document) -> None:
    assert parse_fault(f"{LIST}:429=2*3@5", document) == ArmedFault(LIST, "429", 2, count=3, first=5)
    assert str(parse_fault(f"{LIST}:429=2*3@5", document)) == f"{LIST}:429=2"
    assert parse_fault("*:lost", document) == ArmedFault("*", "lost")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("500", "not OPERATION:KIND"),
        (f"{LIST}:", "not OPERATION:KIND"),
        (f"{LIST}:429*", "not OPERATION:KIND"),
        ("Incident V2#List:500", "no such operation: Incident V2#List"),
        (f"{LIST}:418", "no such fault: 418"),
        (f"{LIST}:200", "no such fault: 200"),
        (f"{LIST}:explode", "no such fault: explode"),
        (f"{LIST}:500=2", "500 takes no time"),
        (f"{LIST}:429=1.5", "whole seconds"),
        (f"{LIST}:500*0", "at least once"),
        (f"{LIST}:500@0", "the first request is 1"),
    ],
)
def test_a_text_that_is_no_fault_is_refused_with_a_reason(
    document: Document, text: str, complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint):
        parse_fault(text, document)
