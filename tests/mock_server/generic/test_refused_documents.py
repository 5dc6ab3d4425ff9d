"""Broken and foreign documents: served, or refused at start in one clear line; never a failure later."""

import json
import re
import time
from typing import Any

import pytest

from incident_double.fixtures import Dataset
from incident_double.mock_server import DEFAULT_TOKEN, Double, Request
from incident_double.openapi import Document, DocumentError, parse

Json = Any
BODIES = (b"", b"{}", b"[]", b'"x"', b'{"id": 1, "a": null}')


def ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def document(schema: Json = None, *, version: str = "3.0.3", operation: Json = None, **more: Json) -> Json:
    """One operation, `GET /things`, that answers with the schema; `more` is at the top, or `components.schemas`."""
    answer = {"200": {"description": "", "content": {"application/json": {"schema": schema}}}}
    top = {
        "openapi": version,
        "info": {"title": "Things", "version": "1"},
        "paths": {"/things": {"get": operation or {"responses": answer}}},
    }
    names = {name: more.pop(name) for name in list(more) if name[0].isupper()}
    return {**top, "components": {"schemas": names}, **more}


def nested(depth: int) -> Json:
    schema: Json = {"type": "string"}
    for _ in range(depth):
        schema = {"type": "object", "properties": {"a": schema}}
    return schema


def operation(**more: Json) -> Json:
    return document(operation={"responses": {}, **more})


REFUSED: dict[str, tuple[Json, str]] = {
    "text": (b"hello", "not an OpenAPI document"),
    "bytes": (b"\x00\xff", "neither JSON nor YAML"),
    "nothing": (b"", "not an OpenAPI document"),
    "YAML with tabs": (b"a:\n\t- b", "neither JSON nor YAML"),
    "Swagger 2": ({"swagger": "2.0", "paths": {}}, "not an OpenAPI 3 document"),
    "no paths": ({"openapi": "3.0.0"}, "no `paths`"),
    "no operations": (document(paths={}), "no operations"),
    "path without its slash": (document(paths={"things": {"get": {}}}), "things"),
    "path that is a text": (document(paths={"/things": "x"}), "/things"),
    "path that is null": (document(paths={"/things": None}), "/things"),
    "operation that is null": (document(paths={"/things": {"get": None}}), "/things"),
    "operationId used twice": (
        document(paths={path: {"get": {"operationId": "same"}} for path in ("/a", "/b")}),
        "used twice: same",
    ),
    "operationId that is a list": (operation(operationId=["a"]), "operationId"),
    "reference to nowhere": (document({"properties": {"a": ref("Nothing")}}), "schemas/Nothing"),
    "reference to another file": (document({"$ref": "./other.yaml#/A"}), "./other.yaml"),
    "reference to the web": (document({"$ref": "https://example.com/a.json"}), "https://example.com/a.json"),
    "references in a circle": (document(ref("A"), A=ref("B"), B=ref("A")), "leads nowhere"),
    "schema made of itself": (document(ref("A"), A={"allOf": [ref("A")]}), "made of itself"),
    "schema that requires itself": (
        document(ref("A"), A={"type": "object", "required": ["a"], "properties": {"a": ref("A")}}),
        "no value is permitted",
    ),
    "parameter made of itself": (
        document(
            operation={"parameters": [{"in": "query", "name": "q", "schema": ref("A")}], "responses": {}},
            A={"allOf": [ref("A")]},
        ),
        "made of itself",
    ),
    "invalid pattern of an answer": (document({"type": "string", "pattern": "("}), "regex"),
    "invalid pattern of a body": (
        operation(requestBody={"content": {"application/json": {"schema": {"pattern": "("}}}}),
        "regex",
    ),
    "invalid pattern of a parameter": (
        operation(parameters=[{"in": "query", "name": "q", "schema": {"pattern": "("}}]),
        "regex",
    ),
    "pattern that contradicts itself": (
        document({"type": "string", "pattern": "/^a$/"}),
        "no value is permitted",
    ),
    "limits that exclude each other": (
        document({"type": "integer", "minimum": 5, "maximum": 1}),
        "no value is permitted",
    ),
    "schema that is a text": (document("string"), "a schema that isn't one: 'string'"),
    "schema that is a number": (document(5), "a schema that isn't one: 5"),
    "unknown type": (document({"type": "strin"}), "strin"),
    "properties that are a list": (document({"type": "object", "properties": []}), "GET /things"),
    "required that is a text": (document({"required": "id"}), "not a valid schema"),
    "parameter without a name": (operation(parameters=[{"in": "query"}]), "/things"),
    "parameter that is a text": (operation(parameters=["q"]), "/things"),
    "security schemes that are a list": (
        document({}, components={"securitySchemes": []}),
        "`securitySchemes`",
    ),
    "nested too deeply to compile": (document(nested(300)), "nested too deeply"),
}


@pytest.mark.parametrize(("raw", "said"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_served_is_refused_in_one_line(raw: Json, said: str, dataset: Dataset) -> None:
    with pytest.raises(DocumentError) as refused:
        start(raw, dataset)

    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "wrong", [{"pattern": "("}, "text", {"type": "strin"}], ids=["pattern", "text", "type"]
)
@pytest.mark.parametrize("place", ["answer", "body", "parameter"])
def test_a_refusal_names_the_operation(place: str, wrong: Json, dataset: Dataset) -> None:
    content = {"content": {"application/json": {"schema": wrong}}}
    broken = {
        "answer": {"responses": {"200": content}},
        "body": {"requestBody": content, "responses": {}},
        "parameter": {"parameters": [{"in": "query", "name": "q", "schema": wrong}], "responses": {}},
    }
    paths = {"/sound": {"get": {"responses": {}}}, "/things/{id}": {"put": broken[place]}}

    with pytest.raises(DocumentError, match=r"^PUT /things/\{id\}: ."):
        start(document(paths=paths), dataset)


def test_what_is_nested_without_end_is_refused(dataset: Dataset) -> None:
    text = json.dumps(document("DEEP")).replace('"DEEP"', '{"properties":{"a":' * 3000 + "{}" + "}}" * 3000)

    with pytest.raises(DocumentError, match="deep"):
        start(text.encode(), dataset)


SERVED: dict[str, Json] = {
    "no answers": operation(),
    "answers that are none": operation(responses={"302": {}, "1XX": {}, "ok": {}}),
    "parameter without a schema": operation(parameters=[{"in": "query", "name": "q"}]),
    "parameter with content": operation(
        parameters=[
            {"in": "query", "name": "q", "content": {"application/json": {"schema": {"type": "integer"}}}}
        ]
    ),
    "parameters that collide": document(
        paths={"/a/{id}/b/{id}": {"get": {}}, "/a/{x}": {"get": {}}, "/a/{y}": {"get": {}}}
    ),
    "everything at the root": document(
        paths={
            "/{id}": {"get": {}, "put": {}, "delete": {}},
            "/": {"get": {}, "put": {}},
        }
    ),
    "braces": document(paths={"/a/{x": {"get": {}}, "/b/{}": {"get": {}}, "/c/(.+)*": {"get": {}}}),
    "schema of lists of itself": document(ref("A"), A={"type": "array", "items": ref("A")}),
    "schema that may hold itself": document(
        {"type": "array", "items": ref("A")},
        A={"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}, "a": ref("A")}},
    ),
    "property that nothing satisfies": document(
        {"properties": {"id": {"type": "string"}, "a": {"type": "string", "minLength": 5, "maxLength": 2}}}
    ),
    "members that nothing satisfies": document(
        {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id", "n"],
                "properties": {
                    "id": {"type": "string"},
                    "n": {"type": "integer", "minimum": 2, "maximum": 1},
                },
            },
        }
    ),
    "example of another type": document({"type": "integer", "example": "abc", "default": []}),
    "pattern that looks ahead": document({"type": "string", "pattern": "^(?=.*[A-Z])(?=.*[0-9]).{8,}$"}),
    "schemas that are true and false": document({"properties": {"a": True, "b": False}}, version="3.1.0"),
    "nested deeply": document(nested(50)),
}


@pytest.mark.parametrize("raw", SERVED.values(), ids=SERVED)
def test_odd_documents_are_served_and_what_they_answer_is_valid(raw: Json, dataset: Dataset) -> None:
    double = start(raw, dataset)

    for each in double.document.operations.values():
        for query in ("", "q=1", "q=x&limit=3"):
            for body in BODIES:
                path = re.sub(r"\{[^{}]*\}", "1", each.path)
                reply = double.answer(Request(each.method, path, query, f"Bearer {DEFAULT_TOKEN}", body))
                assert reply.status in (200, 404, 422), (each.id, reply)
                schema = each.responses.get(each.success)
                if reply.status == 200 and schema is not None:
                    assert double.document.validator(schema).is_valid(json.loads(reply.body))


def test_three_thousand_operations_start_within_seconds(dataset: Dataset) -> None:
    """Going by the processor's time, which other work on the machine doesn't lengthen."""
    began = time.process_time()
    double = start(large(), dataset)
    seconds = time.process_time() - began

    assert len(double.document.operations) == 3000
    assert seconds < 5
    reply = double.answer(Request("GET", "/things599", "", f"Bearer {DEFAULT_TOKEN}"))
    assert len(json.loads(reply.body)) == 3


def large() -> Json:
    """Six hundred collections, each with a list, create, show, update and delete."""
    thing = {
        "type": "object",
        "required": ["id"],
        "properties": {"id": {"type": "string"}, "name": {"type": "string"}},
    }
    names: Json = {f"Thing{number}": thing for number in range(600)}

    def answer(schema: Json) -> Json:
        return {"responses": {"200": {"content": {"application/json": {"schema": schema}}}}}

    paths: dict[str, Json] = {}
    for number in range(600):
        one = ref(f"Thing{number}")
        body = {"requestBody": {"content": {"application/json": {"schema": one}}}}
        paths[f"/things{number}"] = {
            "get": answer({"type": "array", "items": one}),
            "post": {**answer(one), **body},
        }
        paths[f"/things{number}/{{id}}"] = {
            "get": answer(one),
            "put": {**answer(one), **body},
            "delete": {"responses": {"204": {}}},
        }
    return document(paths=paths, **names)


def start(raw: Json, dataset: Dataset) -> Double:
    text = raw if isinstance(raw, bytes) else json.dumps(raw).encode()
    read: Document = parse(text, name="api.yaml")
    return Double(read, dataset, rate_limit=0)
