"""The journal says what was asked and how it was answered, in order."""

from datetime import timedelta

import pytest

from incident_double.fixtures import EPOCH
from incident_double.mock_server import Double, Request
from incident_double.mock_server.journal import journal as journal_module
from incident_double.mock_server.journal.journal import KEPT

from ...calling import Caller, StoppedClock


def test_every_exchange_is_reported_in_order(call: Caller, double: Double, clock: StoppedClock) -> None:
    call("GET", "/v2/incidents", "page_size=1")
    clock.advance(seconds=5)
    missing = call("GET", "/v2/incidents/%30")
    call("GET", "/nothing")

    listed, shown, unknown = double.journal
    assert (listed.number, listed.at, listed.operation_id) == (1, EPOCH, "Incidents V2#List")
    assert (listed.request.method, listed.request.path, listed.request.query) == (
        "GET",
        "/v2/incidents",
        "page_size=1",
    )
    assert (listed.status, listed.request_id) == (200, None)
    assert (shown.number, shown.at) == (2, EPOCH + timedelta(seconds=5))
    assert (shown.request.path, shown.path_arguments, shown.status) == ("/v2/incidents/%30", {"id": "0"}, 404)
    assert shown.request_id == missing.body["request_id"]
    assert (unknown.operation_id, unknown.status, unknown.request_id) == (None, 404, None)
    assert listed.reply.ended is not None
    assert listed.started <= listed.reply.ended <= shown.started


def test_an_answer_that_was_kept_is_reported_each_time(call: Caller, double: Double) -> None:
    for _ in range(3):
        call.get("/v2/incidents")

    assert [exchange.number for exchange in double.journal] == [1, 2, 3]
    assert len({exchange.reply.body for exchange in double.journal}) == 1


def test_a_refusal_is_reported(call: Caller, double: Double) -> None:
    answer = call("GET", "/v2/incidents", key="wrong")

    (exchange,) = double.journal
    assert (exchange.status, exchange.request_id) == (401, answer.body["request_id"])
    assert exchange in double.journal


def test_the_oldest_exchanges_are_forgotten(double: Double) -> None:
    for number in range(KEPT + 2):
        double.answer(Request("GET", f"/{number}"))

    paths = [exchange.request.path for exchange in double.journal]
    assert paths == [f"/{number}" for number in range(2, KEPT + 2)]
    assert double.journal.count == KEPT + 2


def test_large_exchanges_are_forgotten_sooner_but_never_the_last(
    double: Double, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_module, "KEPT_BYTES", 10_000)
    for size in (4_000, 4_000, 4_000, 20_000):
        double.answer(Request("POST", "/nothing", body=b"x" * size))
        assert sum(each.size for each in double.journal) <= max(10_000, size + 100)
    assert [len(each.request.body or b"") for each in double.journal] == [20_000]

    double.answer(Request("POST", "/nothing", headers={"x-large": "y" * 9_000}))
    double.answer(Request("POST", "/nothing", headers={"x-large": "y" * 9_000}))
    assert len(double.journal) == 1


def test_many_small_headers_count_as_what_they_take(double: Double, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten thousand headers of a few characters take more than a megabyte."""
    monkeypatch.setattr(journal_module, "KEPT_BYTES", 2_000_000)
    for _ in range(3):
        double.answer(Request("GET", "/nothing", headers={f"x-{n}": "" for n in range(10_000)}))
    assert len(double.journal) == 1
