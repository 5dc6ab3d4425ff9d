"""Status pages: what customers see of the components that there are."""

import pytest

from ...calling import Caller
from ..conftest import UNKNOWN_ID, Row

STRUCTURES = "/v2/status_page_structures"


@pytest.fixture
def page(call: Caller) -> Row:
    (row,) = call.get("/v2/status_pages")["status_pages"]
    return dict(row)


def shown(call: Caller, page: Row) -> list[tuple[str, str]]:
    items = call.get(f"{STRUCTURES}/{page['id']}")["current_structure"]["items"]
    return [(item["component"]["component_id"], item["component"]["name"]) for item in items]


def test_the_structure_has_the_components_as_they_are_now(call: Caller, page: Row) -> None:
    rows = call.get("/v2/status_page_components")["status_page_components"]
    assert shown(call, page) == [(row["id"], row["name"]) for row in rows]

    body = {"name": "Shop", "status_page_id": page["id"]}
    added = call("POST", "/v2/status_page_components", body=body).body["status_page_component"]
    call("DELETE", f"/v2/status_page_components/{rows[0]['id']}")

    assert shown(call, page) == [*((row["id"], row["name"]) for row in rows[1:]), (added["id"], "Shop")]


def test_a_page_that_there_is_not_has_no_structure(call: Caller) -> None:
    assert call("GET", f"{STRUCTURES}/{UNKNOWN_ID}").status == 404


@pytest.mark.parametrize("what", ["incidents", "maintenances"])
def test_what_was_announced_is_about_components_of_the_page(call: Caller, page: Row, what: str) -> None:
    components = {component for component, _ in shown(call, page)}
    listed = call.get(f"/v2/status_page_{what}", {"status_page_id": page["id"]})
    rows = listed[f"status_page_{what}"]

    assert rows
    for row in rows:
        affected = row.get("component_impacts") or row["component_maintenance_periods"]
        assert {each["component_id"] for each in affected} <= components
        assert row["status_page_id"] == page["id"]
