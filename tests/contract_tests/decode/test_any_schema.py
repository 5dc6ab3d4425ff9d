"""Whatever a schema permits, a decoder that keeps everything has no finding, and one that drops a part has one."""

from itertools import islice

import pytest

from incident_double.contract_tests.decode.fuzz import Fuzz
from incident_double.contract_tests.decode.inputs import SHAPES, inputs
from incident_double.contract_tests.decode.targets.callables import CallableTarget
from incident_double.contract_tests.findings import Finding, at_least
from incident_double.openapi import Document

from ...fixtures.written_documents import WRITTEN


def keep(value: object) -> object:
    return value


def forget(_: object) -> object:
    return None


def found_in(document: Document, name: str, decode: str) -> list[Finding]:
    target = CallableTarget(f"{__name__}:{decode}", encode=f"{__name__}:keep")
    fuzz = Fuzz(target, document, name)
    fuzz.run(islice(inputs(document, name, seed=0, shapes=SHAPES), 400))
    return fuzz.findings()


@pytest.mark.parametrize(("document", "name"), WRITTEN, ids=lambda each: getattr(each, "version", each))
def test_a_decoder_that_keeps_everything_has_no_finding(document: Document, name: str) -> None:
    assert at_least(found_in(document, name, "keep"), "warning") == []


@pytest.mark.parametrize(("document", "name"), WRITTEN[::7], ids=lambda each: getattr(each, "version", each))
def test_a_decoder_that_forgets_everything_has_one(document: Document, name: str) -> None:
    errors = at_least(found_in(document, name, "forget"), "error")
    assert [each.rule for each in errors] == ["value-changed"]
