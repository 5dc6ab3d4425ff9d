"""Every rule of decoding: found on the decoder that breaks it, with a small counterexample; silent on a careful one."""

import shlex
import sys
from itertools import islice
from pathlib import Path

import orjson
import pytest

from incident_double.contract_tests.decode.fuzz import Fuzz
from incident_double.contract_tests.decode.inputs import SHAPES, Input, inputs
from incident_double.contract_tests.decode.outcomes import Target
from incident_double.contract_tests.decode.targets.callables import CallableTarget
from incident_double.contract_tests.decode.targets.processes import ProcessTarget
from incident_double.contract_tests.findings import Finding
from incident_double.contract_tests.rules import rules
from incident_double.fixtures.schema.reducer import smallest
from incident_double.openapi import Document, bundled

from . import careful_decoder, decoders

OF_MODELS = {"partial-model", "unknown-property-read"}
"""What is seen in all that a decoder does, and not on one value (see test_partial_models.py and test_reading.py)."""
RULES = [id_ for id_, each in rules().items() if "decode" in each.rule.modes and id_ not in OF_MODELS]
PLACES = {
    "absent-invented": "/debriefs",
    "empty-string-crash": "/slack_channel_id",
    "enum-closed": "/incident_status/category",
    "null-for-absent": "/summary",
    "optional-required": "/summary",
    "time-extreme": "/updated_at",
    "time-rounded": "/created_at",
    "time-spelling": "/created_at",
    "value-changed": "/call_url",
    "value-refused": "/incident_status/rank",
}
"""Where it is to be found, if the rule is about one place."""


@pytest.fixture(scope="module")
def document() -> Document:
    return bundled()


@pytest.fixture(scope="module")
def tried(document: Document) -> list[Input]:
    return list(islice(inputs(document, "IncidentV2", seed=0, shapes=SHAPES), 1_700))


def target(name: str) -> Target:
    if name == "decoder_dies":
        script = Path(__file__).with_name("decode_lines.py")
        return ProcessTarget(shlex.join([sys.executable, str(script), name]), timeout=20)
    timeout = 0.25 if name == "decoder_hangs" else 20
    return CallableTarget(f"{decoders.__name__}:{name}", encode=f"{decoders.__name__}:same", timeout=timeout)


def found_by(decoder: Target, document: Document, tried: list[Input]) -> list[Finding]:
    fuzz = Fuzz(decoder, document, "IncidentV2")
    try:
        fuzz.run(tried)
        return fuzz.findings()
    finally:
        decoder.close()


@pytest.mark.shows("bug-closed-models", "bug-absent-as-null", "bug-empty-channel")
@pytest.mark.parametrize("rule", RULES)
def test_a_rule_is_seen_on_the_decoder_that_breaks_it(
    rule: str, document: Document, tried: list[Input]
) -> None:
    few = [*tried[:10], *tried[-30:]] if rule in ("decoder-hangs", "decoder-dies") else tried
    found = [each for each in found_by(target(rule.replace("-", "_")), document, few) if each.rule == rule]

    assert found
    assert {each.outcome for each in found} >= {rules()[rule].rule.outcome}
    if rule in PLACES:
        assert PLACES[rule] in {each.pointer for each in found}
    if rule not in ("broken-accepted", "broken-crashes"):
        least = len(orjson.dumps(smallest(document, {"$ref": "#/components/schemas/IncidentV2"})))
        assert all(len(orjson.dumps(each.counterexample)) <= least + 600 for each in found)
        assert all(each.stable for each in found)


def test_no_rule_but_for_extremes_is_seen_on_a_careful_decoder(
    document: Document, tried: list[Input]
) -> None:
    name = careful_decoder.__name__
    careful = CallableTarget(f"{name}:decode", expect=(f"{name}.RefusedError",))

    assert {each.rule for each in found_by(careful, document, tried)} <= {
        "time-extreme",
        "time-rounded",
        "broken-accepted",
    }


def test_times_that_are_kept_as_text_are_neither_rounded_nor_refused(
    document: Document, tried: list[Input]
) -> None:
    found = found_by(target("broken_accepted"), document, tried)
    assert {each.rule for each in found} == {"broken-accepted"}
    assert {each.severity for each in found} == {"note"}


def test_broken_data_that_is_refused_in_the_clients_own_words_is_no_finding(
    document: Document, tried: list[Input]
) -> None:
    decoder = CallableTarget(
        f"{decoders.__name__}:broken_crashes",
        encode=f"{decoders.__name__}:same",
        expect=("KeyError", "TypeError", "AttributeError"),
    )
    assert "broken-crashes" not in {each.rule for each in found_by(decoder, document, tried)}


def test_an_exception_of_its_own_is_no_excuse_on_legal_data(document: Document, tried: list[Input]) -> None:
    decoder = CallableTarget(
        f"{decoders.__name__}:value_refused", encode=f"{decoders.__name__}:same", expect=("ValueError",)
    )
    found = [each for each in found_by(decoder, document, tried) if each.rule == "value-refused"]
    assert [(each.severity, each.pointer) for each in found] == [("error", "/incident_status/rank")]


def test_faults_that_are_reported_at_once_are_separated(document: Document, tried: list[Input]) -> None:
    found = [
        each
        for each in found_by(target("all_at_once"), document, tried)
        if each.tier != "broken" and each.severity == "error"
    ]
    assert sorted((each.rule, each.pointer) for each in found) == [
        ("enum-closed", "/mode"),
        ("enum-closed", "/visibility"),
        ("value-refused", "/incident_status/rank"),
    ]


def test_what_encodes_to_times_is_compared_as_json(document: Document, tried: list[Input]) -> None:
    decoder = CallableTarget(f"{decoders.__name__}:same", encode=f"{decoders.__name__}:with_times")
    assert {each.rule for each in found_by(decoder, document, tried[:60])} <= {"broken-accepted"}


def test_what_encodes_to_no_json_at_all_is_a_finding_of_its_place(
    document: Document, tried: list[Input]
) -> None:
    decoder = CallableTarget(f"{decoders.__name__}:same", encode=f"{decoders.__name__}:objects")
    found = [each for each in found_by(decoder, document, tried[:60]) if each.severity == "error"]

    assert [(each.rule, each.pointer) for each in found] == [("value-changed", "/created_at")]
    assert found[0].message.endswith('came back "<object object>"')


def test_a_callable_that_ends_the_process_is_a_death(document: Document, tried: list[Input]) -> None:
    found = [each for each in found_by(target("leaves"), document, tried[:150]) if each.outcome == "death"]
    assert [(each.rule, each.severity, each.pointer) for each in found] == [
        ("decoder-dies", "error", "/summary")
    ]
    assert found[0].message == "the process ended with status 3: SystemExit"
