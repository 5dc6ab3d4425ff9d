"""What a decoder asks for is noted: a property that the schema doesn't have is a warning."""

import copy
import dataclasses
import json
import pickle
from itertools import islice
from typing import Any

import msgspec
import orjson
import pytest

from incident_double.contract_tests.decode.fuzz import Fuzz
from incident_double.contract_tests.decode.inputs import inputs
from incident_double.contract_tests.decode.targets.callables import CallableTarget
from incident_double.contract_tests.decode.targets.watched_values import Reads, watched
from incident_double.contract_tests.findings import Finding
from incident_double.openapi import Document, bundled

from .partial_models import attrs_incident, pydantic_incident

Json = Any
RULE = "unknown-property-read"


@pytest.fixture(scope="module")
def document() -> Document:
    return bundled()


def read_as_in_version_1(value: Json) -> Json:
    return value.get("status", "unknown"), value.get("closed_at")


def read_one_that_may_be_either(value: Json) -> Json:
    return value.get("incident_status") or value.get("status")


def read_in_camel_case(value: Json) -> Json:
    return [each.get("valueSeconds") for each in value.get("duration_metrics", [])]


def read_in_camel_case_too(value: Json) -> Json:
    return [each.get("value_seconds", each.get("valueSeconds")) for each in value.get("duration_metrics", [])]


def unwrap(value: Json) -> Json:
    return value.get("incident", value)["id"]


def look_whether_it_is_there(value: Json) -> Json:
    return "priority" in value


def match(value: Json) -> Json:
    match value:
        case {"resolved_at": moment}:
            return moment
    return None


def copy_first(value: Json) -> Json:
    return {**value}.get("status"), copy.deepcopy(value).get("status")


def found(document: Document, decode: str) -> list[Finding]:
    fuzz = Fuzz(CallableTarget(f"{__name__}:{decode}"), document, "IncidentV2", built_against=document)
    fuzz.run(islice(inputs(document, "IncidentV2", seed=0, shapes=["realistic", "conforming"]), 150))
    return [each for each in fuzz.findings() if each.rule == RULE]


@pytest.mark.parametrize(
    ("decode", "places"),
    [
        ("read_as_in_version_1", {"/status", "/closed_at"}),
        ("read_one_that_may_be_either", set()),
        ("read_in_camel_case", {"/duration_metrics/0/valueSeconds"}),
        ("read_in_camel_case_too", set()),
        ("unwrap", set()),
        ("look_whether_it_is_there", {"/priority"}),
        ("match", {"/resolved_at"}),
        ("copy_first", set()),
    ],
)
def test_what_the_schema_does_not_have_is_found(document: Document, decode: str, places: set[str]) -> None:
    findings = found(document, decode)

    assert {each.pointer for each in findings} == places
    assert {each.severity for each in findings} <= {"warning"}


def test_a_finding_names_what_is_there_in_its_place(document: Document) -> None:
    messages = {each.pointer: each.message for each in found(document, "read_as_in_version_1")}

    assert messages == {
        "/status": "asks for status, which IncidentV2 doesn't have there, but incident_status",
        "/closed_at": "asks for closed_at, which IncidentV2 doesn't have there, but incident_timestamp_values",
    }


VALUE = {
    "id": "1",
    "name": "n",
    "summary": "s",
    "visibility": "public",
    "created_at": "2026-01-01T00:00:00Z",
    "updated_at": "2026-01-01T00:00:00Z",
    "incident_role_assignments": [],
    "creator": {"user": {"id": "1", "name": "n"}},
    "incident_status": {"id": "1", "name": "n", "category": "live"},
}


@dataclasses.dataclass
class Holder:
    value: Json


@pytest.mark.parametrize(
    "use",
    [
        pydantic_incident.Incident.model_validate,
        attrs_incident.decode,
        lambda value: msgspec.convert(value, dict),
        lambda value: dataclasses.asdict(Holder(value)),
        copy.copy,
        copy.deepcopy,
        lambda value: pickle.loads(pickle.dumps(value)),
        json.dumps,
        orjson.dumps,
        dict,
        lambda value: value | {"a": 1},
        lambda value: {**value},
        lambda value: value.copy(),
    ],
)
def test_libraries_take_it_as_the_dict_that_it_is(use: Any) -> None:
    value = watched(VALUE, set())

    assert value == VALUE
    assert str(use(value)) == str(use(VALUE))


def test_where_it_is_and_what_was_asked_for_are_noted() -> None:
    reads: Reads = set()
    value = watched(VALUE, reads)
    value["creator"]["user"].get("email")
    value.pop("nothing", None)

    assert reads == {((), "creator"), (("creator",), "user"), (("creator", "user"), "email"), ((), "nothing")}
