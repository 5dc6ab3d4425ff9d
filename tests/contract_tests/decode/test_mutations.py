"""The fuzzer finds small faults that are made in a careful decoder, and nothing wrong with the decoder itself."""

import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from types import ModuleType

import pytest
from coverage import Coverage

from incident_double.contract_tests.decode.fuzz import Fuzz
from incident_double.contract_tests.decode.inputs import SHAPES, Input, inputs
from incident_double.contract_tests.decode.targets.callables import CallableTarget
from incident_double.contract_tests.findings import Finding, at_least
from incident_double.openapi import Document, bundled

from .mutations import MUTATIONS

SOURCE = Path(__file__).with_name("careful_decoder.py").read_text(encoding="utf-8")
EXAMPLES = 2_000
FIRST_LOOKS = 50, 200, 800
"""After how many inputs one looks whether the fault was found: the others can only find it again."""
NAME = "mutated_decoder"


@pytest.fixture(autouse=True, scope="module")
def _unmeasured() -> Iterator[None]:
    """A hundred thousand objects would take twice as long, and cover nothing that other tests don't."""
    measuring = Coverage.current()
    if measuring is not None:
        measuring.stop()
    yield
    if measuring is not None:
        with warnings.catch_warnings(action="ignore"):  # of what was imported before it starts once more
            measuring.start()


@pytest.fixture(scope="module")
def document() -> Document:
    return bundled()


@contextmanager
def module(source: str) -> Iterator[str]:
    """The source as a module that can be imported by its name."""
    found = ModuleType(NAME)
    sys.modules[NAME] = found
    try:
        exec(compile(source, f"/{NAME}.py", "exec"), vars(found))
        yield NAME
    finally:
        del sys.modules[NAME]


@pytest.fixture(scope="module")
def tried(document: Document) -> list[Input]:
    return list(islice(inputs(document, "IncidentV2", seed=0, shapes=SHAPES), EXAMPLES))


def found_in(source: str, document: Document, tried: list[Input], looks: Sequence[int]) -> list[Finding]:
    """What is worse than a note, after the first look that has found an error, or the last."""
    with module(source) as name:
        target = CallableTarget(f"{name}:decode", expect=(f"{name}.RefusedError",))
        fuzz = Fuzz(target, document, "IncidentV2")
        found: list[Finding] = []
        for look in looks:
            fuzz.run(tried[fuzz.tried : look])
            found = at_least(fuzz.findings(), "warning")
            if at_least(found, "error"):
                break
        return found


def test_nothing_is_wrong_with_the_careful_decoder(document: Document, tried: list[Input]) -> None:
    assert found_in(SOURCE, document, tried, [EXAMPLES]) == []


def test_the_mutations_are_many_and_real() -> None:
    assert len(MUTATIONS) >= 40
    for old, new in MUTATIONS.values():
        assert SOURCE.count(old) >= 1
        assert old != new


@pytest.mark.parametrize("mutation", MUTATIONS)
def test_a_mutation_is_found_as_an_error(mutation: str, document: Document, tried: list[Input]) -> None:
    old, new = MUTATIONS[mutation]
    mutated = SOURCE.replace(old, new, 1)
    found = at_least(found_in(mutated, document, tried, [*FIRST_LOOKS, EXAMPLES]), "error")
    assert found
    assert all(each.stable for each in found)
