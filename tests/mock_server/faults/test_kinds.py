"""The table of the kinds of faults is all that says what there is."""

import re

import pytest

from incident_double.mock_server.faults import kinds
from incident_double.mock_server.faults.arming import Faults, parse_fault
from incident_double.mock_server.faults.kinds import HELP, KINDS, Kind, kind_named, kinds_for
from incident_double.mock_server.shells import delivering, transmitting
from incident_double.openapi import Document

LIST, SHOW = "Incidents V2#List", "Incidents V2#Show"


def test_each_shell_transmits_in_every_manner_and_no_other() -> None:
    manners = {kind.manner for kind in KINDS} - {""}

    assert {*delivering.PATIENT, *delivering.BREAKING} == manners
    assert {*transmitting.PATIENT, *transmitting.BREAKING} == manners


def test_a_kind_that_is_armed_is_found_by_its_name(document: Document) -> None:
    for name in kinds_for(document.operations.values()):
        kind = kind_named(name)
        assert re.sub(r"^\d+", "STATUS", name) == kind.name or name == kind.name

    assert (kind_named("429").seconds, kind_named("500").seconds) == (1.0, None)


def test_a_new_kind_is_one_entry(document: Document, monkeypatch: pytest.MonkeyPatch) -> None:
    new = Kind("blank", "no body", spoil=lambda reply, *_: reply, readable=False)
    monkeypatch.setattr(kinds, "KINDS", (*KINDS, new))
    monkeypatch.setattr(kinds, "_NAMED", {each.name: each for each in kinds.KINDS})

    assert str(parse_fault("*:blank*2", document)) == "*:blank"
    assert kinds.is_unreadable("*:blank")
    assert "blank" in kinds_for(document.operations.values())


def test_kinds_that_do_the_same_are_described_together() -> None:
    assert HELP.startswith(
        "an error status that the operation documents (429=SECONDS says how long to wait), "
        "502, 503 or 504 (a page of HTML), STATUS-html (a documented status with a page of HTML), 404-empty, "
        "delay=SECONDS, drip=SECONDS (the answer takes so long to come in), "
    )
    assert HELP.endswith("garbled-status or garbled-chunk (what is no HTTP)")


def test_a_fault_that_has_struck_leaves_nothing_behind_for_the_other_operations_that_it_fitted(
    document: Document,
) -> None:
    faults = Faults(document.operations, [parse_fault("*:500", document), parse_fault("*:cut", document)])

    struck = [faults.take(operation) for operation in (LIST, SHOW, LIST, SHOW)]
    assert [None if each is None else each.kind for each in struck] == ["500", "cut", None, None]
    assert not faults
