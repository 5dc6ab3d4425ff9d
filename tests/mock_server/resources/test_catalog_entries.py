"""Catalog entries, V3 and V2 (behaviour.md#catalog)."""

from typing import Any

import pytest

from ...calling import Answer, Caller
from ..conftest import UNKNOWN_ID, Account, Row

PATH = "/v3/catalog_entries"


@pytest.fixture
def type_(call: Caller) -> Row:
    """A type with an attribute of each kind that these tests need, by name in `ids`."""
    body = {"name": "Cluster", "description": ""}
    row: Row = call("POST", "/v3/catalog_types", body=body).body["catalog_type"]
    attributes = [
        {"name": "Tier", "type": "String", "array": False},
        {"name": "Zones", "type": "String", "array": True},
        {"name": "Team", "type": 'Custom["Team"]', "array": False},
        {"name": "Below", "type": row["type_name"], "array": False},
    ]
    path = f"/v3/catalog_types/{row['id']}/actions/update_schema"
    row = call("POST", path, body={"version": 1, "attributes": attributes}).body["catalog_type"]
    return {**row, "ids": {each["name"]: each["id"] for each in row["schema"]["attributes"]}}


def bound(type_: Row, **values: Any) -> Row:
    """Bindings by the names of attributes: a list stands for an array."""
    return {
        type_["ids"][name]: {"array_value": [{"literal": each} for each in value]}
        if isinstance(value, list)
        else {"value": {"literal": value}}
        for name, value in values.items()
    }


def literals(entry: Row, type_: Row) -> Row:
    """What is bound, by the names of attributes."""
    names = {id_: name for name, id_ in type_["ids"].items()}
    return {
        names[id_]: [each["literal"] for each in binding["array_value"]]
        if "array_value" in binding
        else binding["value"]["literal"]
        for id_, binding in entry["attribute_values"].items()
    }


def create(call: Caller, type_: Row, values: Row | None = None, **properties: Any) -> Answer:
    body = {"catalog_type_id": type_["id"], "name": "One", "attribute_values": values or {}, **properties}
    return call("POST", PATH, body=body)


def created(call: Caller, type_: Row, values: Row | None = None, **properties: Any) -> Row:
    row: Row = create(call, type_, values, **properties).body["catalog_entry"]
    return row


def update(call: Caller, entry: Row, values: Row, **properties: Any) -> Row:
    body = {"name": entry["name"], "attribute_values": values, **properties}
    row: Row = call("PUT", f"{PATH}/{entry['id']}", body=body).body["catalog_entry"]
    return row


def listed(call: Caller, type_: Row, **query: Any) -> list[Row]:
    rows: list[Row] = call.get(PATH, {"catalog_type_id": type_["id"], "page_size": 250, **query})[
        "catalog_entries"
    ]
    return rows


def test_a_new_one_keeps_what_was_bound_and_is_listed(call: Caller, type_: Row) -> None:
    entry = created(call, type_, bound(type_, Tier="1", Zones=["a", "b"]))

    assert literals(entry, type_) == {"Tier": "1", "Zones": ["a", "b"]}
    assert (entry["aliases"], entry["rank"]) == ([], 0)
    assert listed(call, type_) == [entry]
    assert call.get(f"{PATH}/{entry['id']}")["catalog_entry"] == entry
    old = call.get(f"/v2/catalog_entries/{entry['id']}")["catalog_entry"]
    assert literals(old, type_) == literals(entry, type_)


def test_one_binding_that_was_sent_both_ways_is_kept_as_its_attribute_has_it(
    call: Caller, type_: Row
) -> None:
    both = {"value": {"literal": "1"}, "array_value": [{"literal": "a"}]}
    entry = created(call, type_, {type_["ids"]["Tier"]: both, type_["ids"]["Zones"]: both})

    assert literals(entry, type_) == {"Tier": "1", "Zones": ["a"]}


@pytest.mark.parametrize("how", ["id", "external_id", "alias"])
def test_a_literal_stays_as_it_was_sent_and_is_labelled_by_what_it_names(
    call: Caller, type_: Row, how: str
) -> None:
    below = created(call, type_, name="Base", external_id="base", aliases=["b"])
    sent = {"id": below["id"], "external_id": "base", "alias": "b"}[how]
    entry = created(call, type_, bound(type_, Below=sent))
    value = entry["attribute_values"][type_["ids"]["Below"]]["value"]

    assert value == {"label": "Base", "literal": sent}
    update(call, {**below, "name": "Ground"}, {})
    shown = call.get(f"{PATH}/{entry['id']}")["catalog_entry"]["attribute_values"][type_["ids"]["Below"]]
    assert shown["value"]["label"] == "Ground"


def test_an_attribute_that_the_type_has_not_is_refused(call: Caller, type_: Row) -> None:
    answer = create(call, type_, {UNKNOWN_ID: {"value": {"literal": "1"}}})

    assert (answer.status, answer.error["source"]["field"]) == (422, f"attribute_values.{UNKNOWN_ID}")


@pytest.mark.shows("catalog-upsert")
def test_an_external_id_that_is_there_updates_its_entry_and_answers_201(call: Caller, type_: Row) -> None:
    first = created(call, type_, bound(type_, Tier="1"), external_id="x", aliases=["a"])
    answer = create(call, type_, bound(type_, Zones=["z"]), external_id="x", name="Two")
    entry = answer.body["catalog_entry"]

    assert (answer.status, entry["id"], entry["name"]) == (201, first["id"], "Two")
    assert literals(entry, type_) == {"Zones": ["z"]}
    assert len(listed(call, type_)) == 1


def test_an_external_id_is_unique_for_its_type_only(call: Caller, type_: Row) -> None:
    created(call, type_, external_id="x")
    other = created(call, type_, external_id="y")
    body = {"name": "Two", "attribute_values": {}, "external_id": "x"}

    assert call("PUT", f"{PATH}/{other['id']}", body=body).error["source"]["field"] == "external_id"
    second = call("POST", "/v3/catalog_types", body={"name": "Other", "description": ""}).body["catalog_type"]
    assert create(call, second, external_id="x").status == 201


@pytest.mark.shows("catalog-put-clears", "catalog-entry-omitted")
def test_an_update_clears_what_it_leaves_out_unless_it_names_attributes(call: Caller, type_: Row) -> None:
    entry = created(call, type_, bound(type_, Tier="1", Zones=["a"]), aliases=["a"], external_id="x")
    some = update(call, entry, bound(type_, Tier="2"), update_attributes=[type_["ids"]["Tier"]])
    assert literals(some, type_) == {"Tier": "2", "Zones": ["a"]}

    cleared = update(call, entry, {}, update_attributes=[type_["ids"]["Tier"]])
    assert literals(cleared, type_) == {"Zones": ["a"]}
    assert (cleared["aliases"], cleared["external_id"]) == (["a"], "x")

    assert literals(update(call, entry, bound(type_, Tier="3")), type_) == {"Tier": "3"}


@pytest.mark.shows("catalog-bulk")
def test_a_bulk_update_takes_effect_on_all_or_none(call: Caller, type_: Row) -> None:
    one, two = (created(call, type_, bound(type_, Tier="1"), external_id=each) for each in "ab")

    def send(*entries: Row, **properties: Any) -> Answer:
        body = {"catalog_type_id": type_["id"], "entries": [*entries], **properties}
        return call("POST", f"{PATH}/actions/bulk_update", body=body)

    changed = {"entry_id": one["id"], "attribute_values": bound(type_, Tier="2"), "name": "New"}
    assert send(changed, {"entry_id": UNKNOWN_ID, "attribute_values": {}}).status == 422
    assert send(changed, {"entry_id": two["id"], "attribute_values": {}, "external_id": "a"}).status == 422
    assert listed(call, type_) == [one, two]

    zones = {"entry_id": two["id"], "attribute_values": bound(type_, Zones=["z"])}
    assert send(changed, zones, update_attributes=[type_["ids"]["Zones"]]).status == 204
    assert [literals(each, type_) for each in listed(call, type_)] == [
        {"Tier": "1"},
        {"Tier": "1", "Zones": ["z"]},
    ]
    assert [each["name"] for each in listed(call, type_)] == ["New", "One"]


@pytest.mark.parametrize("identifier", ["id", "external_id", "alias", "name"])
def test_one_is_found_by_what_it_is_called(call: Caller, type_: Row, identifier: str) -> None:
    created(call, type_, name="Two")
    entry = created(call, type_, external_id="x", aliases=["a"])
    wanted = {"id": entry["id"], "external_id": "x", "alias": "a", "name": "One"}[identifier]
    by_name = identifier == "name"

    assert listed(call, type_, identifier=wanted) == ([] if by_name else [entry])
    body = {"name": "Cluster", "description": "", "use_name_as_identifier": True}
    call("PUT", f"/v3/catalog_types/{type_['id']}", body=body)
    assert listed(call, type_, identifier=wanted) == [entry]


def test_pages_lead_to_the_end_and_count_all(call: Caller, type_: Row) -> None:
    entries = [created(call, type_, name=str(number)) for number in range(5)]
    query = {"catalog_type_id": type_["id"], "page_size": 2}
    found: list[Row] = []
    while page := call.get(PATH, query)["catalog_entries"]:
        found += page
        query["after"] = page[-1]["id"]

    assert found == entries
    assert call.get(PATH, query)["pagination_meta"]["total_record_count"] == 5
    assert call("GET", PATH, query={"catalog_type_id": UNKNOWN_ID, "page_size": 2}).status == 404


def test_backlinks_are_shown_when_they_are_asked_for_and_cannot_be_set(call: Caller, type_: Row) -> None:
    attributes = [
        *type_["schema"]["attributes"],
        {
            "name": "Above",
            "type": type_["type_name"],
            "array": True,
            "mode": "backlink",
            "backlink_attribute": type_["ids"]["Below"],
        },
    ]
    path = f"/v3/catalog_types/{type_['id']}/actions/update_schema"
    schema = call("POST", path, body={"version": 2, "attributes": attributes}).body["catalog_type"]["schema"]
    above = schema["attributes"][-1]["id"]
    below = created(call, type_, name="Base", external_id="base")
    entry = created(call, type_, bound(type_, Below="base"), name="Top")

    shown = call.get(f"{PATH}/{below['id']}", {"expand": "true"})["catalog_entry"]["attribute_values"]
    assert shown == {above: {"array_value": [{"label": "Top", "literal": entry["id"]}]}}
    assert call.get(f"{PATH}/{below['id']}")["catalog_entry"]["attribute_values"] == {}
    assert create(call, type_, {above: {"array_value": []}}).status == 422


def test_a_path_shows_what_it_leads_to(call: Caller, type_: Row) -> None:
    steps = [{"attribute_id": type_["ids"][name]} for name in ("Below", "Tier")]
    way = {"name": "Way", "type": "String", "array": False, "mode": "path", "path": steps}
    path = f"/v3/catalog_types/{type_['id']}/actions/update_schema"
    body = {"version": 2, "attributes": [*type_["schema"]["attributes"], way]}
    way_id = call("POST", path, body=body).body["catalog_type"]["schema"]["attributes"][-1]["id"]
    created(call, type_, bound(type_, Tier="7"), name="Base", external_id="base")
    entry = created(call, type_, bound(type_, Below="base"))

    shown = call.get(f"{PATH}/{entry['id']}")["catalog_entry"]["attribute_values"]
    assert shown[way_id] == {"value": {"label": "7", "literal": "7"}}
    alone = call.get(f"{PATH}/{entry['id']}", {"expand": "false"})["catalog_entry"]["attribute_values"]
    assert way_id not in alone


@pytest.mark.shows("team-is-entry")
def test_an_entry_of_the_type_for_teams_is_a_team_until_it_goes(call: Caller) -> None:
    team_type = next(each for each in call.get("/v3/catalog_types")["catalog_types"] if each["is_team_type"])
    entry = created(call, team_type, name="Night shift", external_id="night")

    team = call.get(f"/v3/teams/{entry['id']}")["team"]
    assert (team["name"], team["catalog_entry"]["external_id"]) == ("Night shift", "night")
    assert call("DELETE", f"{PATH}/{entry['id']}").status == 204
    assert call("GET", f"/v3/teams/{entry['id']}").status == 404


@pytest.mark.shows("catalog-built-in")
def test_schedules_are_entries_that_nobody_edits(call: Caller) -> None:
    types = call.get("/v3/catalog_types")["catalog_types"]
    synced = next(each for each in types if each["type_name"] == "Schedule")
    schedule = call.get("/v2/schedules")["schedules"][0]
    [entry] = listed(call, synced, identifier=schedule["name"])

    assert entry["external_id"] == schedule["id"]
    assert call.get(f"{PATH}/{entry['id']}")["catalog_entry"] == entry
    assert create(call, synced).status == 422
    assert call("DELETE", f"{PATH}/{entry['id']}").status == 422


def test_escalation_paths_are_entries_too_before_and_after_one_is_made(call: Caller) -> None:
    types = call.get("/v3/catalog_types")["catalog_types"]
    synced = next(each for each in types if each["type_name"] == "EscalationPath")
    before = call.get("/v2/escalation_paths")["escalation_paths"]
    assert [each["external_id"] for each in listed(call, synced)] == [each["id"] for each in before] != []

    body = {"name": "Nights", "path": []}
    made = call("POST", "/v2/escalation_paths", body=body).body["escalation_path"]

    after = [(each["external_id"], each["name"]) for each in listed(call, synced)]
    assert after == [*((each["id"], each["name"]) for each in before), (made["id"], "Nights")]


def test_a_custom_field_takes_the_entries_of_its_own_type_only(call: Caller, account: Account) -> None:
    fields = call.get("/v2/custom_fields")["custom_fields"]
    teams, services = (
        next(each for each in fields if each["name"] == name)
        for name in ("Affected teams", "Affected services")
    )
    team = listed(call, {"id": teams["catalog_type_id"]})[0]
    incident = account.declare_live()

    def name_it(field: Row, name: str) -> Answer:
        entry = {"custom_field_id": field["id"], "values": [{"value_catalog_entry_id": name}]}
        return account.try_to_edit(incident["id"], custom_field_entries=[entry])

    for name in (team["id"], team["external_id"], team["aliases"][0]):
        assert name_it(teams, name).status == 200
        assert name_it(services, name).status == 422
