"""Bad requests are answered with the vendor's envelope, and change nothing (behaviour.md#errors)."""

import json
from typing import Any

import pytest

from incident_double.fixtures import Dataset
from incident_double.mock_server import Double, Request
from incident_double.mock_server.resources import severities
from incident_double.openapi import Document, bundled

from ...calling import Caller
from ..conftest import EVERYTHING, UNKNOWN_ID, Account

BODIES = [
    ("POST", "/v2/incidents"),
    ("POST", "/v1/incidents"),
    ("POST", f"/v2/incidents/{UNKNOWN_ID}/actions/edit"),
    ("POST", "/v2/incident_updates"),
    ("POST", "/v1/severities"),
    ("PUT", f"/v1/severities/{UNKNOWN_ID}"),
    ("POST", "/v3/actions"),
]


@pytest.mark.shows("error-400")
@pytest.mark.parametrize(("method", "path"), BODIES)
@pytest.mark.parametrize(
    "raw",
    [
        b"{",
        b"nonsense",
        b'{"idempotency_key": NaN}',
        b'{"idempotency_key": "1",}',
        b"{'idempotency_key': 'x'}",
        b'{"visibility": "public"} {}',
        b'{"idempotency_key": "\xff\xfe"}',
        b'{"idempotency_key": "\\ud800"}',
        b'\xef\xbb\xbf{"idempotency_key": "x"}',
        '{"visibility": "public"}'.encode("utf-16"),
        b"[" * 100_000,
        b'{"summary": ' * 5_000 + b"1" + b"}" * 5_000,
        b"\x00",
        b" ",
        b"1e999",
        b"9" * 400,
    ],
    ids=range(16),
)
def test_what_is_not_json_is_a_400(call: Caller, method: str, path: str, raw: bytes) -> None:
    answer = call(method, path, raw=raw)

    assert (answer.status, answer.body["type"]) == (400, "invalid_request_error")
    assert answer.error["code"] == "invalid_json"


@pytest.mark.parametrize(("method", "path"), BODIES)
@pytest.mark.parametrize("raw", [b"[]", b"1", b'"x"', b"true", b"[" * 900 + b"]" * 900])
def test_json_that_is_no_object_is_a_422(call: Caller, method: str, path: str, raw: bytes) -> None:
    answer = call(method, path, raw=raw)

    assert (answer.status, answer.body["type"]) == (422, "validation_error")


@pytest.mark.shows("bad-body-is-422")
@pytest.mark.parametrize(("method", "path"), BODIES)
@pytest.mark.parametrize("raw", [b"", b"{}", b"null"])
def test_an_empty_body_lacks_every_required_property(
    call: Caller, method: str, path: str, raw: bytes
) -> None:
    operation = next(
        each
        for each in call.double.document.operations.values()
        if (each.method, each.path) == (method, path.replace(UNKNOWN_ID, "{id}"))
    )
    assert operation.request_schema is not None
    wanted = call.double.document.resolve(operation.request_schema)["required"]

    answer = call(method, path, raw=raw)

    assert (answer.status, answer.body["type"]) == (422, "validation_error")
    assert {error["code"] for error in answer.body["errors"]} == {"is_required"}
    assert sorted(error["source"]["field"] for error in answer.body["errors"]) == sorted(wanted)


def test_a_required_property_that_is_null_is_missing(call: Caller) -> None:
    answer = call("POST", "/v2/incidents", body={"idempotency_key": None, "visibility": "public"})

    assert (answer.status, answer.error["code"]) == (422, "is_required")
    assert answer.error["source"]["field"] == "idempotency_key"


def test_an_optional_property_that_is_null_is_absent(call: Caller, account: Account) -> None:
    incident = account.declare(name="Ferry late", summary="By an hour", severity_id=None, mode=None)
    assert "severity" not in incident

    edited = account.edit(
        incident["id"],
        name=None,
        summary=None,
        call_url=None,
        custom_field_entries=None,
        incident_role_assignments=[{"incident_role_id": account.role("Incident Lead"), "assignee": None}],
    )

    assert edited == incident


@pytest.mark.shows("error-entry", "error-422", "error-pointer-forms")
@pytest.mark.parametrize(
    ("properties", "field"),
    [
        ({"idempotency_key": 1}, "idempotency_key"),
        ({"visibility": "secret"}, "visibility"),
        ({"name": ["Ferry late"]}, "name"),
        ({"mode": "real"}, "mode"),
        ({"name": {}}, "name"),
        ({"severity_id": 10**40}, "severity_id"),
        ({"custom_field_entries": {}}, "custom_field_entries"),
        ({"custom_field_entries": [1]}, "custom_field_entries.0"),
        ({"custom_field_entries": [{"values": []}]}, "custom_field_entries.0.custom_field_id"),
        (
            {"custom_field_entries": [{"custom_field_id": "x", "values": [{"value_numeric": 5}]}]},
            "custom_field_entries.0.values.0.value_numeric",
        ),
        (
            {"incident_timestamp_values": [{"incident_timestamp_id": "x", "value": "yesterday"}]},
            "incident_timestamp_values.0.value",
        ),
        (
            {"incident_timestamp_values": [{"incident_timestamp_id": "x", "value": "2026-02-30T10:00:00Z"}]},
            "incident_timestamp_values.0.value",
        ),
        (
            {"retrospective_incident_options": {"external_id": 2**63}},
            "retrospective_incident_options.external_id",
        ),
        (
            {"retrospective_incident_options": {"external_id": 1.5}},
            "retrospective_incident_options.external_id",
        ),
    ],
)
def test_a_value_of_the_wrong_kind_is_a_422_that_names_its_place(
    call: Caller, account: Account, properties: dict[str, Any], field: str
) -> None:
    answer = account.try_to_declare(**properties)

    assert (answer.status, answer.body["type"]) == (422, "validation_error")
    assert answer.error["code"] == ("is_required" if field.endswith("custom_field_id") else "invalid_value")
    assert answer.error["source"]["field"] == field
    assert field.rpartition(".")[2] in answer.error["message"]


@pytest.mark.parametrize("rank", [2**63, 2**64, -(2**63) - 1, 10**300, 1.5, "1", True])
def test_a_number_that_the_contract_cannot_hold_is_a_422(call: Caller, rank: object) -> None:
    answer = call("POST", "/v1/severities", body={"name": "A", "description": "", "rank": rank})

    assert answer.status == 422
    assert {error["source"]["field"] for error in answer.body["errors"]} == {"rank"}


def test_the_largest_numbers_are_kept_as_they_are(call: Caller) -> None:
    for rank in (2**63 - 1, -(2**63)):
        body = {"name": f"Rank {rank}", "description": "", "rank": rank}

        assert call("POST", "/v1/severities", body=body).body["severity"]["rank"] == rank


def test_a_value_nested_too_deeply_to_be_quoted_is_a_422(account: Account) -> None:
    deep: list[Any] = []
    for _ in range(900):
        deep = [deep]

    assert account.try_to_declare(name=deep).error["message"] == "body is nested too deeply"


def test_every_wrong_property_is_reported_up_to_twenty(call: Caller, account: Account) -> None:
    both = account.try_to_declare(mode="x", visibility="y")
    many = account.try_to_declare(custom_field_entries=list(range(100)))

    assert {error["source"]["field"] for error in both.body["errors"]} == {"mode", "visibility"}
    assert len(many.body["errors"]) == 20


def test_of_a_large_body_only_the_first_wrong_property_is_reported(account: Account) -> None:
    """Finding them all would take seconds."""
    answer = account.try_to_declare(custom_field_entries=list(range(50_000)))

    assert answer.error["source"]["field"] == "custom_field_entries.0"


@pytest.mark.shows("unknown-property-ignored")
def test_properties_that_the_contract_does_not_have_are_ignored(account: Account) -> None:
    incident = account.declare(name="Ferry late", colour="teal", custom={"deeply": [{"nested": None}]})

    assert (incident["name"], incident.keys() & {"colour", "custom"}) == ("Ferry late", set())


def test_a_deeply_nested_value_that_is_ignored_is_ignored(account: Account, call: Caller) -> None:
    raw = b'{"idempotency_key": "1", "visibility": "public", "x": ' + b"[" * 900 + b"null" + b"]" * 900 + b"}"

    assert call("POST", "/v2/incidents", raw=raw).status == 200


def test_of_a_property_that_is_there_twice_the_last_counts(call: Caller) -> None:
    raw = b'{"idempotency_key": "1", "visibility": "private", "visibility": "public"}'

    assert call("POST", "/v2/incidents", raw=raw).body["incident"]["visibility"] == "public"


def test_any_text_survives(account: Account) -> None:
    text = "Ünïcode \U0001f6a2 \u200f\u0000\u2028 ' \" \\ <b>"

    assert account.declare(name=text, summary=text)["name"] == text


def test_a_body_that_was_too_large_is_a_413(call: Caller) -> None:
    answer = call("POST", "/v2/incidents", raw=None)

    assert (answer.status, answer.body["type"]) == (413, "payload_too_large")


@pytest.mark.parametrize("raw", [b"{", b"\xff", b"[]"])
def test_a_body_where_none_is_expected_is_not_looked_at(call: Caller, raw: bytes) -> None:
    assert call("GET", "/v2/incidents", raw=raw).status == 200
    assert call("DELETE", f"/v3/actions/{UNKNOWN_ID}", raw=raw).error["code"] == "resource_not_found"


@pytest.mark.parametrize(
    "query",
    ["%", "%zz", "%ff=%fe", "&&&===", "a=" + "b" * 100_000, "[=]", "status[", "status]", "\x00", ";;;", "+"],
)
def test_a_garbled_query_is_ignored(call: Caller, query: str) -> None:
    assert call("GET", "/v2/incidents", query).status == 200


@pytest.mark.shows("request-id-short", "error-envelope")
def test_every_answer_has_a_request_id_of_its_own(call: Caller) -> None:
    ids = [call("GET", f"/v2/incidents/{UNKNOWN_ID}").body["request_id"] for _ in range(50)]

    assert len(set(ids)) == 50


def test_a_refused_request_has_changed_nothing(call: Caller, account: Account) -> None:
    incident = account.declare_live(name="Ferry late")
    before = call.get("/v2/incidents", EVERYTHING), account.updates(incident["id"])

    assert account.try_to_edit(incident["id"], name="Boat late", severity_id=UNKNOWN_ID).status == 422
    assert account.try_to_declare(name="Another", severity_id=UNKNOWN_ID).status == 422

    assert (call.get("/v2/incidents", EVERYTHING), account.updates(incident["id"])) == before


def test_a_refused_request_has_not_used_up_its_idempotency_key(call: Caller) -> None:
    body = {"idempotency_key": "again", "visibility": "public", "severity_id": UNKNOWN_ID}
    assert call("POST", "/v2/incidents", body=body).status == 422

    del body["severity_id"]

    assert call("POST", "/v2/incidents", body=body).status == 200


@pytest.mark.shows("error-500")
def test_what_goes_wrong_inside_is_a_500_with_the_envelope_and_a_line_in_the_log(
    dataset: Dataset, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(severities.OPERATIONS, "Severities V1#List", lambda store, call: 1 / 0)
    document = Document(bundled().raw)  # one that no double has been made from
    double = Double(document, dataset)

    token = next(iter(double.keys))
    reply = double.answer(Request("GET", "/v1/severities", authorization=f"Bearer {token}"))
    envelope = json.loads(reply.body)

    assert (reply.status, envelope["status"], envelope["type"]) == (500, 500, "api_error")
    assert document.validator({"$ref": "#/components/schemas/ErrorResponse"}).is_valid(envelope)
    assert "ZeroDivisionError" in caplog.text
    assert "ZeroDivisionError" not in reply.body.decode()
