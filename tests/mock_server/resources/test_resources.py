"""Every operation of the bundled document is answered by a resource, and by one only."""

import pytest

from incident_double.mock_server.dispatch import answers
from incident_double.mock_server.resources import severities, teams
from incident_double.openapi import Document, bundled


def test_every_operation_has_a_behaviour_of_its_own(document: Document) -> None:
    assert {answer.how for answer in answers(document).values()} == {"behaviour"}
    assert answers(document).keys() == document.operations.keys()


def test_an_operation_that_two_resources_claim_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(teams.OPERATIONS, "Severities V1#List", severities.list_severities)

    with pytest.raises(ValueError, match="claimed by two resources: Severities V1#List"):
        answers(bundled())


def test_an_operation_that_is_misspelt_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(teams.OPERATIONS, "Severity V1#List", severities.list_severities)

    with pytest.raises(ValueError, match="operations that there are not: Severity V1#List"):
        answers(bundled())
