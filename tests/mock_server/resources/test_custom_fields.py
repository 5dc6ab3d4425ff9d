"""Custom Fields V2, and what incidents show of them (behaviour.md#custom-fields-and-options)."""

from typing import Any

import pytest

from ...calling import Answer, Caller, StoppedClock
from ..conftest import EVERYTHING, UNKNOWN_ID, Account, Row, values

PATH = "/v2/custom_fields"


def create(call: Caller, field_type: str = "text", **properties: Any) -> Answer:
    body = {"name": "Weather", "description": "At the time", "field_type": field_type, **properties}
    return call("POST", PATH, body=body)


def update(call: Caller, id_: str, **properties: Any) -> Answer:
    return call("PUT", f"{PATH}/{id_}", body={"name": "Renamed", "description": "", **properties})


def embedded(row: Row, field_id: str) -> list[Row]:
    return [
        entry["custom_field"]
        for entry in row["custom_field_entries"]
        if entry["custom_field"]["id"] == field_id
    ]


@pytest.mark.shows("custom-fields-types")
@pytest.mark.parametrize("field_type", ["single_select", "multi_select", "text", "link", "numeric"])
def test_a_new_one_is_shown_and_listed(call: Caller, field_type: str) -> None:
    answer = create(call, field_type)
    field = answer.body["custom_field"]

    assert answer.status == 201
    assert (field["name"], field["description"], field["field_type"]) == (
        "Weather",
        "At the time",
        field_type,
    )
    assert call.get(f"{PATH}/{field['id']}") == answer.body
    assert call.get(PATH)["custom_fields"][-1] == field


def test_another_type_is_a_422(call: Caller) -> None:
    assert create(call, "date").error["source"]["field"] == "field_type"


def test_what_is_given_beside_is_kept(call: Caller, account: Account) -> None:
    extra = {
        "catalog_type_id": UNKNOWN_ID,
        "group_by_catalog_attribute_id": "a",
        "helptext_catalog_attribute_id": "b",
        "filter_by": {"catalog_attribute_id": "c", "custom_field_id": account.field("single_select")},
    }

    assert create(call, "single_select", **extra).body["custom_field"].items() >= extra.items()


@pytest.mark.parametrize("field_type", ["text", "link", "numeric"])
def test_only_select_fields_are_backed_by_a_catalog_type(call: Caller, field_type: str) -> None:
    answer = create(call, field_type, catalog_type_id=UNKNOWN_ID)

    assert (answer.status, answer.error["source"]["field"]) == (422, "catalog_type_id")


@pytest.mark.shows("custom-fields-name-length")
@pytest.mark.parametrize(
    ("name", "code"), [("x" * 51, "invalid_value"), ("", "is_required"), (" ", "is_required")]
)
def test_a_name_must_be_neither_too_long_nor_blank(
    call: Caller, account: Account, name: str, code: str
) -> None:
    for answer in (create(call, name=name), update(call, account.field("text"), name=name)):
        assert (answer.status, answer.error["code"]) == (422, code)
        assert answer.error["source"]["field"] == "name"


def test_an_update_replaces_the_texts(call: Caller, account: Account, clock: StoppedClock) -> None:
    id_ = account.field("text")
    before = call.get(f"{PATH}/{id_}")["custom_field"]
    clock.advance(hours=1)

    assert update(call, id_).body["custom_field"] == {
        **before,
        "name": "Renamed",
        "description": "",
        "updated_at": "2026-06-01T10:00:00Z",
    }


@pytest.mark.shows("custom-fields-type-fixed")
def test_the_type_and_the_catalog_type_are_for_ever(call: Caller, account: Account) -> None:
    field = account.field("multi_select", catalog=True)
    before = call.get(f"{PATH}/{field}")["custom_field"]
    after = update(call, field, field_type="text", catalog_type_id=UNKNOWN_ID).body["custom_field"]

    assert after["catalog_type_id"] == before["catalog_type_id"] != UNKNOWN_ID
    assert (after["name"], after["field_type"]) == ("Renamed", "multi_select")


def test_an_update_takes_away_what_it_does_not_name(call: Caller) -> None:
    id_ = create(call, "single_select", helptext_catalog_attribute_id="a").body["custom_field"]["id"]

    assert "helptext_catalog_attribute_id" not in update(call, id_).body["custom_field"]


def test_a_new_field_is_seen_at_once_and_unset_in_every_incident(call: Caller, account: Account) -> None:
    field = create(call, "single_select").body["custom_field"]["id"]

    for row in account.incidents(EVERYTHING):
        assert embedded(row, field) == [
            {
                "id": field,
                "name": "Weather",
                "description": "At the time",
                "field_type": "single_select",
                "options": [],
            }
        ]
        assert values(row, field) == []


def test_a_new_field_can_be_set_in_an_old_incident(call: Caller, account: Account) -> None:
    field = create(call).body["custom_field"]["id"]
    old = account.incidents()[-1]
    entry = {"custom_field_id": field, "values": [{"value_text": "Fog"}]}

    assert values(account.edit(old["id"], custom_field_entries=[entry]), field) == [{"value_text": "Fog"}]
    assert [row["id"] for row in account.incidents({f"custom_field[{field}][one_of]": "Fog"})] == [old["id"]]


def test_a_renamed_field_is_seen_at_once_in_every_incident(call: Caller, account: Account) -> None:
    field = account.field("multi_select")
    update(call, field)

    for row in account.incidents(EVERYTHING):
        assert {(each["name"], each["description"]) for each in embedded(row, field)} <= {("Renamed", "")}


def test_a_deleted_field_is_gone_from_every_incident_with_its_options(call: Caller, account: Account) -> None:
    field = create(call, "single_select").body["custom_field"]["id"]
    body = {"custom_field_id": field, "value": "Fog"}
    option = call("POST", "/v1/custom_field_options", body=body).body["custom_field_option"]["id"]
    assert call("DELETE", f"{PATH}/{field}").status == 204

    assert all(embedded(row, field) == [] for row in account.incidents(EVERYTHING))
    assert call("GET", f"{PATH}/{field}").status == 404
    assert call("GET", f"/v1/custom_field_options/{option}").status == 404
    assert embedded(account.declare(), field) == []


def test_a_field_of_the_data_set_is_gone_from_every_incident_too(call: Caller, account: Account) -> None:
    field = account.field("text")
    for row in account.incidents(EVERYTHING):
        account.edit(row["id"], custom_field_entries=[{"custom_field_id": field, "values": []}])
    assert call("DELETE", f"{PATH}/{field}").status == 204

    assert all(embedded(row, field) == [] for row in account.incidents(EVERYTHING))


@pytest.mark.parametrize("field_type", ["multi_select", "text"])
def test_one_that_has_a_value_in_an_incident_can_not_be_deleted(
    call: Caller, account: Account, field_type: str
) -> None:
    refused = call("DELETE", f"{PATH}/{account.field(field_type)}")

    assert (refused.status, refused.error["code"]) == (422, "in_use")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_an_unknown_one_is_a_404(call: Caller, method: str) -> None:
    body = {"name": "x", "description": ""} if method == "PUT" else None

    assert call(method, f"{PATH}/{UNKNOWN_ID}", body=body).error["code"] == "resource_not_found"
