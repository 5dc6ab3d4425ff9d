"""Arming faults while a double runs: from JSON, in order, and as they stood before."""

from typing import Any

import pytest

from incident_double.mock_server.faults.armed_fault import ArmedFault
from incident_double.mock_server.faults.arming import Faults, fault_of, parse_fault
from incident_double.openapi import Document

LIST = "Incidents V2#List"
SHOW = "Incidents V2#Show"


def kinds(faults: Faults, operation: str, times: int) -> list[str | None]:
    """The kinds of the faults that strike so many requests."""
    struck = [faults.take(operation) for _ in range(times)]
    return [None if fault is None else fault.kind for fault in struck]


@pytest.mark.parametrize("text", [f"{LIST}:429=2*3@5", f"{LIST}:cut", "*:drip=1.5", "Incidents V2#*:500*2"])
def test_what_an_armed_fault_says_is_read_as_the_same_fault(document: Document, text: str) -> None:
    fault = parse_fault(text, document)
    (armed,) = Faults(document.operations, [fault]).armed

    assert fault_of(armed.as_json(), document) == fault


def test_an_armed_fault_says_what_was_asked_for_and_what_is_left(document: Document) -> None:
    faults = Faults(document.operations, [parse_fault(f"{LIST}:429=2*3@2", document)])
    assert kinds(faults, LIST, 2) == [None, "429"]

    (armed,) = faults.armed
    reported = {"operation": LIST, "kind": "429", "seconds": 2, "count": 3, "first": 2}
    assert armed.as_json() == {**reported, "left": 2}


def test_what_json_leaves_out_is_as_in_the_text(document: Document) -> None:
    reported = {"operation": LIST, "kind": "delay"}

    assert (
        fault_of(reported, document) == parse_fault(f"{LIST}:delay", document) == ArmedFault(LIST, "delay", 5)
    )


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"operation": None}, "both are texts"),
        ({"kind": True}, "both are texts"),
        ({"operation": "Incident V2#List"}, "no such operation: Incident V2#List"),
        ({"kind": "explode"}, "no such fault: explode"),
        ({"kind": "200"}, "no such fault: 200"),
        ({"kind": "500", "seconds": 2}, "500 takes no time"),
        ({"seconds": "2"}, "are a number: '2'"),
        ({"seconds": True}, "are a number: True"),
        ({"seconds": 1.5}, "whole seconds"),
        ({"seconds": -1}, "a day"),
        ({"seconds": float("nan")}, "a day"),
        ({"seconds": 86_401}, "a day"),
        ({"count": 0}, "at least once"),
        ({"count": 1.0}, "count of a fault is a whole number"),
        ({"count": True}, "count of a fault is a whole number"),
        ({"first": 0}, "the first request is 1"),
        ({"first": None}, "first of a fault is a whole number"),
        ({"count": 10**20}, "at least once"),
        ({"probability": 0.5}, "a fault has no probability"),
    ],
)
def test_json_that_is_no_fault_is_refused_in_one_line(
    document: Document, change: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint) as raised:
        fault_of({"operation": LIST, "kind": "429"} | change, document)
    assert "\n" not in str(raised.value)


def test_faults_that_are_armed_later_strike_later(document: Document) -> None:
    faults = Faults(document.operations, [parse_fault(f"{LIST}:500", document)])
    faults.arm(parse_fault(f"{LIST}:cut", document))
    faults.arm(parse_fault(f"{SHOW}:reset", document))

    assert kinds(faults, LIST, 3) == ["500", "cut", None]
    assert [armed.fault.kind for armed in faults.armed] == ["reset"]


def test_cleared_faults_strike_no_more(document: Document) -> None:
    faults = Faults(document.operations, [parse_fault(f"{LIST}:500*9", document)])
    faults.clear()

    assert (len(faults), faults.armed, kinds(faults, LIST, 1)) == (0, (), [None])


def test_what_was_armed_is_armed_again_with_what_was_left_of_it(document: Document) -> None:
    faults = Faults(
        document.operations, [parse_fault(f"{LIST}:500*2@2", document), parse_fault(f"{SHOW}:cut", document)]
    )
    kinds(faults, LIST, 2)
    snapshot = faults.snapshot()
    assert kinds(faults, LIST, 2) == ["500", None]
    assert kinds(faults, SHOW, 1) == ["cut"]
    faults.arm(parse_fault("*:never", document))

    for _ in range(2):
        faults.restore(snapshot)
        assert kinds(faults, LIST, 2) == ["500", None]
        assert kinds(faults, SHOW, 2) == ["cut", None]
