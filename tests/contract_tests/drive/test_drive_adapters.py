"""The adapters: packages made by openapi-python-client, processes that speak JSON lines, and Python objects."""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from incident_io.models import IncidentsCreatePayloadV2, IncidentsV2ListSortBy, IncidentsV2ListStatus
from incident_io.types import UNSET, Unset
from incident_io_client.models.identity_v1_roles_item import IdentityV1RolesItem

from incident_double.contract_tests.drive.adapters import find_adapter
from incident_double.contract_tests.drive.client import AdapterError, Client, FailureError, UnsupportedError
from incident_double.contract_tests.drive.conversations import hold_conversations
from incident_double.contract_tests.drive.exec_client import ExecClient
from incident_double.contract_tests.drive.failures import failure
from incident_double.contract_tests.drive.generated import make_generated_calls
from incident_double.contract_tests.drive.openapi_python_client import (
    OpenapiPythonClient,
    RefusalError,
    find_functions,
    from_json,
    to_json,
)
from incident_double.contract_tests.wire.calls import DEATH, HANG
from incident_double.openapi import Document

from ...serving import Served, serving
from .driven import found, held

NOBODY = "01AAAAAAAAAAAAAAAAAAAAAAAA"


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serving("--no-rate-limit") as double:
        yield double


def made_by_generator(document: Document, served: Served, package: str) -> OpenapiPythonClient:
    return OpenapiPythonClient(package, document, served.base_url, served.token)


@pytest.mark.parametrize(
    ("package", "count", "newest"),
    [
        ("incident_io", 337, ("GET", "/v3/teams/{}")),
        ("incident_io_client", 219, ("GET", "/v2/incidents/{}")),
    ],
)
def test_a_package_s_functions_are_found_by_method_and_path(
    package: str, count: int, newest: tuple[str, str]
) -> None:
    functions = list(find_functions(package))

    assert len(functions) == count
    assert newest in {each.place for each in functions}


def test_a_generated_package_lists_shows_and_creates(document: Document, served: Served) -> None:
    client = made_by_generator(document, served, "incident_io")
    page = client.call("Incidents V2#List", {}, {"page_size": 2, "mode": {"one_of": ["standard"]}}, None)
    body = {"idempotency_key": "adapter", "visibility": "public", "name": "By the adapter"}
    created = client.call("Incidents V2#Create", {}, {}, body)
    shown = client.call("Incidents V2#Show", {"id": created["incident"]["id"]}, {}, None)
    client.close()

    assert [each["mode"] for each in page["incidents"]] == ["standard", "standard"]
    assert shown["incident"]["name"] == "By the adapter"


def test_a_refusal_is_raised_with_all_that_the_caller_sees(document: Document, served: Served) -> None:
    client = made_by_generator(document, served, "incident_io")
    with pytest.raises(RefusalError, match="HTTP 404") as raised:
        client.call("Incidents V2#Show", {"id": NOBODY}, {}, None)
    reported = failure(raised.value, client)
    client.close()

    assert reported.declared
    assert reported.details["parsed"]["errors"][0]["code"] == "resource_not_found"


@pytest.mark.parametrize(
    ("operation_id", "query"),
    [
        ("Teams V3#List", {}),
        ("Incidents V2#List", {"sort_by": "created_at_oldest_first"}),
        ("Custom Field Options V1#List", {}),  # it needs the field
    ],
)
def test_what_a_package_has_no_function_or_argument_for_is_unsupported(
    document: Document, served: Served, operation_id: str, query: dict[str, str]
) -> None:
    client = made_by_generator(document, served, "incident_io_client")
    with pytest.raises(UnsupportedError):
        client.call(operation_id, {}, query, None)
    client.close()


def test_arguments_are_made_in_the_types_that_a_function_wants() -> None:
    assert from_json("created_at_oldest_first", IncidentsV2ListSortBy | Unset).value == (
        "created_at_oldest_first"
    )
    assert from_json({"one_of": ["A"]}, IncidentsV2ListStatus | Unset).to_dict() == {"one_of": ["A"]}
    assert from_json(["a"], list[str]) == ["a"]
    with pytest.raises(UnsupportedError, match="is not a valid IdentityV1RolesItem"):
        from_json("owner of everything", IdentityV1RolesItem)


def test_a_list_that_was_not_given_stays_unset_and_an_empty_one_stays_empty() -> None:
    given = {"idempotency_key": "k", "visibility": "public", "incident_timestamp_values": []}
    body = from_json(given, IncidentsCreatePayloadV2)

    assert body.custom_field_entries is UNSET
    assert to_json(body) == given


def test_an_exception_of_the_client_is_reported_with_its_own_line(document: Document) -> None:
    adapter = find_adapter("openapi-python-client:incident_io", document)
    (call,) = held(document, adapter, lambda talk: talk.call("Utilities V1#OpenAPIV3")).calls

    assert call.failure is not None
    assert (call.failure.exception, call.failure.declared) == ("TypeError", False)
    assert call.failure.frame.startswith("incident_io/api/utilities_v1/utilities_v1_open_apiv3.py:")
    assert call.failure.frame.endswith("in _parse_response")


def process(document: Document, tmp_path: Path, loop: str, *, time_limit: float = 20) -> ExecClient:
    script = tmp_path / "client.py"
    script.write_text(f"import json, sys\nfor line in sys.stdin:\n    asked = json.loads(line)\n{loop}\n")
    return ExecClient(f"{sys.executable} {script}", document, "http://double", "key", time_limit=time_limit)


ANSWER = "    print(json.dumps({'id': asked['id'], %s}), flush=True)"


def test_a_process_gets_one_line_for_each_call(document: Document, tmp_path: Path) -> None:
    client = process(document, tmp_path, ANSWER % "'value': asked")
    asked = client.call("Incidents V2#Show", {"id": "1"}, {}, None)
    again = client.call("Severities V1#Create", {}, {}, {"name": "A"})
    client.close()

    assert asked == {
        "id": 1,
        "base_url": "http://double",
        "api_key": "key",
        "operation": "Incidents V2#Show",
        "method": "GET",
        "path_template": "/v2/incidents/{id}",
        "path": {"id": "1"},
        "query": {},
        "body": None,
    }
    assert (again["id"], again["body"]) == (2, {"name": "A"})


def test_a_process_says_what_was_raised_and_what_it_can_t_do(document: Document, tmp_path: Path) -> None:
    error = "{'type': 'NotFound', 'message': 'gone', 'declared': True, 'details': {'code': 'x'}}"
    client = process(document, tmp_path, ANSWER % f"'error': {error}")
    with pytest.raises(FailureError) as raised:
        client.call("Incidents V2#List", {}, {}, None)
    client.close()
    assert raised.value.failure.declared
    assert (raised.value.failure.exception, raised.value.failure.details) == ("NotFound", {"code": "x"})

    client = process(document, tmp_path, ANSWER % "'error': {'type': 'Unsupported'}")
    with pytest.raises(UnsupportedError, match="Incidents V2#List"):
        client.call("Incidents V2#List", {}, {}, None)
    client.close()


@pytest.mark.parametrize(
    ("loop", "how"), [("    sys.exit(4)", DEATH), ("    __import__('time').sleep(60)", HANG)]
)
def test_a_process_that_ends_or_hangs_has_failed_the_call(
    document: Document, tmp_path: Path, loop: str, how: str
) -> None:
    client = process(document, tmp_path, loop, time_limit=1)
    with pytest.raises(FailureError) as raised:
        client.call("Incidents V2#List", {}, {}, None)
    client.close()

    assert raised.value.failure.exception == how


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("incident_io", "not an adapter"),
        ("openapi-python-client:json", "not a package made by openapi-python-client"),
        ("openapi-python-client:no_such_package", "No module named"),
        ("exec:no-such-command-anywhere --flag", "no such command"),
        ("exec:'", "No closing quotation"),
        ("no_such_module:connect", "No module named"),
        ("json:no_such_thing", "has no attribute"),
        ("math:pi", "not callable"),
    ],
)
def test_an_adapter_that_can_t_be_had_is_refused_in_one_line(
    document: Document, name: str, reason: str
) -> None:
    with pytest.raises(AdapterError, match=reason) as raised:
        find_adapter(name, document)

    assert "\n" not in str(raised.value)


def test_a_module_that_can_t_even_be_imported_is_refused_in_one_line(
    document: Document, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "broken_adapter.py").write_text("1 / 0\n")
    monkeypatch.syspath_prepend(tmp_path)

    with pytest.raises(AdapterError, match="broken_adapter:connect: ZeroDivisionError: division by zero"):
        find_adapter("broken_adapter:connect", document)


def test_a_client_that_can_t_be_made_is_reported_as_the_adapter_s_fault(document: Document) -> None:
    def connect(base_url: str, api_key: str) -> Client:
        raise OSError("no such server")

    with pytest.raises(AdapterError, match="can't make a client: OSError: no such server"):
        held(document, connect, lambda _: None)


def test_the_same_seed_generates_the_same_calls(document: Document) -> None:
    adapter = find_adapter("examples.reference_client.adapter:connect", document)

    def asked(seed: int) -> list[tuple[object, ...]]:
        said = held(document, adapter, lambda talk: make_generated_calls(talk, number=2, seed=seed))
        return [(each.operation.id, each.path, each.query, each.body) for each in said.calls]

    once = asked(1)
    assert len(once) > 60
    assert once == asked(1)
    assert once != asked(2)
    assert [each for each in once if once.count(each) > 1] == []


@pytest.mark.skipif(shutil.which("node") is None, reason="needs Node")
def test_a_client_in_another_language_is_driven_and_its_lossy_integer_is_found(document: Document) -> None:
    """What JavaScript does to an int64 is the one thing that is wrong with the example."""
    adapter = find_adapter("exec:node examples/json_lines/client.mjs", document)
    findings = found(document, adapter, lambda talk: hold_conversations(talk, slow=8))

    assert {(each.rule, each.operation, each.pointer) for each in findings} == {
        ("request-changed", "Incident Statuses V1#Create", "/rank"),
        ("body-invalid", "Incident Statuses V1#Create", "/rank"),
    }
