"""Recording: what was on the wire, when, and whether the client stayed to the end."""

import httpx
import pytest

from incident_double.openapi import Document

from ..rules.watched import recording


def test_an_exchange_has_the_request_and_the_answer_as_they_were(document: Document) -> None:
    with recording(document) as (recorder, client):
        body = b'{"idempotency_key": "1",  "visibility": "public"}'
        created = client.post("/v2/incidents", content=body, headers={"X-Some": "Thing"})
        id_ = created.json()["incident"]["id"]
        shown = client.get(f"/v2/incidents/{id_}?a=%20b")
        client.get("/v2/nowhere")
        client.get("/_double/health")
        first, second, third = recorder.exchanges

    assert (first.method, first.path, first.query, first.body) == ("POST", "/v2/incidents", "", body)
    assert (first.status, first.answer_body) == (200, created.content)
    assert first.answer() == created.json()
    assert first.headers["x-some"] == "Thing"
    assert first.answer_headers["content-type"] == "application/json"
    assert second.operation is document.operations["Incidents V2#Show"]
    assert (second.path_arguments, second.query) == ({"id": id_}, "a=%20b")
    assert second.answer() == shown.json()
    assert (third.operation, third.status, third.answer()) == (None, 404, None)


def test_times_are_in_order(document: Document) -> None:
    with recording(document) as (recorder, client):
        for _ in range(3):
            client.get("/v1/identity")
        times = [time for each in recorder.exchanges for time in (each.started, each.ended)]

    assert None not in times
    assert times == sorted(times, key=lambda time: time or 0)


@pytest.mark.parametrize(
    ("fault", "status", "is_whole"),
    [("reset", 0, False), ("lost", 0, False), ("cut", 200, False), ("500", 500, True)],
)
def test_what_a_fault_broke_off_has_an_end_and_its_name(
    document: Document, fault: str, status: int, is_whole: bool
) -> None:
    with recording(document, f"Severities V1#List:{fault}") as (recorder, client):
        if is_whole:
            client.get("/v1/severities")
        else:
            with pytest.raises(httpx.TransportError):
                client.get("/v1/severities")
        (exchange,) = recorder.exchanges

    assert (exchange.status, exchange.fault) == (status, f"Severities V1#List:{fault}")
    assert exchange.ended is not None


@pytest.mark.parametrize("fault", ["delay=60", "drip=60", "never"])
def test_a_client_that_leaves_early_has_no_end(document: Document, fault: str) -> None:
    with recording(document, f"Severities V1#List:{fault}") as (recorder, client):
        with pytest.raises(httpx.ReadTimeout):
            client.get("/v1/severities", timeout=0.1)
        client.get("/v1/severities")
        first, second = recorder.exchanges

    assert first.ended is None
    assert second.ended is not None
