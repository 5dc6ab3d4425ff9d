import json
import subprocess
import sys
from pathlib import Path

import pytest

from incident_double.openapi import (
    Document,
    DocumentError,
    Json,
    Operation,
    Parameter,
    bundled,
    parse,
    read_document,
)

from .conftest import MakeDocument

SMALL = {"openapi": "3.0.3", "paths": {}}
YAML = b"""
openapi: 3.0.3
info: {version: 2026-03-17}
paths:
  /things:
    get:
      operationId: things
      responses:
        200: {description: Good}
        404: {description: Bad}
"""


def only_operation(document: Document) -> Operation:
    [operation] = document.operations.values()
    return operation


def test_a_list_of_severities_is_read_as_it_is_written(document: Document) -> None:
    operation = document.operations["Severities V1#List"]

    assert (operation.method, operation.path, operation.success) == ("GET", "/v1/severities", 200)
    assert operation.scopes == ("severities.view",)
    assert operation.responses[200] == {"$ref": "#/components/schemas/SeveritiesListResultV1"}
    assert operation.responses[404] == {"$ref": "#/components/schemas/ErrorResponse"}
    assert operation.parameters == ()
    assert operation.request_schema is None
    assert not operation.public
    assert not operation.deprecated


def test_a_filter_is_a_deep_object_and_a_page_size_is_not(document: Document) -> None:
    parameters = {each.name: each for each in document.operations["Incidents V2#List"].parameters}

    assert (parameters["status"].style, parameters["status"].explode) == ("deepObject", True)
    assert (parameters["page_size"].style, parameters["page_size"].explode) == ("form", True)
    assert parameters["page_size"].location == "query"
    assert not parameters["page_size"].required


def test_an_answer_without_a_body_has_no_schema(document: Document) -> None:
    delete = document.operations["Severities V1#Delete"]

    assert (delete.success, delete.responses[202]) == (202, None)


def test_a_body_is_required_only_where_it_says_so(make_document: MakeDocument) -> None:
    body = {"content": {"application/problem+json": {"schema": {"type": "object"}}}}
    operation = only_operation(make_document(paths={"/a": {"post": {"requestBody": body}}}))

    assert operation.request_schema == {"type": "object"}
    assert not operation.body_required


def test_path_items_parameters_bodies_and_responses_may_be_references() -> None:
    document = Document(
        {
            "openapi": "3.1.0",
            "paths": {"/a": {"$ref": "#/components/pathItems/A"}},
            "components": {
                "pathItems": {
                    "A": {
                        "parameters": [{"$ref": "#/components/parameters/Page"}],
                        "post": {
                            "requestBody": {"$ref": "#/components/requestBodies/Body"},
                            "responses": {"201": {"$ref": "#/components/responses/Made"}},
                        },
                    }
                },
                "parameters": {"Page": {"in": "query", "name": "page", "schema": {"type": "integer"}}},
                "requestBodies": {
                    "Body": {"required": True, "content": {"application/json": {"schema": {"type": "array"}}}}
                },
                "responses": {"Made": {"content": {"application/json": {"schema": {"type": "string"}}}}},
            },
        }
    )

    operation = only_operation(document)

    assert operation.id == "POST /a"
    assert operation.parameters == (Parameter("page", "query", False, {"type": "integer"}, "form", True),)
    assert operation.request_schema == {"type": "array"}
    assert operation.responses == {201: {"type": "string"}}


def test_an_operation_s_parameter_takes_the_place_of_its_path_s(make_document: MakeDocument) -> None:
    item = {
        "parameters": [{"in": "path", "name": "id", "required": True, "schema": {"type": "string"}}],
        "get": {
            "parameters": [{"in": "path", "name": "id", "required": True, "schema": {"type": "integer"}}]
        },
    }
    [parameter] = only_operation(make_document(paths={"/a/{id}": item})).parameters

    assert (parameter.schema, parameter.style, parameter.explode) == ({"type": "integer"}, "simple", False)


def test_a_parameter_may_be_json(make_document: MakeDocument) -> None:
    parameter = {"in": "query", "name": "q", "content": {"application/json": {"schema": {"type": "array"}}}}
    operation = only_operation(make_document(paths={"/a": {"get": {"parameters": [parameter]}}}))

    assert operation.parameters[0].schema == {"type": "array"}


def test_a_status_goes_before_its_range(make_document: MakeDocument) -> None:
    responses = {
        "404": {"content": {"application/json": {"schema": {"type": "object"}}}},
        "204": {},
        "4XX": {},
        "5xx": {},
        "default": {},
        "x-note": "none",
    }
    operation = only_operation(make_document(paths={"/a": {"get": {"responses": responses}}}))

    assert operation.responses == {204: None, 400: None, 404: {"type": "object"}, 500: None}
    assert operation.success == 204


def test_a_default_is_the_normal_answer_where_no_other_is_declared(make_document: MakeDocument) -> None:
    responses = {"404": {}, "default": {"content": {"*/*": {"schema": True}}}}
    operation = only_operation(make_document(paths={"/a": {"get": {"responses": responses}}}))

    assert operation.responses == {404: None, 200: {}}
    assert operation.success == 200


@pytest.mark.parametrize(
    ("top", "own", "public"),
    [
        ([{"Key": []}], None, False),
        ([{"Key": []}], [], True),
        ([{"Key": []}], [{}, {"Key": []}], True),
        ([], None, True),
        ([], [{"Key": []}], False),
    ],
)
def test_an_operation_is_public_when_no_key_is_needed(top: Json, own: Json, public: bool) -> None:
    operation = {} if own is None else {"security": own}
    document = Document({"openapi": "3.0.3", "security": top, "paths": {"/a": {"get": operation}}})

    assert only_operation(document).public is public


@pytest.mark.parametrize(
    "pointer",
    [
        "#/components/schemas/None",
        "#/components/schemas/Loop",
        "#/components/schemas/Text",
        "#/components/schemas/List/9",
        "#/components/schemas/List/x",
        "#Name",
        "other.json#/Thing",
        7,
    ],
)
def test_a_reference_that_leads_nowhere_is_refused(make_document: MakeDocument, pointer: Json) -> None:
    document = make_document(Loop={"$ref": "#/components/schemas/Loop"}, Text="text", List=[{}])

    with pytest.raises(DocumentError, match="leads nowhere"):
        document.resolve({"$ref": pointer})


def test_references_are_followed_to_the_end(make_document: MakeDocument) -> None:
    document = make_document(A={"$ref": "#/components/schemas/B"}, B={"allOf": [{"type": "string"}]})

    assert document.resolve({"$ref": "#/components/schemas/A"}) == {"allOf": [{"type": "string"}]}
    assert document.resolve({"$ref": "#/components/schemas/B/allOf/0"}) == {"type": "string"}
    assert document.resolve({"type": "string"}) == {"type": "string"}


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        ({}, "no `openapi: 3.x`"),
        ({"swagger": "2.0", "paths": {}}, "no `openapi: 3.x`"),
        ({"openapi": 3.0, "paths": {}}, "no `openapi: 3.x`"),
        ({"openapi": "3.0.3"}, "no `paths`"),
        ({"openapi": "3.0.3", "paths": []}, "no `paths`"),
        (SMALL | {"components": []}, "`components`"),
        (SMALL | {"components": {"schemas": None}}, "`components`"),
    ],
)
def test_what_is_no_openapi_document_is_refused(raw: Json, problem: str) -> None:
    with pytest.raises(DocumentError, match=problem):
        Document(raw)


@pytest.mark.parametrize(
    "item",
    [
        None,
        {"get": None},
        {"get": "text"},
        {"get": {"parameters": [{"name": "a"}]}},
        {"get": {"responses": {"200": None}}},
        {"post": {"requestBody": {"content": {"application/json": None}}}},
    ],
)
def test_a_path_that_is_not_built_as_openapi_has_it_is_refused(
    make_document: MakeDocument, item: Json
) -> None:
    with pytest.raises(DocumentError, match="not built as OpenAPI has it: /a"):
        _ = make_document(paths={"/a": item}).operations


def test_one_operation_id_is_for_one_operation(make_document: MakeDocument) -> None:
    item = {"get": {"operationId": "a"}, "post": {"operationId": "a"}}

    with pytest.raises(DocumentError, match="operationId used twice: a"):
        _ = make_document(paths={"/a": item}).operations


def test_extensions_among_the_paths_are_no_paths(make_document: MakeDocument) -> None:
    assert make_document(paths={"x-internal": {"get": {"operationId": "a"}}}).operations == {}


def test_yaml_reads_as_the_same_document_in_json_would() -> None:
    document = parse(YAML, name="small")

    assert document.raw["info"]["version"] == "2026-03-17"
    assert list(document.operations["things"].responses) == [200, 404]
    assert parse(json.dumps(document.raw).encode(), name="small").raw == document.raw


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (b"", "not an OpenAPI document"),
        (b"[]", "not an OpenAPI document"),
        (b"<html></html>", "not an OpenAPI document"),
        (b"{", "neither JSON nor YAML"),
        (b"\xff\xfe\xff", "neither JSON nor YAML"),
        (b"a: &a [*a]", "neither JSON nor YAML"),
        (b"? [a, b]\n: c", "neither JSON nor YAML"),
        (b"a: !!python/object/apply:os.getcwd []", "neither JSON nor YAML"),
        (b"[" * 100_000, "nested too deeply"),
    ],
    ids=lambda value: value if isinstance(value, str) else value[:12],
)
def test_text_that_is_no_document_is_reported_in_one_line(text: bytes, problem: str) -> None:
    with pytest.raises(DocumentError, match=f"^small: {problem}") as caught:
        parse(text, name="small")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("name", "problem"), [("missing.json", "No such file"), (".", "Is a directory")])
def test_a_file_that_can_not_be_read_is_named(tmp_path: Path, name: str, problem: str) -> None:
    with pytest.raises(DocumentError, match=problem) as caught:
        read_document(tmp_path / name)
    assert str(tmp_path) in str(caught.value)


def test_reading_the_bundled_document_changes_nothing_in_it() -> None:
    document = bundled()
    before = json.dumps(document.raw)

    _ = document.operations
    for name in document.schemas:
        document.validator({"$ref": f"#/components/schemas/{name}"})

    assert json.dumps(document.raw) == before


def test_serving_does_not_wait_for_what_only_drift_and_overlays_need() -> None:
    """Slow imports are what delays a start; the clock of a busy machine can't tell."""
    code = (
        "import sys; from incident_double.openapi import bundled; bundled().operations; print(*sys.modules)"
    )

    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert "jsonschema_rs" in printed.split()
    assert not {"httpx", "jsonpath", "yaml"} & set(printed.split())
