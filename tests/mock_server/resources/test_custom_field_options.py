"""Custom Field Options V1, and what incidents show of them (behaviour.md#custom-fields-and-options)."""

from typing import Any

import pytest

from ...calling import Answer, Caller
from ..conftest import EVERYTHING, UNKNOWN_ID, Account, values

PATH = "/v1/custom_field_options"


def create(call: Caller, field: str, value: str = "Fog", **properties: int) -> Answer:
    return call("POST", PATH, body={"custom_field_id": field, "value": value, **properties})


def update(call: Caller, id_: str, value: str, sort_key: int = 5) -> Answer:
    return call("PUT", f"{PATH}/{id_}", body={"value": value, "sort_key": sort_key})


@pytest.fixture
def field(account: Account) -> str:
    """The select field `Impact`."""
    return account.field("multi_select")


def test_the_default_account_has_twelve_kinds_of_impact(account: Account, field: str) -> None:
    assert [option["sort_key"] for option in account.options(field)] == list(range(12))


@pytest.mark.shows("options-sort-key", "required-has-a-default")
def test_a_new_one_is_shown_and_listed_at_the_end(call: Caller, account: Account, field: str) -> None:
    answer = create(call, field)
    option = answer.body["custom_field_option"]

    assert answer.status == 201
    assert (option["custom_field_id"], option["value"], option["sort_key"]) == (field, "Fog", 1000)
    assert call.get(f"{PATH}/{option['id']}") == answer.body
    assert account.options(field)[-1] == option


def test_options_are_listed_by_sort_key(call: Caller, account: Account, field: str) -> None:
    create(call, field, "First", sort_key=-1)
    create(call, field, "Middle", sort_key=6)
    keys = [option["sort_key"] for option in account.options(field)]

    assert keys == sorted(keys)
    assert account.options(field)[0]["value"] == "First"


def test_a_list_is_of_one_field(call: Caller, account: Account, field: str) -> None:
    other = account.field("single_select")

    assert {option["custom_field_id"] for option in account.options(field)} == {field}
    assert {option["custom_field_id"] for option in account.options(other)} == {other}


@pytest.mark.shows("paging-total", "paging-meta")
def test_a_list_comes_in_pages(call: Caller, account: Account, field: str) -> None:
    first = call.get(PATH, {"custom_field_id": field, "page_size": 5})
    after = first["pagination_meta"]["after"]
    rest = call.get(PATH, {"custom_field_id": field, "after": after})

    assert first["custom_field_options"] + rest["custom_field_options"] == account.options(field)
    assert rest["pagination_meta"] == {"page_size": 25}


@pytest.mark.shows("options-of-one-field")
def test_a_list_needs_its_field(call: Caller) -> None:
    missing, unknown = call("GET", PATH), call("GET", PATH, {"custom_field_id": UNKNOWN_ID})

    assert (missing.status, missing.error["code"]) == (422, "is_required")
    assert missing.error["source"]["field"] == "custom_field_id"
    assert (unknown.status, unknown.error["code"]) == (404, "resource_not_found")


@pytest.mark.shows("options-value")
@pytest.mark.parametrize(
    "value", ["", " ", " Fog", "Fog ", "Fog\tand rain", "Fog\n", "Fog\rRain", "\u00a0Fog"]
)
def test_a_value_has_no_white_space_at_its_ends_nor_tabs_nor_line_breaks(
    call: Caller, account: Account, field: str, value: str
) -> None:
    for answer in (create(call, field, value), update(call, account.options(field)[0]["id"], value)):
        assert (answer.status, answer.error["source"]["field"]) == (422, "value")


@pytest.mark.shows("options-value")
def test_values_are_unique_in_a_field_and_only_there(call: Caller, account: Account, field: str) -> None:
    first, second = account.options(field)[:2]
    for answer in (create(call, field, first["value"]), update(call, second["id"], first["value"])):
        assert (answer.status, answer.error["code"]) == (422, "invalid_value")
        assert answer.error["source"]["field"] == "value"
    assert create(call, account.field("single_select"), first["value"]).status == 201


def test_an_option_may_keep_its_own_value(call: Caller, account: Account, field: str) -> None:
    option = account.options(field)[0]

    assert update(call, option["id"], option["value"], 99).body["custom_field_option"]["sort_key"] == 99


@pytest.mark.shows("options-sort-key")
def test_an_update_needs_both(call: Caller, account: Account, field: str) -> None:
    path = f"{PATH}/{account.options(field)[0]['id']}"
    parts: list[dict[str, Any]] = [{"value": "Fog"}, {"sort_key": 1}]

    assert [call("PUT", path, body=body).error["code"] for body in parts] == ["is_required", "is_required"]


def test_only_select_fields_have_options(call: Caller, account: Account) -> None:
    for other in (account.field("text"), account.field("multi_select", catalog=True), UNKNOWN_ID):
        answer = create(call, other)

        assert (answer.status, answer.error["source"]["field"]) == (422, "custom_field_id")


def test_a_new_option_is_seen_at_once_in_every_incident(call: Caller, account: Account, field: str) -> None:
    create(call, field, "Fog", sort_key=-1)

    for row in account.incidents(EVERYTHING):
        entries = [entry for entry in row["custom_field_entries"] if entry["custom_field"]["id"] == field]
        assert all(entry["custom_field"]["options"] == account.options(field) for entry in entries)


def test_a_renamed_option_is_seen_at_once_in_every_incident(
    call: Caller, account: Account, field: str
) -> None:
    holder = next(row for row in account.incidents(EVERYTHING) if values(row, field))
    option = values(holder, field)[0]["value_option"]
    renamed = update(call, option["id"], "Fog", option["sort_key"]).body["custom_field_option"]

    assert values(account.incident(holder["id"]), field)[0] == {"value_option": renamed}
    seen = [
        each["value_option"]["value"] for row in account.incidents(EVERYTHING) for each in values(row, field)
    ]
    assert "Fog" in seen
    assert option["value"] not in seen


def test_one_that_an_incident_has_can_not_be_deleted(call: Caller, account: Account, field: str) -> None:
    option = create(call, field).body["custom_field_option"]["id"]
    entry = {"custom_field_id": field, "values": [{"value_option_id": option}]}
    incident = account.declare(custom_field_entries=[entry])
    refused = call("DELETE", f"{PATH}/{option}")

    assert (refused.status, refused.error["code"]) == (422, "in_use")
    account.edit(incident["id"], custom_field_entries=[{"custom_field_id": field, "values": []}])
    assert call("DELETE", f"{PATH}/{option}").status == 204


def test_a_deleted_one_is_gone_also_from_incidents(call: Caller, account: Account, field: str) -> None:
    option = create(call, field).body["custom_field_option"]["id"]
    assert account.declare()["custom_field_entries"]
    assert call("DELETE", f"{PATH}/{option}").status == 204

    assert option not in [row["id"] for row in account.options(field)]
    assert option not in str(account.incidents(EVERYTHING))
    assert call("GET", f"{PATH}/{option}").status == 404


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_an_unknown_one_is_a_404(call: Caller, method: str) -> None:
    body = {"value": "x", "sort_key": 1} if method == "PUT" else None

    assert call(method, f"{PATH}/{UNKNOWN_ID}", body=body).error["code"] == "resource_not_found"
