"""The document that is shipped: valid, described, exemplified, and true to the vendor's facts."""

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path

import pytest
import schemathesis

from incident_double.openapi import Document, Json, Schema, read_document
from incident_double.openapi.drift import compare, known_exceptions

TYPE_BY_STATUS = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "resource_forbidden",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    408: "request_timeout",
    409: "conflict",
    412: "precondition_failed",
    413: "payload_too_large",
    422: "validation_error",
    429: "too_many_requests",
    500: "api_error",
}


def contents(document: Document) -> Iterator[tuple[str, Json]]:
    """Every JSON media type object of the operations and events, each with a name for it."""
    for operation in operations_and_events(document):
        if "requestBody" in operation:
            yield f"{operation['operationId']} request", operation["requestBody"]["content"]
        for status, response in operation["responses"].items():
            if "content" in document.resolve(response):
                yield f"{operation['operationId']} {status}", document.resolve(response)["content"]


def operations_and_events(document: Document) -> list[Json]:
    """As they are written in the document."""
    items = [*document.raw["paths"].values(), *document.raw["x-webhooks"].values()]
    return [operation for item in items for operation in item.values()]


def examples(document: Document, media_type: Json) -> list[Json]:
    named = [document.resolve(example)["value"] for example in media_type.get("examples", {}).values()]
    return named + ([media_type["example"]] if "example" in media_type else [])


def schemas_within(schema: Schema, place: str) -> Iterator[tuple[str, Schema]]:
    """A schema and every schema written inside it; what stands elsewhere and is referred to is left out."""
    if "$ref" not in schema:
        yield place, schema
        for name, inner in schema.get("properties", {}).items():
            yield from schemas_within(inner, f"{place}.{name}")


def strings(node: Json) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict | list):
        for inner in node.values() if isinstance(node, dict) else node:
            yield from strings(inner)


def undeclared(document: Document, schema: Schema, value: Json, place: str) -> Iterator[str]:
    """The properties of a value that its schema, open as it is, doesn't know."""
    schema = document.resolve(schema)
    if isinstance(value, list):
        for item in value:
            yield from undeclared(document, schema["items"], item, f"{place}[]")
    elif isinstance(value, dict) and "additionalProperties" not in schema:
        for name, inner in value.items():
            if name in schema["properties"]:
                yield from undeclared(document, schema["properties"][name], inner, f"{place}.{name}")
            else:
                yield f"{place}.{name}"


def test_it_is_valid_openapi_3_0_3(document: Document) -> None:
    assert document.version == "3.0.3"

    schemathesis.openapi.from_dict(document.raw).validate()


def test_it_says_whose_it_is_and_that_the_vendor_has_no_part_in_it(document: Document) -> None:
    description = document.raw["info"]["description"]

    assert "written for\nincident-double" in description
    assert "not affiliated with incident.io" in description


def test_it_has_the_whole_api(document: Document) -> None:
    assert (len(document.operations), len(document.schemas), len(document.webhooks)) == (337, 1236, 34)


def test_the_example_of_an_event_lies_under_its_name(document: Document) -> None:
    found = {
        event: item["get"]["responses"]["200"]["content"]["application/json"].get("example")
        for place, item in document.raw["x-webhooks"].items()
        if (event := place.rpartition("/")[2])
    }
    exemplified = {event: example for event, example in found.items() if example is not None}

    assert len(exemplified) == 17
    for event, example in exemplified.items():
        assert set(example) == {"event_type", event}


def test_a_fact_of_an_event_that_differs_is_reported_under_its_type(document: Document) -> None:
    other = deepcopy(document.raw)
    other["components"]["schemas"]["WebhookPrivateResourceV2"]["required"] = []
    del other["x-webhooks"]["/x-webhooks/public_incident.action_created_v1"]

    reported = {
        (each.operation, each.place, each.fact) for each in compare(document, Document(other)).differences
    }

    event = "private_incident.incident_created_v2"
    assert (event, f"200.{event}.id", "no longer required") in reported
    assert {each[0] for each in reported if each[1] == "operation"} == {"public_incident.action_created_v1"}


def test_only_the_document_itself_is_public(document: Document) -> None:
    public = [name for name, operation in document.operations.items() if operation.public]

    assert public == [
        "Utilities V1#IPRanges",
        "Utilities V1#OpenAPIV3",
        "Alert Events V2#CreateHTTP",
        "Heartbeat V2#Ping",
    ]


@pytest.mark.parametrize(("status", "kind"), TYPE_BY_STATUS.items())
def test_every_operation_declares_each_error_under_its_type(
    document: Document, status: int, kind: str
) -> None:
    for item in document.raw["paths"].values():
        for operation in item.values():
            assert operation["responses"][str(status)] == {"$ref": f"#/components/responses/{kind}"}
    [media_type] = document.raw["components"]["responses"][kind]["content"].values()
    assert (media_type["example"]["status"], media_type["example"]["type"]) == (status, kind)


def test_everything_that_can_be_described_is(document: Document) -> None:
    operations = operations_and_events(document)
    described = {
        "operations": operations,
        "parameters": [
            parameter for operation in operations for parameter in operation.get("parameters", [])
        ],
        "responses": [
            document.resolve(r) for operation in operations for r in operation["responses"].values()
        ],
        "tags": document.raw["tags"],
        "headers": list(document.raw["components"]["headers"].values()),
        "schemas": [s for name, top in document.schemas.items() for _, s in schemas_within(top, name)],
    }

    for kind, nodes in described.items():
        assert [node for node in nodes if not node.get("description", "").strip()] == [], kind
    assert [operation for operation in operations if not operation["summary"].strip()] == []
    assert {tag for operation in operations for tag in operation["tags"]} == {
        tag["name"] for tag in document.raw["tags"]
    }


def test_every_example_is_valid(document: Document) -> None:
    exemplified = 0
    for name, content in contents(document):
        media_type = next(iter(content.values()))
        for example in examples(document, media_type):
            exemplified += 1
            errors = document.validator(media_type["schema"]).iter_errors(example)
            assert [f"{error.instance_path}: {error.message}" for error in errors] == [], name
            assert list(undeclared(document, media_type["schema"], example, name)) == []
    assert exemplified > 60


def test_ids_in_examples_are_ulids(document: Document) -> None:
    foreign = {"external_id", "slack_channel_id", "slack_team_id", "slack_user_id"}

    def ids(node: Json) -> Iterator[str]:
        for name, value in node.items() if isinstance(node, dict) else enumerate(node):
            if isinstance(value, dict | list):
                yield from ids(value)
            elif name not in foreign and (name == "id" or str(name).endswith("_id")):
                yield value

    found = set(ids(document.raw["components"]["examples"]))

    assert len(found) > 20
    assert [each for each in found if not re.fullmatch("[0-7][0-9A-HJKMNP-TV-Z]{25}", each)] == []


def test_every_answer_to_a_key_may_carry_the_rate_limit_headers(document: Document) -> None:
    limits = {f"X-RateLimit-{name}" for name in ("Limit", "Remaining", "Used", "Reset")}
    for operation in document.operations.values():
        raw = document.raw["paths"][operation.path][operation.method.lower()]
        headers = raw["responses"][str(operation.success)].get("headers", {})
        assert limits & set(headers) == (set() if operation.public else limits)
    too_many = document.raw["components"]["responses"]["too_many_requests"]
    assert set(too_many["headers"]) == limits | {"Retry-After"}


def test_no_seven_words_in_a_row_are_the_vendors(document: Document, shared_documents: Path) -> None:
    def runs(text: str) -> set[tuple[str, ...]]:
        words = re.findall(r"[a-z0-9_']+", text.lower())
        return {tuple(words[start : start + 7]) for start in range(len(words) - 6)}

    theirs: set[tuple[str, ...]] = set()
    for path in shared_documents.glob("*.json"):
        theirs |= {run for text in strings(json.loads(path.read_bytes())) for run in runs(text)}
    ours = {run for text in strings(document.raw) for run in runs(text)}

    assert len(theirs) > 1000
    assert ours & theirs == set()


def test_its_facts_are_the_vendors_but_for_the_known_exceptions(
    document: Document, shared_documents: Path
) -> None:
    vendor = read_document(shared_documents / "openapi-current.json")

    drift = compare(document, vendor)

    assert [difference for difference in drift.differences if difference not in known_exceptions()] == []


def test_every_known_exception_is_still_needed_and_has_a_reason(
    document: Document, shared_documents: Path
) -> None:
    vendor = read_document(shared_documents / "openapi-current.json")

    exceptions = known_exceptions()

    assert set(exceptions) <= set(compare(document, vendor).differences)
    assert all(len(reason) > 20 for reason in exceptions.values())
