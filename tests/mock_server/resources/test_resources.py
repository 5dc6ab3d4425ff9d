"""Every operation of the bundled document is answered, by one resource at most."""

import pytest

from incident_double.fixtures.schema.samples import Sampler
from incident_double.mock_server.generic.answering.answers import can_be_made
from incident_double.mock_server.generic.composing.fitting import Fitter
from incident_double.mock_server.generic.recognising.families import families
from incident_double.mock_server.generic.recognising.servable import require_servable
from incident_double.mock_server.pipeline.dispatch import answers
from incident_double.mock_server.resources import handlers, severities, teams
from incident_double.openapi import Document, bundled


def test_every_operation_is_answered_and_by_the_resource_that_claims_it(document: Document) -> None:
    found = answers(document)

    assert found.keys() == document.operations.keys()
    assert {id_ for id_, answer in found.items() if answer.how == "behaviour"} == handlers().keys()
    assert sum(answer.how == "schema" for answer in found.values()) < 40


def test_the_bundled_document_can_be_served_without_being_tried_out(document: Document) -> None:
    sampler = Sampler(document, seed=0)
    require_servable(document, sampler)
    assert all(can_be_made(family, Fitter(document, sampler)) for family in families(document).values())


def test_an_operation_that_two_resources_claim_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(teams.OPERATIONS, "Severities V1#List", severities.list_severities)

    with pytest.raises(ValueError, match=r"claimed by two modules of .*resources: Severities V1#List"):
        answers(Document(bundled().raw))


def test_an_operation_that_is_misspelt_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(teams.OPERATIONS, "Severity V1#List", severities.list_severities)

    with pytest.raises(ValueError, match="operations that there are not: Severity V1#List"):
        answers(Document(bundled().raw))
