"""Catalog types and their schemas, V3 and V2 (behaviour.md#catalog)."""

from typing import Any

import pytest

from incident_double.mock_server.behaviour.catalog import SYNCED

from ...calling import Answer, Caller
from ..conftest import UNKNOWN_ID, Account, Row

PATH = "/v3/catalog_types"


def create(call: Caller, version: str = "v3", **properties: Any) -> Answer:
    return call(
        "POST", f"/{version}/catalog_types", body={"name": "Cluster", "description": "", **properties}
    )


def created(call: Caller, **properties: Any) -> Row:
    row: Row = create(call, **properties).body["catalog_type"]
    return row


def set_schema(call: Caller, type_: Row, *attributes: Row, version: int | None = None) -> Answer:
    body = {
        "version": type_["schema"]["version"] if version is None else version,
        "attributes": [*attributes],
    }
    return call("POST", f"{PATH}/{type_['id']}/actions/update_schema", body=body)


def attribute(name: str, **properties: Any) -> Row:
    return {"name": name, "type": "String", "array": False, **properties}


@pytest.mark.shows("catalog-shape")
@pytest.mark.parametrize("version", ["v2", "v3"])
def test_a_new_one_has_no_attributes_and_is_shown_by_both_versions(call: Caller, version: str) -> None:
    answer = create(call, version)
    type_ = answer.body["catalog_type"]

    assert answer.status == 201
    assert type_["schema"] == {"attributes": [], "version": 1}
    for each in ("v2", "v3"):
        shown = call.get(f"/{each}/catalog_types/{type_['id']}")["catalog_type"]
        assert shown in call.get(f"/{each}/catalog_types")["catalog_types"]
        assert shown["type_name"] == 'Custom["Cluster"]'


@pytest.mark.shows("catalog-type-name-unique")
def test_a_type_name_is_unique_and_of_the_custom_form(call: Caller) -> None:
    created(call, type_name='Custom["Mine"]')

    assert create(call, type_name='Custom["Mine"]').error["source"]["field"] == "type_name"
    assert create(call, type_name="Mine").error["source"]["field"] == "type_name"
    assert {created(call)["type_name"] for _ in range(3)} == {
        'Custom["Cluster"]',
        'Custom["ClusterX"]',
        'Custom["ClusterXX"]',
    }


@pytest.mark.shows("catalog-type-blank-name")
def test_a_blank_name_and_an_owner_that_there_is_not_are_refused(call: Caller) -> None:
    assert create(call, name=" ").error["code"] == "is_required"
    assert create(call, owning_team_ids=[UNKNOWN_ID]).error["source"]["field"] == "owning_team_ids.0"


@pytest.mark.shows("catalog-not-editable")
@pytest.mark.parametrize(
    ("annotations", "is_editable"),
    [
        ({}, True),
        ({"anything": "else"}, True),
        ({"incident.io/catalog-importer/id": "a"}, False),
        ({"incident.io/terraform/version": "1"}, False),
    ],
)
def test_what_is_managed_from_outside_is_not_editable(
    call: Caller, annotations: dict[str, str], is_editable: bool
) -> None:
    assert created(call, annotations=annotations)["is_editable"] is is_editable


def test_an_update_takes_owners_and_source_away_and_leaves_the_type_name(call: Caller) -> None:
    team = call.get("/v3/teams")["teams"][0]["id"]
    type_ = created(call, owning_team_ids=[team], source_repo_url="https://example.com", color="green")
    body = {"name": "Other", "description": "d", "type_name": 'Custom["Other"]'}
    changed = call("PUT", f"{PATH}/{type_['id']}", body=body).body["catalog_type"]

    assert (changed["name"], changed["color"], changed["type_name"]) == ("Other", "green", type_["type_name"])
    assert not changed.keys() & {"owning_team_ids", "source_repo_url"}


@pytest.mark.shows("catalog-schema", "catalog-attribute-id")
def test_a_schema_moves_its_version_on_and_keeps_the_ids_that_are_sent(call: Caller) -> None:
    type_ = created(call)
    first = set_schema(call, type_, attribute("Tier")).body["catalog_type"]
    [tier] = first["schema"]["attributes"]
    second = set_schema(call, first, {**tier, "name": "Level"}, attribute("Owner", id="mine")).body[
        "catalog_type"
    ]

    assert (first["schema"]["version"], second["schema"]["version"]) == (2, 3)
    assert second["schema"]["attributes"][0] == {**tier, "name": "Level"}
    assert second["schema"]["attributes"][1]["id"] == "mine"


def test_a_schema_for_another_version_is_refused(call: Caller) -> None:
    type_ = created(call)

    assert set_schema(call, type_, version=7).status == 412
    assert call.get(f"{PATH}/{type_['id']}")["catalog_type"]["schema"]["version"] == 1


def test_an_attribute_of_a_type_that_there_is_not_is_refused(call: Caller) -> None:
    answer = set_schema(call, created(call), attribute("Owner", type='Custom["Nothing"]'))

    assert answer.error["source"]["field"] == "attributes.0.type"


def test_two_attributes_of_one_name_are_refused(call: Caller) -> None:
    answer = set_schema(call, created(call), attribute("Owner"), attribute("Owner"))

    assert answer.error["source"]["field"] == "attributes.1.name"


def test_a_path_names_the_attributes_that_it_leads_through(call: Caller) -> None:
    type_ = set_schema(call, created(call), attribute("Tier")).body["catalog_type"]
    [tier] = type_["schema"]["attributes"]
    path = attribute("Way", mode="path", path=[{"attribute_id": tier["id"]}])
    shown = set_schema(call, type_, tier, path).body["catalog_type"]["schema"]["attributes"][1]

    assert shown["path"] == [{"attribute_id": tier["id"], "attribute_name": "Tier"}]
    astray = attribute("Way", mode="path", path=[{"attribute_id": UNKNOWN_ID}])
    assert set_schema(call, {**type_, "schema": {"version": 3}}, astray).error["code"] == "invalid_value"


def test_an_attribute_that_goes_takes_its_values_with_it(call: Caller) -> None:
    type_ = set_schema(call, created(call), attribute("Tier")).body["catalog_type"]
    [tier] = type_["schema"]["attributes"]
    body = {
        "catalog_type_id": type_["id"],
        "name": "One",
        "attribute_values": {tier["id"]: {"value": {"literal": "1"}}},
    }
    entry = call("POST", "/v3/catalog_entries", body=body).body["catalog_entry"]
    set_schema(call, type_)

    assert call.get(f"/v3/catalog_entries/{entry['id']}")["catalog_entry"]["attribute_values"] == {}


@pytest.mark.shows("catalog-type-delete-entries")
def test_a_type_goes_with_its_entries(call: Caller) -> None:
    type_ = created(call)
    body = {"catalog_type_id": type_["id"], "name": "One", "attribute_values": {}}
    entry = call("POST", "/v3/catalog_entries", body=body).body["catalog_entry"]

    assert call("DELETE", f"{PATH}/{type_['id']}").status == 204
    assert call("GET", f"/v3/catalog_entries/{entry['id']}").status == 404
    assert call("GET", f"{PATH}/{type_['id']}").status == 404


def test_a_type_that_backs_a_custom_field_stays(call: Caller, account: Account) -> None:
    field = call.get(f"/v2/custom_fields/{account.field('multi_select', catalog=True)}")["custom_field"]

    assert call("DELETE", f"{PATH}/{field['catalog_type_id']}").error["code"] == "in_use"


def test_resources_are_primitives_and_all_types(call: Caller) -> None:
    type_ = created(call)
    resources = call.get("/v3/catalog_resources")["resources"]

    assert {"String", "Bool", "User", type_["type_name"]} <= {each["type"] for each in resources}
    assert [each["type"] for each in call.get("/v2/catalog_resources")["resources"]] == [
        each["type"] for each in resources
    ]


@pytest.mark.parametrize("version", ["v2", "v3"])
def test_one_that_is_synced_from_elsewhere_can_not_be_deleted(call: Caller, version: str) -> None:
    types = call.get(PATH)["catalog_types"]
    synced = [each for each in types if each.get("registry_type") in SYNCED]
    answers = [call("DELETE", f"/{version}/catalog_types/{each['id']}") for each in synced]

    assert {answer.status for answer in answers} == {422}
