import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import schemathesis

from incident_double.openapi import Document, DocumentError, Json, read_document
from incident_double.openapi.drift import compare
from incident_double.openapi.facts import schema_facts
from incident_double.openapi.overlay import apply, seed_revision

from .conftest import MakeDocument

INCIDENT = {"$ref": "#/components/schemas/IncidentV2"}
REQUIRED = {
    "created_at": "string (date-time)",
    "creator": "object",
    "custom_field_entries": "array",
    "id": "string",
    "incident_role_assignments": "array",
    "incident_status": "object",
    "mode": "standard retrospective test tutorial",
    "name": "string",
    "reference": "string",
    "slack_channel_id": "string",
    "slack_team_id": "string",
    "updated_at": "string (date-time)",
    "visibility": "public private",
}
OPTIONAL = {
    "call_url": "string",
    "duration_metrics": "array",
    "external_issue_reference": "object",
    "has_debrief": "boolean",
    "incident_timestamp_values": "array",
    "incident_type": "object",
    "permalink": "string",
    "postmortem_document_url": "string",
    "severity": "object",
    "slack_channel_name": "string",
    "summary": "string",
    "workload_minutes_late": "number (double)",
    "workload_minutes_sleeping": "number (double)",
    "workload_minutes_total": "number (double)",
    "workload_minutes_working": "number (double)",
}


@pytest.fixture(scope="module")
def seed(document: Document) -> Document:
    """The bundled document under the overlay."""
    return seed_revision(document)


def reached(document: Document, name: str) -> set[str]:
    """The names of a schema and of all that it refers to, directly or not."""
    found: set[str] = set()

    def follow(node: Json) -> None:
        if isinstance(node, dict):
            reference = node.get("$ref", "")
            name = reference.removeprefix("#/components/schemas/")
            if reference and name not in found:
                found.add(name)
                follow(document.schemas[name])
            for inner in node.values():
                follow(inner)

    follow({"$ref": f"#/components/schemas/{name}"})
    return found


def in_words(document: Document, schema: Json) -> str:
    schema = document.resolve(schema)
    if "enum" in schema:
        return " ".join(schema["enum"])
    return f"{schema['type']} ({schema['format']})" if "format" in schema else f"{schema['type']}"


@pytest.mark.shows("incident-fields-added")
def test_under_the_overlay_an_incident_has_13_required_and_15_optional_properties(seed: Document) -> None:
    incident = seed.schemas["IncidentV2"]

    assert {name: in_words(seed, schema) for name, schema in incident["properties"].items()} == {
        **REQUIRED,
        **OPTIONAL,
    }
    assert sorted(incident["required"]) == sorted(REQUIRED)
    assert (len(REQUIRED), len(OPTIONAL)) == (13, 15)


def test_under_the_overlay_fewer_actors_and_issue_trackers_are_known(seed: Document) -> None:
    properties = seed.schemas["IncidentV2"]["properties"]
    metric = seed.schemas["IncidentDurationMetricWithValueV2"]
    trackers = seed.resolve(properties["external_issue_reference"])["properties"]["provider"]["enum"]

    assert set(seed.resolve(properties["creator"])["properties"]) == {"api_key", "user"}
    assert " ".join(sorted(trackers)) == "asana click_up github gitlab jira jira_server linear shortcut"
    assert (set(metric["properties"]), metric["required"]) == (
        {"duration_metric", "value_seconds"},
        ["duration_metric"],
    )


def test_under_the_overlay_an_incident_has_the_facts_of_the_seed_s_revision(
    seed: Document, shared_documents: Path
) -> None:
    vendor = read_document(shared_documents / "openapi-seed-revision.json")

    assert schema_facts(seed, INCIDENT, "incident") == schema_facts(vendor, INCIDENT, "incident")


def test_the_seed_s_example_is_valid_under_the_overlay_only(
    document: Document, seed: Document, shared_documents: Path
) -> None:
    text = (shared_documents.parent / "seed" / "incident_v2.txt").read_text()
    example = ast.literal_eval(text.splitlines()[3])

    assert [error.message for error in seed.validator(INCIDENT).iter_errors(example)] == []
    assert sorted(
        error.message.split()[0] for error in document.validator(INCIDENT).iter_errors(example)
    ) == [
        '"last_activity_at"',
        '"status"',
        '"team_ids"',
    ]


def test_the_seed_s_attributes_are_the_overlay_s(shared_documents: Path) -> None:
    """The table of attributes in the seed's text, where optional ones have a type of `Union[Unset, …]`."""
    text = (shared_documents.parent / "seed" / "incident_v2.txt").read_text()
    types = dict(re.findall(r"^(\w+) \|\n(.+)\n\|\n", text, re.MULTILINE))

    assert {name for name, kind in types.items() if kind.startswith("Union[Unset, ")} == set(OPTIONAL)
    assert {name for name, kind in types.items() if "Unset" not in kind} == set(REQUIRED)


def test_the_overlay_changes_no_operation_and_no_event_but_those_that_give_incidents(
    document: Document, seed: Document
) -> None:
    changed = {difference.operation for difference in compare(document, seed).differences}

    assert changed == {
        "Incidents V2#List",
        "Incidents V2#Create",
        "Incidents V2#Show",
        "Incidents V2#Edit",
        "public_incident.incident_created_v2",
        "public_incident.incident_updated_v2",
        "public_incident.incident_status_updated_v2",
    }


def test_the_overlay_changes_no_schema_that_anything_but_an_incident_reaches(
    document: Document, seed: Document
) -> None:
    changed = {name for name, schema in document.schemas.items() if seed.schemas[name] != schema}
    incidents = {
        name
        for name in document.schemas
        if (name.startswith("Incidents") and name.endswith("ResultV2"))
        or name.startswith(
            ("WebhooksPublicIncidentIncident", "WebhookIncidentV2", "IncidentWithStatusChange")
        )
    }

    def others() -> Iterator[str]:
        for name in document.schemas.keys() - incidents - {"IncidentV2"} - changed:
            yield from reached(document, name)

    assert changed == {"IncidentV2", "IncidentDurationMetricWithValueV2"}
    assert not changed & set(others())


def test_a_document_under_an_overlay_is_valid_and_the_original_untouched(document: Document) -> None:
    before = json.dumps(document.raw)

    schemathesis.openapi.from_dict(seed_revision(document).raw).validate()

    assert json.dumps(document.raw) == before


def applied(document: Document, *actions: Json) -> Json:
    overlay = {"overlay": "1.0.0", "info": {"title": "Test", "version": "1"}, "actions": list(actions)}
    return apply(document, overlay).raw["components"]["schemas"]


def test_an_update_merges_objects_appends_to_arrays_and_replaces_the_rest(
    make_document: MakeDocument,
) -> None:
    document = make_document(A={"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}})
    update = {"type": "array", "required": ["b"], "properties": {"a": {"format": "date"}, "b": {}}}

    schemas = applied(document, {"target": "$.components.schemas.A", "update": update})

    assert schemas["A"] == {
        "type": "array",
        "required": ["a", "b"],
        "properties": {"a": {"type": "string", "format": "date"}, "b": {}},
    }


def test_an_update_of_an_array_is_one_more_item(make_document: MakeDocument) -> None:
    schemas = applied(
        make_document(A={"enum": ["a"]}), {"target": "$.components.schemas.A.enum", "update": ["b"]}
    )

    assert schemas["A"]["enum"] == ["a", ["b"]]


def test_what_is_removed_is_gone_each_once(make_document: MakeDocument) -> None:
    items = [{"type": "string"}, {"type": "null"}, {"type": "integer"}, {"type": "null"}]
    document = make_document(A={"anyOf": items}, B={"type": "null"})

    schemas = applied(
        document,
        {"target": "$.components.schemas.A.anyOf[?@.type == 'null']", "remove": True},
        {"target": "$.components.schemas['B', 'B']", "remove": True, "update": "without effect"},
    )

    assert schemas == {"A": {"anyOf": [{"type": "string"}, {"type": "integer"}]}}


def test_removing_a_node_and_what_is_in_it_works_from_the_inside(make_document: MakeDocument) -> None:
    document = make_document(A={"x": {"x": {}}}, B={})

    assert applied(document, {"target": "$.components.schemas..x", "remove": True}) == {"A": {}, "B": {}}


def test_actions_are_applied_in_order_to_every_target(make_document: MakeDocument) -> None:
    schemas = applied(
        make_document(A={}, B={}),
        {"target": "$.components.schemas.*", "update": {"required": ["a"]}},
        {"target": "$.components.schemas.*.required", "update": "b"},
    )

    assert schemas == {"A": {"required": ["a", "b"]}, "B": {"required": ["a", "b"]}}


def test_a_target_that_selects_nothing_changes_nothing(make_document: MakeDocument) -> None:
    assert applied(make_document(A={}), {"target": "$.components.schemas.B", "remove": True}) == {"A": {}}


@pytest.mark.parametrize(
    ("action", "problem"),
    [
        ({"target": "$.components.schemas.A.type", "remove": True}, "an object or an array"),
        ({"target": "$.components.schemas[", "remove": True}, "action 2"),
        ({"target": "$", "remove": True}, "whole document"),
        ({"target": "$.components.schemas.A", "update": ["a"]}, "only be updated with an object"),
        ({"target": "$.components.schemas.A"}, "neither `update` nor `remove: true`"),
        ({"target": "$.components.schemas.A", "remove": False}, "neither `update` nor `remove: true`"),
        ({"update": {}}, "no `target`"),
        ("text", "no `target`"),
        ({"target": "$", "update": {"paths": None}}, "no `paths`"),
    ],
)
def test_an_action_that_can_not_be_applied_is_reported_in_one_line(
    make_document: MakeDocument, action: Json, problem: str
) -> None:
    document = make_document(A={"type": "string"})

    with pytest.raises(DocumentError, match=problem) as caught:
        applied(document, {"target": "$.info", "update": {}}, action)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("overlay", "problem"),
    [
        (None, "no `overlay: 1.0.x`"),
        ({"openapi": "3.0.3"}, "no `overlay: 1.0.x`"),
        ({"overlay": "1.1.0", "actions": [{}]}, "no `overlay: 1.0.x`"),
        ({"overlay": "1.0.0"}, "no `actions`"),
        ({"overlay": "1.0.0", "actions": []}, "no `actions`"),
    ],
)
def test_what_is_no_overlay_is_refused(make_document: MakeDocument, overlay: Json, problem: str) -> None:
    with pytest.raises(DocumentError, match=problem):
        apply(make_document(), overlay)
