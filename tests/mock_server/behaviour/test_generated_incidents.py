"""A double that is filled from the contract alone serves, filters and edits what it was filled with."""

from collections.abc import Mapping
from typing import Any

import orjson
import pytest

from incident_double.fixtures import Dataset
from incident_double.fixtures.shapes.covering import covering_set
from incident_double.fixtures.shapes.shaped_dataset import dataset
from incident_double.mock_server import DEFAULT_TOKEN, Double, Request
from incident_double.openapi import bundled

from ...calling import Caller
from ..conftest import EVERYTHING

SCHEMA = {"$ref": "#/components/schemas/IncidentV2"}


@pytest.fixture(scope="module")
def filled() -> Dataset:
    return dataset("conforming", incidents=60)


@pytest.fixture
def call(filled: Dataset) -> Caller:
    return Caller(Double(bundled(), filled, rate_limit=0))


def as_made(row: Mapping[str, Any]) -> dict[str, Any]:
    """The incident without what an address needed to be given."""
    return {name: value for name, value in row.items() if name not in ("id", "reference")}


def everything(call: Caller, **query: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = call.get("/v2/incidents", {**EVERYTHING, **query})["incidents"]
    return rows


def test_the_covering_set_comes_first(filled: Dataset) -> None:
    covering = [as_made(value) for value in covering_set(bundled(), SCHEMA)]
    assert [as_made(row) for row in filled.collections["incidents"]][: len(covering)] == covering
    assert len(filled.collections["incidents"]) == 60 > len(covering)


def test_the_covering_shape_is_the_covering_set_and_no_more() -> None:
    covering = covering_set(bundled(), SCHEMA)
    assert len(dataset("covering", incidents=1000).collections["incidents"]) == len(covering)


def test_another_seed_fills_it_otherwise() -> None:
    def last(seed: int) -> dict[str, Any]:
        return as_made(dataset("conforming", seed=seed, incidents=30).collections["incidents"][-1])

    assert last(0) == last(0) != last(1)


def test_every_incident_is_served_as_it_was_made(call: Caller, filled: Dataset) -> None:
    for row in filled.collections["incidents"]:
        for id_ in (row["id"], row["reference"].removeprefix("INC-")):
            assert call.get(f"/v2/incidents/{id_}")["incident"] == row
        call.get(f"/v1/incidents/{row['id']}")


def test_every_incident_is_listed_once(call: Caller, filled: Dataset) -> None:
    listed = [row["id"] for row in everything(call)]
    assert sorted(listed) == sorted(row["id"] for row in filled.collections["incidents"])


def test_filters_work_on_what_no_setting_knows(call: Caller) -> None:
    rows = everything(call)
    for row in rows[:20]:
        alike = [each for each in rows if each["incident_status"]["id"] == row["incident_status"]["id"]]
        assert everything(call, **{"status[one_of]": row["incident_status"]["id"]}) == alike


def test_severities_that_no_setting_knows_are_compared_by_rank(call: Caller) -> None:
    graded = [row for row in everything(call) if row.get("severity", {}).get("id")]
    ids = [row["severity"]["id"] for row in graded]
    compared = [row["severity"] for row in graded if ids.count(row["severity"]["id"]) == 1]
    assert len(compared) > 5
    for severity in compared:
        worse = [
            row["id"]
            for row in everything(call)
            if "severity" in row and row["severity"]["rank"] >= severity["rank"]
        ]
        assert [row["id"] for row in everything(call, **{"severity[gte]": severity["id"]})] == worse


def test_an_edit_changes_what_it_names_and_keeps_the_rest(call: Caller, filled: Dataset) -> None:
    severity = filled.collections["severities"][0]
    for row in filled.collections["incidents"]:
        body = {
            "incident": {"name": "Edited", "severity_id": severity["id"]},
            "notify_incident_channel": False,
        }
        edited = call("POST", f"/v2/incidents/{row['id']}/actions/edit", body=body).body["incident"]
        moved = {"name": "Edited", "severity": severity}
        clock = {name: edited[name] for name in ("updated_at", "last_activity_at")}
        assert edited == {**row, **moved, **clock}
        assert call.get(f"/v2/incidents/{row['id']}")["incident"] == edited


def test_a_custom_field_that_comes_later_is_listed_by_every_incident(call: Caller) -> None:
    body = {"name": "Berth", "description": "Where it lies", "field_type": "text"}
    field = call("POST", "/v2/custom_fields", body=body).body["custom_field"]
    for row in everything(call):
        assert row["custom_field_entries"][-1]["custom_field"]["id"] == field["id"]
        assert row["custom_field_entries"][-1]["values"] == []


def test_a_double_of_tomorrow_serves_and_edits_what_no_document_permits_yet() -> None:
    tomorrow = dataset("evolved", incidents=80)
    double = Double(bundled(), tomorrow, rate_limit=0)
    rows = tomorrow.collections["incidents"]

    def answer(method: str, path: str, body: bytes = b"") -> Any:
        request = Request(method, path, authorization=f"Bearer {DEFAULT_TOKEN}", body=body)
        reply = double.answer(request)
        assert reply.status == 200
        return orjson.loads(reply.body)["incident"]

    assert any("new_property" in row for row in rows)
    for row in rows:
        assert answer("GET", f"/v2/incidents/{row['id']}") == row
    odd = next(row for row in rows if row["mode"] == "new_value")
    edit = orjson.dumps({"incident": {"name": "Renamed"}, "notify_incident_channel": False})
    assert answer("POST", f"/v2/incidents/{odd['id']}/actions/edit", edit)["name"] == "Renamed"
    assert answer("GET", f"/v2/incidents/{odd['id']}")["mode"] == "new_value"
