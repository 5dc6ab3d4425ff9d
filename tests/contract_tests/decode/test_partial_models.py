"""Hand-written models of a few properties: exactly their real faults are errors, each at its own place."""

import json
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path

import pytest

from incident_double.contract_tests.decode.fuzz import Fuzz
from incident_double.contract_tests.decode.inputs import SHAPES, Input, inputs
from incident_double.contract_tests.decode.outcomes import Target
from incident_double.contract_tests.decode.targets.callables import CallableTarget
from incident_double.contract_tests.decode.targets.processes import ProcessTarget
from incident_double.contract_tests.findings import Finding, at_least
from incident_double.openapi import Document, bundled

from . import partial_models

FOLDER = Path(__file__).with_name("partial_models")
ZOD = Path(__file__).resolve().parents[3] / "build" / "zod"
"""Where the library is kept from one run to the next."""
MODULE = partial_models.__name__


@dataclass(frozen=True)
class Model:
    """How a model is fuzzed, and which errors it has."""

    decode: str
    encode: str
    errors: set[tuple[str, str]]
    expect: tuple[str, ...] = ()


MODELS = {
    "pydantic": Model(
        "pydantic_incident:Incident.model_validate",
        "model_dump",
        {("optional-required", "/summary"), ("enum-closed", "/visibility")},
        expect=("pydantic.ValidationError",),
    ),
    "pydantic, as text": Model(
        "pydantic_incident:Incident.model_validate",
        "model_dump_json",
        {("optional-required", "/summary"), ("enum-closed", "/visibility")},
    ),
    "msgspec": Model(
        "msgspec_incident:decode",
        "to_builtins",
        {("property-closed", "/severity"), ("value-refused", "/severity/rank"), ("enum-closed", "/mode")},
    ),
    "attrs with cattrs": Model(
        "attrs_incident:decode",
        "unstructure",
        {
            ("optional-required", "/creator/user"),
            ("time-spelling", "/updated_at"),
            ("enum-closed", "/incident_status/category"),
        },
    ),
    "attrs": Model(
        "attrs_incident:decode",
        "asdict",
        {
            ("optional-required", "/creator/user"),
            ("time-spelling", "/updated_at"),
            ("enum-closed", "/incident_status/category"),
        },
    ),
    "dataclasses": Model(
        "dataclass_incident:Incident.from_json",
        "dataclasses:asdict",
        {
            ("value-refused", "/custom_field_entries/0/values"),
            ("empty-string-crash", "/incident_status/description"),
            ("absent-invented", "/summary"),
            ("value-changed", "/team_ids"),
        },
    ),
}
OF_PLAIN_JAVASCRIPT = {
    ("optional-required", "/severity"),
    ("value-changed", "/has_debrief"),
    ("value-changed", "/workload_minutes_late"),
}
OF_ZOD = {
    ("optional-required", "/call_url"),
    ("value-refused", "/incident_status/rank"),
    ("enum-closed", "/incident_role_assignments/0/role/role_type"),
    ("value-changed", "/incident_status/rank"),
    ("value-changed", "/severity/rank"),
}


@pytest.fixture(scope="module")
def document() -> Document:
    return bundled()


@pytest.fixture(scope="module")
def tried(document: Document) -> list[Input]:
    return list(islice(inputs(document, "IncidentV2", seed=0, shapes=SHAPES), 1_700))


def found_by(
    target: Target, document: Document, tried: list[Input], *, complete: bool = False
) -> list[Finding]:
    fuzz = Fuzz(target, document, "IncidentV2", complete=complete)
    try:
        fuzz.run(tried)
        return fuzz.findings()
    finally:
        target.close()


@pytest.fixture(scope="module")
def found_in(document: Document, tried: list[Input]) -> Callable[[str], list[Finding]]:
    """What is found in a model of the table by its name; each is fuzzed once."""

    @cache
    def found_in(name: str) -> list[Finding]:
        model = MODELS[name]
        target = CallableTarget(f"{MODULE}.{model.decode}", encode=model.encode, expect=model.expect)
        return found_by(target, document, tried)

    return found_in


def errors(found: list[Finding]) -> set[tuple[str, str | None]]:
    listed = [(each.rule, each.pointer) for each in at_least(found, "error")]
    assert len(listed) == len(set(listed))
    return set(listed)


@pytest.mark.parametrize("name", MODELS)
def test_exactly_the_real_faults_are_errors(name: str, found_in: Callable[[str], list[Finding]]) -> None:
    found = found_in(name)

    assert errors(found) == MODELS[name].errors
    assert all(each.stable for each in found)
    (note,) = [each for each in found if each.rule == "partial-model"]
    assert note.severity == "note"
    assert "of 127 properties; never shown: " in note.message


@pytest.mark.skipif(shutil.which("node") is None, reason="needs Node")
def test_of_plain_javascript_too(document: Document, tried: list[Input]) -> None:
    target = ProcessTarget(f"node {FOLDER / 'plain_incident.mjs'}", timeout=20)

    assert errors(found_by(target, document, tried)) == OF_PLAIN_JAVASCRIPT


@pytest.fixture(scope="module")
def zod_script() -> Path:
    """The script beside an installed zod."""
    if shutil.which("npm") is None:
        pytest.skip("needs Node and npm")
    if not (ZOD / "node_modules" / "zod").is_dir():
        ZOD.mkdir(parents=True, exist_ok=True)
        install = ["npm", "install", "--prefix", str(ZOD), "--no-audit", "--no-fund", "--silent", "zod@4"]
        try:
            done = subprocess.run(install, capture_output=True, text=True, timeout=120, check=False)
        except subprocess.TimeoutExpired:
            pytest.skip("the npm registry does not answer")
        if done.returncode:
            pytest.skip(f"zod can't be installed: {done.stderr[-200:]}")
    return Path(shutil.copy(FOLDER / "zod_incident.mjs", ZOD))


def test_what_zod_lists_is_taken_apart(zod_script: Path, document: Document, tried: list[Input]) -> None:
    target = ProcessTarget(f"node {zod_script}", timeout=20)

    assert errors(found_by(target, document, tried)) == OF_ZOD


def test_what_breaks_on_realistic_data_comes_first(found_in: Callable[[str], list[Finding]]) -> None:
    found = at_least(found_in("attrs with cattrs"), "error")

    assert [each.tier for each in found] == ["realistic", "conforming", "evolved"]


def test_a_counterexample_differs_in_one_place_from_what_the_client_takes(
    found_in: Callable[[str], list[Finding]],
) -> None:
    found = at_least(found_in("pydantic"), "error")
    shown = {each.rule: each.counterexample for each in found}
    mended = {
        "optional-required": {**shown["optional-required"], "summary": "Checkout is slow."},
        "enum-closed": {**shown["enum-closed"], "visibility": "public"},
    }
    target = CallableTarget(f"{MODULE}.{MODELS['pydantic'].decode}")

    for value in mended.values():
        assert type(target.decode(json.dumps(value).encode())).__name__ == "Returned"
        assert all(
            value[name] for name in ("id", "name", "reference", "slack_team_id")
        )  # as in realistic data


def test_a_model_that_is_to_be_complete_has_an_error_for_each_property_that_it_lacks(
    document: Document, tried: list[Input]
) -> None:
    target = CallableTarget(f"{MODULE}.dataclass_incident:Incident.from_json", encode="asdict")
    found = found_by(target, document, tried[:150], complete=True)

    assert ("value-changed", "/call_url") in errors(found)
    assert "partial-model" not in {each.rule for each in found}


@pytest.mark.parametrize("shape", ["realistic", "conforming", "evolved"])
def test_a_model_is_partial_whatever_shape_it_is_given(document: Document, shape: str) -> None:
    target = CallableTarget(f"{MODULE}.pydantic_incident:Incident.model_validate", encode="model_dump")
    of_shape = list(islice(inputs(document, "IncidentV2", seed=0, shapes=[shape]), 60))
    found = found_by(target, document, of_shape)

    assert "value-changed" not in {each.rule for each in found}
    assert "partial-model" in {each.rule for each in found}


def keep_severity_by_name(value: dict[str, object]) -> dict[str, object]:
    severity = value.get("severity")
    return {
        "id": value["id"],
        "severity": severity["name"] if isinstance(severity, dict) else None,
        "lead": "somebody",
        "team_ids": len(value["team_ids"]),  # type: ignore[arg-type]
    }


def test_what_is_kept_in_another_form_is_not_modelled(document: Document, tried: list[Input]) -> None:
    target = CallableTarget(f"{__name__}:keep_severity_by_name", encode=f"{__name__}:same")

    assert errors(found_by(target, document, tried[:400])) == set()


def same(value: object) -> object:
    return value
