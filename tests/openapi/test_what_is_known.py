"""What `docs/behaviour.md` says of the document is in the bundled one, by which the double answers.

Every answer of a double is held against the document elsewhere.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from incident_double.openapi import Document

POST_200 = """
    Incidents V1#Create, Incidents V2#Create, Incidents V2#Edit, Managed Resources V2#CreateManagedResource,
    Follow-ups V2#ConnectExternalIssue, Follow-ups V3#ConnectExternalIssue, Incident Templates V1#Validate,
    Catalog V2#UpdateTypeSchema, Catalog V3#UpdateTypeSchema, Alerts V2#TransitionIncidentAlert,
    Alert Sources V2#Create, Alerts V2#AddTags, Alerts V2#RemoveTags, Alerts V2#SetTags, Alerts V2#Resolve,
    Escalations V2#CheckEscalationPermissions, Escalations V2#RespondEscalation, Escalations V2#CancelEscalation,
    Schedules V2#PreviewScheduleEntries, Pay Reports V2#Publish, Pay Reports V2#Unpublish,
    Policy Findings V2#Dismiss, Policy Findings V2#Restore, Secrets V2#Rotate
"""
POST_202 = "Alert Events V2#CreateHTTP, Pay Reports V2#Create"
POST_204 = """
    Incident Memberships V1#Revoke, Incident Team Memberships V1#Revoke, Incidents V2#ConnectExternalIssue,
    Catalog V3#BulkUpdateEntries, Alert Sources V2#Validate, Heartbeat V2#Ping, Users V2#UpdatePagingProvider
"""
DELETE_202 = "Severities V1#Delete, Incident Statuses V1#Delete, Schedules V2#Destroy"
OTHERWISE = ((200, POST_200), (202, POST_202), (204, POST_204), (202, DELETE_202))
SUCCESS = {"GET": 200, "PUT": 200, "PATCH": 200, "POST": 201, "DELETE": 204}

LARGEST = {
    25: "Escalations V2#ListPaths, Escalation Path Templates V2#List",
    50: """
        Alerts V2#ListIncidentAlerts, Alerts V2#List, WorkflowRuns V2#List, Escalations V2#List, Alert Routes V2#List,
        Alert Routes V3#List, MaintenanceWindows V1#List, Pay Reports V2#List, Policies V2#List
    """,
    500: "Incidents V1#List, Incidents V2#List",
    10_000: "Users V2#List, Schedules V2#List",
}
"""The largest `page_size`; of every other list with pages it is 250."""
META_OPTIONAL = """
    Incidents V1#List, Incidents V2#List, Incident Updates V2#List, Incident Relationships V1#List,
    Incident Templates V1#List, Incident Timeline Items V2#List, Incident Activity Log Entries V2#List,
    Call Routes V2#List, Call Sessions V2#List, Call Transcript Entries V2#List, Glossary Entries V2#List,
    Schedules V2#List, Schedules V2#ListScheduleEntries, Schedules V2#ListOverrides,
    Schedules V2#ListScheduleSyncRules, Schedule Sync Targets V2#List, Secrets V2#List, WorkflowRuns V2#List
"""
TOTAL = (
    "Incidents V1#List, Incidents V2#List, Schedules V2#List, WorkflowRuns V2#List, Catalog V3#ListEntries"
)
SIZE_REQUIRED = "Catalog V3#ListEntries, Alerts V2#ListIncidentAlerts, Alerts V2#List, Alert Routes V2#List"
NOT_WRAPPED = "Alert Events V2#CreateHTTP, Status Pages V2#ShowStatusPageStructure, Utilities V1#OpenAPIV3"
BESIDE = {"pagination_meta", "catalog_type", "management_meta", "token", "metadata", "versions"}
"""What may stand beside the one key of what was asked for."""


def listed(names: str) -> set[str]:
    return {each.strip() for each in names.split(",")}


def metas(document: Document) -> Iterator[tuple[str, bool, set[str]]]:
    """Each list with pages: whether it promises `pagination_meta`, and what that has."""
    for operation in document.operations.values():
        schema = document.resolve(operation.responses.get(200) or {})
        if "pagination_meta" in schema.get("properties", {}):
            meta = document.resolve(schema["properties"]["pagination_meta"])
            yield operation.id, "pagination_meta" in schema["required"], set(meta["properties"])


@pytest.mark.shows("post-200", "post-200-elsewhere", "post-201", "post-201-elsewhere", "post-202", "post-204")
@pytest.mark.shows("delete-202", "delete-202-schedules", "delete-204", "put-200", "alert-event-202")
@pytest.mark.shows("managed-resources-200", "create-is-200")
def test_the_status_of_success_is_the_usual_one_of_its_verb_but_for_a_few(document: Document) -> None:
    unusual = {each.id for each in document.operations.values() if each.success != SUCCESS[each.method]}

    assert unusual - {"Heartbeat V2#Ping#1"} == {id_ for _, ids in OTHERWISE for id_ in listed(ids)}
    for status, ids in OTHERWISE:
        assert {document.operations[id_].success for id_ in listed(ids)} == {status}


@pytest.mark.shows("delete-202", "delete-204")
def test_a_deletion_has_no_body(document: Document) -> None:
    deletions = [each for each in document.operations.values() if each.method == "DELETE"]

    assert {each.responses[each.success] is None for each in deletions} == {True}


@pytest.mark.shows("put-200")
def test_only_timeline_items_are_patched(document: Document) -> None:
    assert [each.id for each in document.operations.values() if each.method == "PATCH"] == [
        "Incident Timeline Items V2#Update"
    ]


@pytest.mark.shows("error-405-never")
def test_every_operation_declares_a_405(document: Document) -> None:
    assert [each.id for each in document.operations.values() if 405 not in each.responses] == []


@pytest.mark.shows("paging-250", "paging-50", "paging-25", "paging-schedules-max", "paging-users-max")
@pytest.mark.shows("paging-updates-max", "paging-size-required")
def test_each_list_has_the_vendors_largest_page(document: Document) -> None:
    sizes = {
        operation.id: (each.required, document.resolve(each.schema))
        for operation in document.operations.values()
        for each in operation.parameters
        if each.name == "page_size"
    }
    other = {id_: size for size, ids in LARGEST.items() for id_ in listed(ids)}

    assert {id_: schema["maximum"] for id_, (_, schema) in sizes.items()} == {
        id_: other.get(id_, 250) for id_ in sizes
    }
    assert other.keys() | listed("Custom Field Options V1#List, Incident Updates V2#List") <= sizes.keys()
    assert {id_ for id_, (required, _) in sizes.items() if required} == listed(SIZE_REQUIRED)


@pytest.mark.shows("paging-meta", "paging-meta-optional", "paging-total")
def test_what_is_said_of_pages(document: Document) -> None:
    found = list(metas(document))

    assert {id_ for id_, required, _ in found if not required} == listed(META_OPTIONAL)
    assert {id_ for id_, _, has in found if "total_record_count" in has} == listed(TOTAL)
    assert {id_ for id_, _, has in found if has - {"total_record_count"} != {"after", "page_size"}} == {
        "Schedules V2#ListScheduleEntries"
    }


@pytest.mark.shows("one-key-answers")
def test_every_answer_has_what_was_asked_for_under_one_key(document: Document) -> None:
    for operation in document.operations.values():
        schema = document.resolve(operation.responses[operation.success] or {})
        keys = set(schema.get("properties", {}))
        if keys and operation.id not in listed(NOT_WRAPPED):
            assert len(keys - BESIDE) == 1 or keys == {"catalog_type"}, operation.id


@pytest.mark.shows("no-nullable")
def test_it_closes_no_object_and_knows_neither_null_nor_alternatives(document: Document) -> None:
    nodes = [node for node in objects(document.raw) if "type" in node or "$ref" in node]

    assert len(nodes) > 1000
    for node in nodes:
        assert not node.keys() & {"nullable", "oneOf", "anyOf"}
        assert node.get("additionalProperties") is not False


def objects(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
    for each in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from objects(each)


@pytest.mark.shows("incidents-not-deleted", "no-single-update", "webhook-endpoints-in-dashboard")
def test_what_there_is_no_operation_for(document: Document) -> None:
    found = {f"{each.method} {each.path}" for each in document.operations.values()}

    assert [each for each in found if re.fullmatch(r"DELETE /v\d/incidents/\{id\}", each)] == []
    assert [each for each in found if "/incident_updates/" in each or "webhook" in each] == []
