"""Both known Python SDKs, unchanged, taken through every conversation: what is found, and nothing beside it."""

import runpy

import pytest

from incident_double.contract_tests.drive.adapters import find_adapter
from incident_double.contract_tests.drive.conversations import hold_conversations
from incident_double.contract_tests.findings import Finding
from incident_double.contract_tests.judging import judge
from incident_double.contract_tests.wire.conversation import Conversation
from incident_double.openapi import Document

from .driven import held

NEWER, OLDER = "incident_io", "incident_io_client"
INTERVALS = "config/rotations/0/working_interval"
FILTERS = [
    *("created_at", "custom_field", "incident_role", "incident_type", "mode"),
    *("severity", "status", "status_category", "updated_at"),
]


@pytest.fixture(scope="module")
def conversations(document: Document) -> dict[str, Conversation]:
    return {
        package: held(
            document,
            find_adapter(f"openapi-python-client:{package}", document),
            lambda talk: hold_conversations(talk, slow=1),
        )
        for package in (NEWER, OLDER)
    }


@pytest.fixture(scope="module")
def findings(conversations: dict[str, Conversation]) -> dict[str, list[Finding]]:
    return {package: judge(said) for package, said in conversations.items()}


def summary(found: list[Finding]) -> set[tuple[str, str | None, str | None]]:
    return {(each.rule, each.operation, each.pointer) for each in found}


def test_the_newer_one_leaks_decoding_errors_and_has_no_time_limit(
    findings: dict[str, list[Finding]],
) -> None:
    assert summary(findings[NEWER]) == {
        ("empty-404-crash", "Incidents V2#Show", None),
        ("error-envelope-misread", "Incidents V2#Show", None),
        ("timeout-missing", "Incidents V2#Show", None),
        ("value-refused", "Utilities V1#OpenAPIV3", None),  # it hands parsed JSON to BytesIO
    }


def test_the_leaks_are_of_the_json_decoder_and_one_finding_whatever_the_status(
    findings: dict[str, list[Finding]],
) -> None:
    (leak,) = [each for each in findings[NEWER] if each.rule == "error-envelope-misread"]

    assert leak.exception == "json.decoder.JSONDecodeError"
    assert leak.count == 3  # of 404, 429 and 500
    assert leak.frame is not None
    assert leak.frame.startswith("incident_io/api/incidents_v2/incidents_v2_show.py:")


def test_the_older_one_writes_every_filter_wrongly_and_knows_fewer_roles(
    findings: dict[str, list[Finding]],
) -> None:
    assert summary(findings[OLDER]) == {
        *(("filter-wrong-syntax", "Incidents V2#List", name) for name in FILTERS),
        ("enum-closed", "Utilities V1#Identity", "/identity/roles/4"),
        # A list that was not sent is empty afterwards.
        ("absent-invented", "Schedules V2#List", f"/schedules/0/{INTERVALS}"),
        *(
            ("absent-invented", f"Schedules V2#{verb}", f"/schedule/{INTERVALS}")
            for verb in ("Create", "Show", "Update")
        ),
        ("absent-invented", "Schedules V2#Create", "/schedule/current_shifts"),
        ("timeout-missing", "Incidents V2#Show", None),
    }


def test_what_is_sent_and_given_back_was_compared_in_hundreds_of_calls(
    conversations: dict[str, Conversation],
) -> None:
    for package, operations in ((NEWER, 50), (OLDER, 35)):
        calls = conversations[package].calls
        assert len({each.operation.id for each in calls}) > operations
        assert sum(each.returned is not None for each in calls) > 100


def test_the_older_one_is_not_asked_for_what_it_does_not_have(conversations: dict[str, Conversation]) -> None:
    called = {each.operation.id for each in conversations[OLDER].calls}

    assert "Incidents V2#List" in called
    assert {"Follow-ups V3#List", "Teams V3#List", "Incident Updates V2#Create"} & called == set()


@pytest.mark.parametrize("package", [NEWER, OLDER])
def test_the_page_on_a_client_lists_what_is_found(findings: dict[str, list[Finding]], package: str) -> None:
    generate = runpy.run_path("docs/clients/generate.py")
    (client,) = (each for each in generate["CLIENTS"] if each.package == package)

    section = generate["wire_section"](client, findings[package])
    assert section in client.page.read_text(encoding="utf-8"), "run `python docs/clients/generate.py`"
