"""The journal tells what was asked and how it was answered, in order."""

from datetime import timedelta

from incident_double.fixtures import EPOCH
from incident_double.mock_server import Double, Request
from incident_double.mock_server.journal import KEPT

from ..calling import Caller, StoppedClock


def test_every_exchange_is_told_of_in_order(call: Caller, double: Double, clock: StoppedClock) -> None:
    call("GET", "/v2/incidents", "page_size=1")
    clock.advance(seconds=5)
    missing = call("GET", "/v2/incidents/%30")
    call("GET", "/nothing")

    listed, shown, unknown = double.journal
    assert listed == (EPOCH, "GET", "/v2/incidents", "page_size=1", 200, None)
    assert (shown.at, shown.path, shown.query, shown.status) == (
        EPOCH + timedelta(seconds=5),
        "/v2/incidents/%30",
        "",
        404,
    )
    assert shown.request_id == missing.body["request_id"]
    assert (unknown.status, unknown.request_id) == (404, None)


def test_an_answer_that_was_kept_is_told_of_each_time(call: Caller, double: Double) -> None:
    for _ in range(3):
        call.get("/v2/incidents")

    assert len(double.journal) == 3
    assert len({exchange[1:] for exchange in double.journal}) == 1


def test_a_refusal_is_told_of(call: Caller, double: Double) -> None:
    answer = call("GET", "/v2/incidents", key="wrong")

    (exchange,) = double.journal
    assert (exchange.status, exchange.request_id) == (401, answer.body["request_id"])
    assert exchange in double.journal


def test_the_oldest_exchanges_are_forgotten(double: Double) -> None:
    for number in range(KEPT + 2):
        double.answer(Request("GET", f"/{number}"))

    paths = [exchange.path for exchange in double.journal]
    assert paths == [f"/{number}" for number in range(2, KEPT + 2)]
