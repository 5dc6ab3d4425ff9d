"""A collection is one entry of a table: indexes, saved states and embedding follow from it."""

from typing import Any

import pytest

from incident_double.fixtures import COLLECTIONS, Dataset, realistic
from incident_double.fixtures.domain import collections
from incident_double.fixtures.domain.collections import TABLE, Collection, every_collection
from incident_double.mock_server import Double
from incident_double.mock_server.saved_state.state import exported, load
from incident_double.mock_server.store.store import Change
from incident_double.mock_server.tables import modules_of
from incident_double.openapi import Document

NEW = Collection(
    "asides",
    "IncidentAttachmentV1",
    belongs_to_incidents=True,
    order="id",
    facets={"external_id": ("resource", "external_id")},
)


@pytest.fixture
def asides(monkeypatch: pytest.MonkeyPatch) -> Dataset:
    """A data set with one more collection, of which two incidents have a row each."""
    monkeypatch.setattr(collections, "TABLE", (*TABLE, NEW))
    dataset = realistic(incidents=3)
    first, second, _ = (row["id"] for row in dataset.collections["incidents"])
    resource = {"external_id": "x", "permalink": "", "resource_type": "pager_duty_incident", "title": ""}
    rows: list[Any] = [
        {"id": "2", "incident_id": first, "resource": resource},
        {"id": "1", "incident_id": second, "resource": {**resource, "external_id": "y"}},
    ]
    dataset.collections[NEW.name] = rows  # type: ignore[index]  # made for this test alone
    return dataset


@pytest.fixture
def double(document: Document, asides: Dataset) -> Double:
    return Double(document, asides)


def test_a_new_collection_is_listed_in_its_order_and_by_its_facets(double: Double) -> None:
    index = double.store.belongings[NEW.name]

    assert index.ids(index.all_rows) == ["1", "2"]
    assert index.ids(index.having("external_id", ["x"])) == ["2"]
    double.store.apply([Change(NEW.name, "1", None)])
    assert index.ids(index.all_rows) == ["2"]


def test_a_new_collection_is_saved_loaded_and_goes_with_its_incidents(
    document: Document, double: Double
) -> None:
    other, state = Double(document, realistic(seed=9, incidents=1)), exported(double)
    load(other, state)
    assert [row["id"] for row in other.store.all(NEW.name)] == ["2", "1"]

    kept = [
        row
        for row in state["collections"]["incidents"]
        if row["id"] == other.store.row(NEW.name, "2")["incident_id"]
    ]
    load(other, {"format": 1, "collections": {"incidents": kept}})
    assert [row["id"] for row in other.store.all(NEW.name)] == ["2"]
    with pytest.raises(ValueError, match="/collections/asides/0/incident_id: there is no incident"):
        load(other, {"format": 1, "collections": {NEW.name: state["collections"][NEW.name][1:]}})


def test_a_row_of_a_collection_that_incidents_embed_is_seen_in_them_as_it_is_now(double: Double) -> None:
    for collection in TABLE:
        if collection.embedded_as:
            incident = next(row for row in double.store.incidents.rows() if collection.embedded_as in row)
            row = double.store.row(collection.name, incident[collection.embedded_as]["id"])
            double.store.apply([Change(collection.name, row["id"], {**row, "name": "Renamed"})])

            assert double.store.incidents.row(incident["id"])[collection.embedded_as]["name"] == "Renamed"


def test_every_collection_has_the_schema_that_the_data_set_names() -> None:
    assert {name: each.schema for name, each in every_collection().items()} == COLLECTIONS


def test_the_contract_says_of_each_collection_whether_it_belongs_to_incidents(document: Document) -> None:
    for collection in TABLE:
        has_incident = "incident_id" in document.schemas[collection.schema]["properties"]
        assert has_incident == collection.belongs_to_incidents


def test_the_contract_has_what_a_collection_is_embedded_in(document: Document) -> None:
    for collection in TABLE:
        schema: Any = document.schemas["IncidentV2"]
        for step in collection.embedded_in.split("/")[1:]:
            schema = document.resolve(schema["items"] if step == "*" else schema["properties"][step])
        assert collection.embedded_in == "" or "id" in schema["properties"]


def test_what_a_resource_keeps_is_a_collection_of_the_table() -> None:
    modules = modules_of("incident_double.mock_server.resources")
    kept = {module.COLLECTION for module in modules if hasattr(module, "COLLECTION")}

    assert {"actions", "severities"} <= kept <= every_collection().keys()
