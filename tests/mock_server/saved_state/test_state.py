"""The state of a double goes out as JSON and comes in again, here or in another double."""

import json
from collections.abc import Callable
from threading import Thread
from typing import Any

import pytest

from incident_double.fixtures import realistic
from incident_double.fixtures.shapes.shaped_dataset import dataset as shaped_dataset
from incident_double.mock_server import Double, Request
from incident_double.mock_server.building.building import declare_incident
from incident_double.mock_server.saved_state.state import exported, load
from incident_double.openapi import Document, read_document

from ...calling import Caller, StoppedClock
from ..conftest import EVERYTHING, Account
from .test_snapshots import everything, stir


@pytest.fixture
def other(document: Document) -> Double:
    """A double with nothing in common with `double`."""
    return Double(document, realistic(seed=9, incidents=3), seed=9, rate_limit=0)


def moved(double: Double, other: Double) -> Any:
    """What `other` took in: the state of `double`, through JSON."""
    state = json.loads(json.dumps(exported(double)))
    load(other, state)
    return state


def test_all_that_a_client_sees_is_as_before(
    call: Caller, double: Double, account: Account, other: Double
) -> None:
    stir(call, account)
    seen = everything(call)
    state = moved(double, other)

    assert everything(Caller(other)) == seen
    assert exported(other) == state
    assert state["organisation"] == other.store.organisation


def test_what_happens_next_is_the_same(call: Caller, double: Double, account: Account, other: Double) -> None:
    body = {"idempotency_key": "mine", "visibility": "public", "name": "Once"}
    first = call("POST", "/v2/incidents", body=body).body["incident"]["id"]
    moved(double, other)
    elsewhere = Caller(other)

    assert elsewhere("POST", "/v2/incidents", body=body).body["incident"]["id"] == first
    account_elsewhere = Account(elsewhere)
    assert account_elsewhere.declare(name="Next") == account.declare(name="Next")
    stir(call, account)
    stir(elsewhere, account_elsewhere)
    assert everything(elsewhere) == everything(call)


def test_a_field_added_later_is_listed_in_every_incident_as_before(
    call: Caller, double: Double, other: Double
) -> None:
    field = {"name": "Added", "description": "Later", "field_type": "text"}
    assert call("POST", "/v2/custom_fields", body=field).status == 201
    moved(double, other)

    assert everything(Caller(other)) == everything(call)


def test_the_clock_goes_on_where_it_stood(double: Double, clock: StoppedClock, other: Double) -> None:
    clock.freeze("2031-05-06T07:08:09.123456Z")
    moved(double, other)
    assert other.clock.is_frozen
    assert other.clock.now() == clock.now()

    clock.resume()
    moved(double, other)
    assert not other.clock.is_frozen
    assert 0 <= (other.clock.now() - clock.now()).total_seconds() + 60 < 120


def test_a_snapshot_taken_before_brings_back_what_was_there(other: Double, double: Double) -> None:
    seen, snapshot = everything(Caller(other)), other.snapshot()
    organisation = other.store.organisation
    moved(double, other)
    assert everything(Caller(other)) != seen

    other.rollback(snapshot)

    assert everything(Caller(other)) == seen
    assert other.store.organisation == organisation


def test_a_double_that_begins_here_comes_back_here(other: Double, double: Double) -> None:
    moved(double, other)
    other.set_baseline()
    seen = everything(Caller(other))
    stir(Caller(other), Account(Caller(other)))

    other.reset()

    assert everything(Caller(other)) == seen


def test_watchers_are_not_called(double: Double, other: Double) -> None:
    reported: list[Any] = []
    other.store.watch(reported.append)
    moved(double, other)

    assert reported == []


def test_a_read_that_was_answered_before_is_answered_anew(double: Double, other: Double) -> None:
    call = Caller(other)
    before = call.get("/v2/incidents")
    moved(double, other)

    assert call.get("/v2/incidents") != before


@pytest.mark.parametrize("shape", ["conforming", "covering", "evolved"])
def test_incidents_of_any_shape_go_out_and_in(document: Document, shape: str) -> None:
    double = Double(document, shaped_dataset(shape, incidents=60), clock=StoppedClock(), rate_limit=0)
    other = Double(document, realistic(seed=9, incidents=2), clock=StoppedClock(), rate_limit=0)
    state = moved(double, other)

    assert state.get("beyond_contract", False) == (shape == "evolved")
    ids = [row["id"] for row in state["collections"]["incidents"]]
    assert [_shown(other, id_) for id_ in ids] == [_shown(double, id_) for id_ in ids]


def _shown(double: Double, id_: str) -> Any:
    return json.loads(double.store.incidents.rendered(id_))


PETS: dict[str, Any] = {
    "openapi": "3.0.3",
    "info": {"title": "Pets", "version": "1"},
    "paths": {
        "/pets": {
            "get": {
                "operationId": "listPets",
                "responses": {
                    "200": {
                        "description": "All",
                        "content": {
                            "application/json": {
                                "schema": {"type": "array", "items": {"$ref": "#/components/schemas/Pet"}}
                            }
                        },
                    }
                },
            },
            "post": {
                "operationId": "createPet",
                "requestBody": {
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Pet"}}}
                },
                "responses": {
                    "201": {
                        "description": "Made",
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Pet"}}},
                    }
                },
            },
        },
        "/pets/{name}": {
            "get": {
                "operationId": "showPet",
                "parameters": [
                    {"name": "name", "in": "path", "required": True, "schema": {"type": "string"}}
                ],
                "responses": {
                    "200": {
                        "description": "One",
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Pet"}}},
                    }
                },
            }
        },
    },
    "components": {
        "schemas": {
            "Pet": {
                "type": "object",
                "required": ["name"],
                "properties": {"name": {"type": "string"}, "age": {"type": "integer"}},
            }
        }
    },
}


def test_what_another_document_implies_goes_out_and_in_whatever_its_keys() -> None:
    pets = Document(PETS)
    double, other = (Double(pets, realistic(incidents=0), rate_limit=0) for _ in range(2))
    call = Caller(double)
    assert call("POST", "/pets", body={"name": "Rex", "age": 7}).status == 201
    state = moved(double, other)

    assert state["collections"]["/pets"]["Rex"] == {"name": "Rex", "age": 7}
    assert Caller(other).get("/pets") == call.get("/pets")
    assert Caller(other).get("/pets/Rex") == {"name": "Rex", "age": 7}


def test_a_double_of_the_vendor_s_document_goes_out_and_in(shared_documents: Any) -> None:
    vendor = read_document(shared_documents / "openapi-current.json")
    double, other = (Double(vendor, realistic(seed=seed, incidents=5), rate_limit=0) for seed in (1, 2))
    call = Caller(double)
    schedules = call.get("/v2/schedules")
    moved(double, other)

    assert Caller(other).get("/v2/schedules") == schedules
    assert Caller(other).get("/v2/incidents", EVERYTHING) == call.get("/v2/incidents", EVERYTHING)


def test_what_a_state_leaves_out_stays(call: Caller, double: Double, account: Account) -> None:
    rows = exported(double)["collections"]["incidents"][-2:]
    settings = call.get("/v1/severities")
    load(double, {"collections": {"incidents": rows}})

    assert {row["id"] for row in account.incidents(EVERYTHING)} == {row["id"] for row in rows}
    assert call.get("/v1/severities") == settings
    updates = call.get("/v2/incident_updates", {"page_size": 250})["incident_updates"]
    assert {row["incident_id"] for row in updates} == {row["id"] for row in rows}
    assert account.declare()["reference"] == "INC-121"


def test_a_key_whose_incident_is_gone_makes_another(call: Caller, double: Double) -> None:
    body = {"idempotency_key": "mine", "visibility": "public"}
    first = call("POST", "/v2/incidents", body=body).body["incident"]
    load(double, {"collections": {"incidents": exported(double)["collections"]["incidents"][:1]}})

    second = call("POST", "/v2/incidents", body=body).body["incident"]
    assert second["id"] != first["id"]
    assert second["reference"] == "INC-2"


def test_what_was_deleted_before_is_shown_where_the_state_embeds_it(
    call: Caller, double: Double, account: Account
) -> None:
    field = {"name": "Added", "description": "Later", "field_type": "text"}
    added = call("POST", "/v2/custom_fields", body=field).body["custom_field"]["id"]
    state = json.loads(json.dumps(exported(double)))
    assert call("DELETE", f"/v2/custom_fields/{added}").status == 204
    fields = state["collections"]["custom_fields"]
    state["collections"]["custom_fields"] = [row for row in fields if row["id"] != added]
    load(double, state)

    shown = account.incidents()[0]["custom_field_entries"]
    assert added in [entry["custom_field"]["id"] for entry in shown]


Break = Callable[[Any], None]


def _broken(*path: Any, value: Any) -> Break:
    def change(state: Any) -> None:
        for step in path[:-1]:
            state = state[step]
        state[path[-1]] = value

    return change


def _twice(state: Any) -> None:
    state["collections"]["users"].append(state["collections"]["users"][0])


BROKEN: list[tuple[Break, str]] = [
    (_broken("format", value=2), "/format: 1 was expected"),
    (_broken("colour", value=1), "there is no property 'colour' (there are format, organisation, "),
    (_broken("organisation", value=None), "/organisation: None is not a text"),
    (_broken("collections", value=[]), "/collections: [] is not an object"),
    (
        _broken("collections", "severites", value=[]),
        "/collections: there is no collection 'severites' (there are users, ",
    ),
    (_broken("collections", "severities", 0, value=5), "/collections/severities/0: 5 is not an object"),
    (
        _broken("collections", "severities", 0, "rank", value="x"),
        '/collections/severities/0/rank: "x" is not',
    ),
    (
        _broken("collections", "incidents", 3, "mode", value="x"),
        '/collections/incidents/3/mode: "x" is not one',
    ),
    (_broken("collections", "incidents", 3, value={"id": "x"}), "/collections/incidents/3: "),
    (_twice, "is there twice"),
    (
        _broken("collections", "incident_updates", 2, "incident_id", value="01X"),
        "/collections/incident_updates/2/incident_id: there is no incident '01X'",
    ),
    (_broken("idempotency_keys", value={"incidents a": "01X"}), "/idempotency_keys/incidents a: there is no"),
    (_broken("counters", "incident_number", value=-1), "/counters/incident_number: -1 is less than"),
    (_broken("clock", "now", value="soon"), "/clock/now: 'soon' is not an ISO 8601 date or time"),
    (_broken("chance", value="AAAA"), "/chance: not what a double has saved there"),
    (_broken("chance", value="\u00e4"), "/chance: not what a double has saved there"),
]


@pytest.mark.parametrize(("break_it", "complaint"), BROKEN, ids=[each[1][:40] for each in BROKEN])
def test_a_broken_state_is_one_line_and_changes_nothing(
    double: Double, call: Caller, break_it: Break, complaint: str
) -> None:
    declare_incident(double, name="Counted")
    state = json.loads(json.dumps(exported(double)))
    before = json.dumps(state)
    state["organisation"] = "Other"
    break_it(state)

    with pytest.raises(ValueError) as raised:  # noqa: PT011 - what it says is looked at below
        load(double, state)

    assert complaint in str(raised.value)
    assert "\n" not in str(raised.value)
    assert json.dumps(exported(double)) == before


@pytest.mark.parametrize("state", [None, [], "x", 5])
def test_what_is_no_object_is_no_state(double: Double, state: Any) -> None:
    with pytest.raises(ValueError, match="is not an object"):
        load(double, state)


def test_others_are_answered_while_a_state_is_held_against_the_contract(
    double: Double, monkeypatch: pytest.MonkeyPatch
) -> None:
    statuses = []

    def check_rows(*_: Any, **__: Any) -> None:
        asking = Thread(target=lambda: statuses.append(double.answer(Request("GET", "/nothing")).status))
        asking.start()
        asking.join(5)

    monkeypatch.setattr("incident_double.mock_server.saved_state.state.check_rows", check_rows)
    load(double, {"collections": {"severities": []}})
    assert statuses == [404]
