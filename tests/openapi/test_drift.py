import json
from typing import Any

import pytest

from incident_double.openapi import Document, DocumentError, Json
from incident_double.openapi.drift import Difference, compare

from .conftest import MakeDocument

Changes = list[tuple[str, str, str]]


def operation(**facts: Json) -> Json:
    """The paths of a document with one operation, `things`, that answers 204 unless said otherwise."""
    return {"/things": {"get": {"operationId": "things", "responses": {"204": {}}} | facts}}


def body(schema: Json) -> Json:
    return {"content": {"application/json": {"schema": schema}}}


def changes(was: Json, now: Json) -> Changes:
    """What changed between two `paths`, without the name of the operation."""
    documents = [
        Document({"openapi": "3.0.3", "paths": paths, "security": [{"Key": []}]}) for paths in (was, now)
    ]
    return [(each.kind, each.place, each.fact) for each in compare(*documents).differences]


def in_answer(was: Json, now: Json) -> Changes:
    """What changed between two schemas of an answer with status 200."""
    return changes(*(operation(responses={"200": body(schema)}) for schema in (was, now)))


def in_request(was: Json, now: Json) -> Changes:
    """What changed between two schemas of a request."""
    return changes(*(operation(requestBody=body(schema)) for schema in (was, now)))


def in_parameter(was: Json, now: Json) -> Changes:
    """What changed between two descriptions of a query parameter `size`."""
    each = {"in": "query", "name": "size", "schema": {"type": "integer"}}
    return changes(*(operation(parameters=[each | facts]) for facts in (was, now)))


def mirrored(change: tuple[str, str, str]) -> str:
    """What a change is called when seen from the other side."""
    return {"added": "removed", "removed": "added", "loosened": "tightened", "tightened": "loosened"}[
        change[0]
    ]


def test_a_document_does_not_differ_from_itself(document: Document) -> None:
    drift = compare(document, Document(json.loads(json.dumps(document.raw))))

    assert (drift.differences, drift.only_in_other) == ((), ())


def test_an_operation_that_is_gone_is_one_difference_and_a_new_one_none() -> None:
    was = Document({"openapi": "3.0.3", "paths": operation()})
    now = Document({"openapi": "3.0.3", "paths": {"/others": {"get": {"operationId": "others"}}}})

    drift = compare(was, now)

    assert drift.differences == (Difference("removed", "things", "operation", "GET /things"),)
    assert drift.only_in_other == ("others",)


@pytest.mark.parametrize(
    ("was", "now", "expected"),
    [
        (operation(), operation(deprecated=True), [("added", "deprecated")]),
        (operation(deprecated=True), operation(), [("removed", "deprecated")]),
        (operation(security=[]), operation(), [("tightened", "needs a key")]),
        (operation(), operation(security=[]), [("loosened", "no longer needs a key")]),
        (
            operation(**{"x-rbac-scopes": ["a", "b"]}),
            operation(**{"x-rbac-scopes": ["b", "c"]}),
            [("tightened", "needs the scope c"), ("loosened", "no longer needs the scope a")],
        ),
        (
            operation(),
            {"/other": {"put": {"operationId": "things", "responses": {"204": {}}}}},
            [
                ("removed", "method GET"),
                ("added", "method PUT"),
                ("removed", "path /things"),
                ("added", "path /other"),
            ],
        ),
    ],
)
def test_what_an_operation_is_itself(was: Json, now: Json, expected: list[tuple[str, str]]) -> None:
    assert changes(was, now) == [(kind, "operation", fact) for kind, fact in expected]


@pytest.mark.parametrize(
    ("was", "now", "expected"),
    [
        ({}, {"required": True}, ("tightened", "query.size", "required")),
        ({"required": True}, {}, ("loosened", "query.size", "no longer required")),
        (
            {"schema": {"maximum": 500}},
            {"schema": {"maximum": 250}},
            ("tightened", "query.size", "maximum 250, was 500"),
        ),
        (
            {"schema": {"enum": ["a"]}},
            {"schema": {"enum": ["a", "b"]}},
            ("loosened", "query.size", 'value "b" added'),
        ),
        (
            {"schema": {"additionalProperties": {"type": "string"}}},
            {"schema": {"additionalProperties": {"type": ["null", "string"]}}},
            ("loosened", "query.size.*", "type null or string, was string"),
        ),
    ],
)
def test_what_a_parameter_takes(was: Json, now: Json, expected: tuple[str, str, str]) -> None:
    assert in_parameter(was, now) == [expected]
    assert [change[0] for change in in_parameter(now, was)] == [mirrored(expected)]


def test_how_a_parameter_is_written() -> None:
    assert in_parameter({}, {"style": "deepObject", "explode": False}) == [
        ("removed", "query.size", "explode True"),
        ("added", "query.size", "explode False"),
        ("removed", "query.size", "style form"),
        ("added", "query.size", "style deepObject"),
    ]


def test_a_parameter_that_moved_is_another_one() -> None:
    was = operation(parameters=[{"in": "query", "name": "a", "schema": {"type": "string"}}])
    now = operation(
        parameters=[{"in": "header", "name": "a", "required": True, "schema": {"type": "string"}}]
    )

    assert changes(was, now) == [
        ("removed", "query.a", "optional, string"),
        ("added", "header.a", "required, string"),
    ]


@pytest.mark.parametrize(
    ("was", "now", "expected"),
    [
        (
            {"type": "string"},
            {"type": "string", "nullable": True},
            ("loosened", "type null or string, was string"),
        ),
        ({"type": "integer"}, {"type": "number"}, ("loosened", "type number, was integer")),
        ({"type": "string"}, {}, ("loosened", "type any type, was string")),
        ({"type": "string"}, {"type": "string", "enum": ["a", "b"]}, ("tightened", 'only "a", "b"')),
        ({"enum": ["a"]}, {"enum": ["a", "ä"]}, ("loosened", 'value "ä" added')),
        ({"enum": [1, 2]}, {"enum": [1]}, ("tightened", "value 2 removed")),
        ({"const": "a"}, {"enum": ["a", "b"]}, ("loosened", 'value "b" added')),
        ({"type": "string"}, {"type": "string", "format": "date"}, ("tightened", "format date, was none")),
        ({"pattern": "a"}, {}, ("loosened", "pattern none, was a")),
        ({"multipleOf": 2}, {}, ("loosened", "multipleOf none, was 2")),
        ({"uniqueItems": False}, {"uniqueItems": True}, ("tightened", "uniqueItems")),
        ({}, {"maximum": 9}, ("tightened", "maximum 9, was none")),
        ({"maximum": 9}, {"maximum": 10}, ("loosened", "maximum 10, was 9")),
        ({"minimum": 1}, {"minimum": 0}, ("loosened", "minimum 0, was 1")),
        ({}, {"minimum": 0}, ("tightened", "minimum 0, was none")),
        ({"exclusiveMinimum": 1}, {"exclusiveMinimum": 2}, ("tightened", "exclusiveMinimum 2, was 1")),
        ({"maxLength": 50}, {"maxLength": 40}, ("tightened", "maxLength 40, was 50")),
        ({"minLength": 0}, {"minLength": 1}, ("tightened", "minLength 1, was none")),
        ({"maxItems": 1}, {"maxItems": 2}, ("loosened", "maxItems 2, was 1")),
        ({"minItems": 2}, {"minItems": 1}, ("loosened", "minItems 1, was 2")),
        ({"minProperties": 1}, {}, ("loosened", "minProperties none, was 1")),
        ({"maxProperties": 1}, {}, ("loosened", "maxProperties none, was 1")),
    ],
)
@pytest.mark.parametrize(("place", "differ"), [("request", in_request), ("200", in_answer)])
def test_what_a_schema_permits(
    was: Json, now: Json, expected: tuple[str, str], place: str, differ: Any
) -> None:
    """`loosened` is more values and `tightened` fewer, in requests and in answers alike."""
    kind, fact = expected

    assert differ(was, now) == [(kind, place, fact)]
    assert [change[0] for change in differ(now, was)] == [mirrored((kind, place, fact))]


@pytest.mark.parametrize(
    ("was", "now", "expected"),
    [
        ({"default": 25}, {"default": 50}, [("removed", "default 25"), ("added", "default 50")]),
        ({}, {"default": 50}, [("added", "default 50")]),
        ({"format": "date"}, {"format": "uuid"}, [("removed", "format date"), ("added", "format uuid")]),
        ({"minLength": 0, "minItems": 0, "minProperties": 0, "uniqueItems": False}, {}, []),
        ({"description": "a", "example": "b"}, {"title": "c", "x-note": "d"}, []),
        ({"type": "string"}, {"type": "integer"}, [("removed", "string"), ("added", "integer")]),
        (
            {"type": "object", "properties": {"a": {}}},
            {"type": "array"},
            [("removed", "object"), ("added", "array")],
        ),
        (
            {
                "type": "integer",
                "minimum": 1,
                "exclusiveMinimum": True,
                "maximum": 9,
                "exclusiveMaximum": False,
            },
            {"type": "integer", "exclusiveMinimum": 1, "maximum": 9},
            [],
        ),
    ],
)
def test_what_is_neither_looser_nor_tighter(was: Json, now: Json, expected: list[tuple[str, str]]) -> None:
    assert in_answer(was, now) == [(kind, "200", fact) for kind, fact in expected]


def test_properties_that_come_go_or_become_required() -> None:
    was = {
        "type": "object",
        "required": ["kept", "freed"],
        "properties": {"kept": {"type": "string"}, "freed": {}, "bound": {}, "gone": {"type": "string"}},
    }
    now = {
        "type": "object",
        "required": ["kept", "bound", "new"],
        "properties": {
            "new": {"type": "object", "properties": {"inner": {}}},
            "kept": {"type": "string"},
            "freed": {},
            "bound": {},
            "at": {"type": "string", "format": "date-time"},
        },
    }

    assert in_answer(was, now) == [
        ("loosened", "200.freed", "no longer required"),
        ("tightened", "200.bound", "required"),
        ("removed", "200.gone", "optional, string"),
        ("added", "200.new", "required, object"),
        ("added", "200.at", "optional, string (date-time)"),
    ]


def test_what_is_inside_items_other_properties_and_alternatives() -> None:
    string, integer = {"type": "string"}, {"type": "integer"}

    def nested(leaf: Json) -> Json:
        return {
            "type": "object",
            "properties": {
                "items": {"type": "array", "items": {"type": "array", "items": leaf}},
                "rest": {"type": "object", "additionalProperties": leaf},
                "either": {"oneOf": [{"type": "boolean"}, leaf], "anyOf": [leaf]},
            },
        }

    found = in_answer(nested(string), nested(integer))

    places = ("200.items[][]", "200.rest.*", "200.either<anyOf 0>", "200.either<oneOf 1>")
    assert found == [
        (kind, place, fact)
        for place in places
        for kind, fact in (("removed", "string"), ("added", "integer"))
    ]


@pytest.mark.parametrize(
    ("was", "now", "expected"),
    [
        ({"type": "array"}, {"type": "array", "items": {"type": "string"}}, ("tightened", "200[]")),
        ({"type": "object"}, {"type": "object", "additionalProperties": False}, ("tightened", "200.*")),
        (
            {"type": "object", "additionalProperties": False},
            {"type": "object", "additionalProperties": {"type": "string"}},
            ("loosened", "200.*"),
        ),
    ],
)
def test_nothing_said_of_items_and_other_properties_permits_all(
    was: Json, now: Json, expected: tuple[str, str]
) -> None:
    assert [(kind, place) for kind, place, _ in in_answer(was, now)] == [expected]


@pytest.mark.parametrize("nothing", [{"additionalProperties": True}, {"additionalProperties": {}}, {}])
def test_other_properties_are_permitted_in_several_spellings(nothing: Json) -> None:
    assert in_answer({"type": "object"}, {"type": "object"} | nothing) == []


def test_statuses_and_bodies_that_come_and_go() -> None:
    was = operation(responses={"200": body({"type": "object"}), "202": {}, "404": {}})
    now = operation(responses={"200": {}, "202": body({"type": "array"}), "409": {}})

    assert changes(was, now) == [
        ("removed", "200", "object"),
        ("added", "200", "no body"),
        ("removed", "202", "no body"),
        ("added", "202", "array"),
        ("removed", "404", "no body"),
        ("added", "409", "no body"),
    ]


def test_a_request_body_that_comes_goes_or_becomes_required() -> None:
    without, optional = operation(), operation(requestBody=body({"type": "object"}))
    required = operation(requestBody=body({"type": "object"}) | {"required": True})

    assert changes(without, optional) == [("added", "request", "optional, object")]
    assert changes(required, without) == [("removed", "request", "required, object")]
    assert changes(optional, required) == [("tightened", "request", "required")]


def test_references_are_followed_and_all_of_is_merged(make_document: MakeDocument) -> None:
    paths = operation(responses={"200": body({"$ref": "#/components/schemas/Pet"})})
    plain = make_document(
        paths=paths,
        Pet={
            "type": "object",
            "required": ["id", "name"],
            "properties": {"id": {"type": "string"}, "name": {"type": "string", "nullable": True}},
        },
    )
    composed = make_document(
        version="3.1.0",
        paths=operation(responses={"200": {"$ref": "#/components/responses/Pet"}}),
        Base={
            "type": "object",
            "required": ["id"],
            "properties": {"id": {"$ref": "#/components/schemas/Id"}},
        },
        Id={"type": "string"},
        Named={"required": ["name"], "properties": {"name": {"type": ["string", "null"]}}},
        Pet={"allOf": [{"$ref": "#/components/schemas/Base"}, {"$ref": "#/components/schemas/Named"}]},
    )
    composed.raw["components"]["responses"] = {"Pet": body({"$ref": "#/components/schemas/Pet"})}

    assert compare(plain, composed).differences == ()
    assert compare(composed, plain).differences == ()


def test_what_stands_beside_a_reference_counts_from_3_1_on(make_document: MakeDocument) -> None:
    paths = operation(responses={"200": body({"$ref": "#/components/schemas/Name", "maxLength": 9})})
    old, new = (
        make_document(version=version, paths=paths, Name={"type": "string"}) for version in ("3.0.3", "3.1.0")
    )

    [difference] = compare(old, new).differences

    assert (difference.kind, difference.fact) == ("tightened", "maxLength 9, was none")


def test_a_schema_that_contains_itself_is_compared_once(make_document: MakeDocument) -> None:
    paths = operation(responses={"200": body({"$ref": "#/components/schemas/Tree"})})

    def tree(leaf: str) -> Document:
        return make_document(
            paths=paths,
            Tree={
                "type": "object",
                "properties": {
                    "leaf": {"type": leaf},
                    "left": {"$ref": "#/components/schemas/Tree"},
                    "others": {"type": "array", "items": {"$ref": "#/components/schemas/Forest"}},
                },
            },
            Forest={"type": "object", "properties": {"trees": {"$ref": "#/components/schemas/Tree"}}},
        )

    assert compare(tree("string"), tree("string")).differences == ()
    assert {each.place for each in compare(tree("string"), tree("integer")).differences} == {"200.leaf"}


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "#/components/schemas/Nowhere"},
        {"allOf": [{"$ref": "#/components/schemas/Loop"}]},
        {"type": "object", "properties": {"a": "text"}},
        {"type": "object", "properties": ["a"]},
        {"type": "string", "enum": 7},
        {"type": 7},
        {"oneOf": [7]},
    ],
)
def test_a_schema_that_is_none_is_reported_in_one_line(make_document: MakeDocument, schema: Json) -> None:
    document = make_document(
        paths=operation(responses={"200": body(schema)}),
        Loop={"allOf": [{"$ref": "#/components/schemas/Loop"}]},
    )

    with pytest.raises(DocumentError) as caught:
        compare(document, document)
    assert "\n" not in str(caught.value)
