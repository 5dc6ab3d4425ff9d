"""Where the schemas of OpenAPI aren't JSON Schema, or look like something they aren't."""

import pytest

from incident_double.openapi import Document, DocumentError, Json

from .conftest import MakeDocument

BOTH = pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])


def accepts(document: Document, value: Json, schema: Json = None) -> bool:
    """Whether a schema, `Thing` unless given, accepts a value."""
    return document.validator(schema or {"$ref": "#/components/schemas/Thing"}).is_valid(value)


@BOTH
def test_properties_may_be_named_like_keywords(make_document: MakeDocument, version: str) -> None:
    names = [
        "$ref",
        "default",
        "enum",
        "example",
        "id",
        "items",
        "nullable",
        "properties",
        "required",
        "type",
    ]
    properties = {name: {"type": "string"} for name in names}
    document = make_document(
        version=version, Thing={"type": "object", "properties": properties, "required": names}
    )

    assert accepts(document, dict.fromkeys(names, "text"))
    for name in names:
        assert not accepts(document, dict.fromkeys(names, "text") | {name: 1}), name
        assert not accepts(document, {other: "text" for other in names if other != name}), name


@BOTH
def test_a_reference_in_an_example_or_in_an_enum_is_data(make_document: MakeDocument, version: str) -> None:
    nowhere = {"$ref": "#/components/schemas/Nowhere"}
    document = make_document(
        version=version,
        Thing={"enum": [nowhere], "example": nowhere, "default": nowhere, "x-origin": {"id": nowhere}},
    )

    assert accepts(document, nowhere)
    assert not accepts(document, {})


@BOTH
def test_a_schema_may_contain_itself(make_document: MakeDocument, version: str) -> None:
    document = make_document(
        version=version,
        Thing={"properties": {"parts": {"type": "array", "items": {"$ref": "#/components/schemas/Part"}}}},
        Part={"allOf": [{"$ref": "#/components/schemas/Thing"}, {"required": ["size"]}]},
    )

    assert accepts(document, {"parts": [{"size": 1, "parts": [{"size": 2}]}]})
    assert not accepts(document, {"parts": [{"size": 1, "parts": [{}]}]})


@pytest.mark.parametrize(
    "pointer",
    [
        "#/components/responses/Gone/content/application~1json/schema",
        "#/components/parameters/Size/schema",
        "#/components/schemas/Whole/properties/the%20part",
        "#/components/schemas/Whole/properties/the part",
        "#/components/schemas/Whole/allOf/0/properties/a~1b~0c%25",
        "#/paths/~1things~1{id}/get/responses/200/content/application~1json/schema",
    ],
)
@BOTH
def test_a_reference_may_lead_anywhere_in_the_document(version: str, pointer: str) -> None:
    number = {"type": "integer"}
    document = Document(
        {
            "openapi": version,
            "paths": {
                "/things/{id}": {
                    "get": {"responses": {"200": {"content": {"application/json": {"schema": number}}}}}
                }
            },
            "components": {
                "responses": {"Gone": {"content": {"application/json": {"schema": number}}}},
                "parameters": {"Size": {"schema": number}},
                "schemas": {
                    "Thing": {"properties": {"size": {"$ref": pointer}}},
                    "Whole": {
                        "properties": {"the part": number},
                        "allOf": [{"properties": {"a/b~c%": number}}],
                    },
                },
            },
        }
    )

    assert accepts(document, {"size": 1})
    assert not accepts(document, {"size": "1"})
    assert accepts(document, 1, {"$ref": pointer})
    assert not accepts(document, "1", {"$ref": pointer})


def test_in_3_0_nothing_beside_a_reference_counts(make_document: MakeDocument) -> None:
    thing = {"$ref": "#/components/schemas/Name", "maxLength": 1, "nullable": True}
    document = make_document(Thing=thing, Name={"type": "string"})

    assert accepts(document, "long")
    assert not accepts(document, None)


def test_in_3_1_what_stands_beside_a_reference_counts(make_document: MakeDocument) -> None:
    thing = {"$ref": "#/components/schemas/Name", "maxLength": 1}
    document = make_document(version="3.1.0", Thing=thing, Name={"type": "string"})

    assert accepts(document, "s")
    assert not accepts(document, "long")
    assert not accepts(document, 1)


@pytest.mark.parametrize(
    "thing",
    [
        {"type": "string", "nullable": True},
        {"type": "string", "nullable": True, "enum": ["a"]},
        {"type": "string", "nullable": True, "enum": ["a", None]},
        {"nullable": True, "enum": ["a"]},
        {"nullable": True, "allOf": [{"$ref": "#/components/schemas/Name"}]},
        {"nullable": True, "anyOf": [{"$ref": "#/components/schemas/Name"}]},
    ],
)
def test_in_3_0_nullable_permits_null_and_nothing_else(make_document: MakeDocument, thing: Json) -> None:
    document = make_document(Thing=thing, Name={"type": "string"})

    assert accepts(document, None)
    assert accepts(document, "a")
    assert not accepts(document, 1)


def test_in_3_1_nullable_means_nothing_and_null_is_a_type(make_document: MakeDocument) -> None:
    document = make_document(
        version="3.1.0", Thing={"type": ["string", "null"]}, Old={"type": "string", "nullable": True}
    )

    assert accepts(document, None)
    assert not accepts(document, 1)
    assert not accepts(document, None, {"$ref": "#/components/schemas/Old"})


def test_an_exclusive_limit_is_a_flag_in_3_0_and_a_limit_in_3_1(make_document: MakeDocument) -> None:
    flag = make_document(Thing={"type": "integer", "format": "int64", "minimum": 3, "exclusiveMinimum": True})
    limit = make_document(
        version="3.1.0", Thing={"type": "integer", "format": "int64", "exclusiveMinimum": 3}
    )

    for document in (flag, limit):
        assert [accepts(document, value) for value in (3, 4)] == [False, True]


@pytest.mark.parametrize(("version", "valid"), [("3.0.3", False), ("3.1.0", True)])
def test_a_whole_float_is_an_integer_from_3_1_on_only(
    make_document: MakeDocument, version: str, valid: bool
) -> None:
    assert accepts(make_document(version=version, Thing={"type": "integer"}), 1.0) is valid


@pytest.mark.parametrize(
    ("schema", "valid", "invalid"),
    [
        ({"const": "a"}, "a", "b"),
        (
            {"type": "array", "prefixItems": [{"type": "string"}], "items": {"type": "integer"}},
            ["a", 1],
            [1, 1],
        ),
        ({"if": {"type": "string"}, "then": {"minLength": 2}, "else": {"minimum": 2}}, "ab", 1),
        ({"contains": {"type": "string"}, "minContains": 2}, ["a", 1, "b"], ["a", 1]),
        ({"dependentRequired": {"a": ["b"]}}, {"a": 1, "b": 2}, {"a": 1}),
        ({"dependentSchemas": {"a": {"required": ["b"]}}}, {"a": 1, "b": 2}, {"a": 1}),
        ({"propertyNames": {"pattern": "^a"}}, {"ab": 1}, {"b": 1}),
        ({"allOf": [{"properties": {"a": {}}}], "unevaluatedProperties": False}, {"a": 1}, {"b": 1}),
        ({"additionalProperties": False}, {}, {"a": 1}),
        ({"properties": {"a": False}}, {"b": 1}, {"a": 1}),
        (
            {"not": {"$ref": "#/components/schemas/Thing/$defs/Bad"}, "$defs": {"Bad": {"type": "null"}}},
            1,
            None,
        ),
    ],
)
def test_3_1_has_the_keywords_of_draft_2020_12(
    make_document: MakeDocument, schema: Json, valid: Json, invalid: Json
) -> None:
    document = make_document(version="3.1.0", Thing=schema)

    assert accepts(document, valid)
    assert not accepts(document, invalid)


@pytest.mark.parametrize(("name", "bits"), [("int32", 31), ("int64", 63)])
@pytest.mark.parametrize(
    ("version", "declared"),
    [
        ("3.0.3", {"type": "integer"}),
        ("3.1.0", {"type": "integer"}),
        ("3.1.0", {"type": ["integer", "null"]}),
    ],
)
def test_integer_formats_have_their_limits(
    make_document: MakeDocument, version: str, declared: Json, name: str, bits: int
) -> None:
    document = make_document(version=version, Thing=declared | {"format": name})

    assert [accepts(document, value) for value in (-(2**bits) - 1, -(2**bits), 2**bits - 1, 2**bits)] == [
        False,
        True,
        True,
        False,
    ]


@BOTH
def test_narrower_limits_than_those_of_the_format_stand(make_document: MakeDocument, version: str) -> None:
    document = make_document(
        version=version, Thing={"type": "integer", "format": "int64", "minimum": 1, "maximum": 250}
    )

    assert [accepts(document, value) for value in (0, 1, 250, 251)] == [False, True, True, False]


@pytest.mark.parametrize(
    ("name", "valid", "invalid"),
    [
        ("date-time", "2026-03-17T09:12:05.204Z", "2026-03-17 09:12:05"),
        ("date", "2026-03-17", "17.3.2026"),
        ("email", "ines@saltmarsh-ferries.example", "ines"),
        ("uri", "https://saltmarsh-ferries.example", "::"),
        ("made-up", "anything", None),
    ],
)
@BOTH
def test_formats_are_checked_where_they_are_known(
    make_document: MakeDocument, version: str, name: str, valid: str, invalid: str | None
) -> None:
    document = make_document(version=version, Thing={"type": "string", "format": name})

    assert accepts(document, valid)
    assert invalid is None or not accepts(document, invalid)


def test_an_empty_list_of_required_properties_is_passed_over(make_document: MakeDocument) -> None:
    assert accepts(make_document(Thing={"type": "object", "required": []}), {})


@pytest.mark.parametrize(
    ("thing", "problem"),
    [
        ({"type": "text"}, "not a valid schema"),
        ({"pattern": "("}, "not a valid schema"),
        ({"type": "integer", "format": "int64", "minimum": "1"}, "not a valid schema"),
        ({"$ref": "#/components/schemas/Nowhere"}, "leads nowhere.*Nowhere"),
        ({"items": {"$ref": "#/components/schemas/Nowhere"}}, "leads nowhere.*Nowhere"),
        ({"$ref": "http://127.0.0.1:9/schema.json"}, "leads nowhere.*http"),
        ({"$ref": "#/components/schemas/Thing"}, "leads nowhere"),
    ],
)
@BOTH
def test_a_schema_that_can_not_be_used_is_reported_in_one_line(
    make_document: MakeDocument, version: str, thing: Json, problem: str
) -> None:
    with pytest.raises(DocumentError, match=problem) as caught:
        accepts(make_document(version=version, Thing=thing), "")
    assert "\n" not in str(caught.value)


def test_a_validator_is_compiled_once(make_document: MakeDocument) -> None:
    document = make_document(Thing={"type": "string"})
    reference = {"$ref": "#/components/schemas/Thing"}

    assert document.validator(reference) is document.validator(dict(reference))
    assert document.validator({"type": "string"}) is document.validator({"type": "string"})
    assert document.validator(reference) is not document.validator({"type": "string"})


def test_every_schema_of_the_bundled_document_compiles(document: Document) -> None:
    for name in document.schemas:
        document.validator({"$ref": f"#/components/schemas/{name}"})
