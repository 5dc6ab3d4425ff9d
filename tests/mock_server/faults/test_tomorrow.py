"""Answers that are right, but not those that a client has always got: short pages, and what may be added one day."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from incident_double.fixtures import Dataset
from incident_double.mock_server import DEFAULT_TOKEN, Double, Reply, Request
from incident_double.mock_server.faults.arming import parse_fault
from incident_double.openapi import Document

Ask = Callable[..., Reply]
LIST, SHOW = "Incidents V2#List", "Incidents V2#Show"


@pytest.fixture
def double(document: Document, dataset: Dataset) -> Double:
    return Double(document, dataset, rate_limit=0)


@pytest.fixture
def ask(double: Double) -> Ask:
    """Sends a GET; with `fault`, one that it strikes."""

    def get(path: str, query: str = "", *, fault: str = "") -> Reply:
        if fault:
            double.faults.arm(parse_fault(fault, double.document))
        reply = double.answer(Request("GET", path, query, authorization=f"Bearer {DEFAULT_TOKEN}"))
        assert not double.faults
        return reply

    return get


def objects(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Every object of a JSON value, and where it is."""
    if isinstance(value, dict):
        yield path, value
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in pairs:
        yield from objects(each, (*path, key))


@pytest.mark.parametrize(
    ("operation", "path", "rows", "size"),
    [
        (LIST, "/v2/incidents", "incidents", 7),
        (LIST, "/v2/incidents", "incidents", 2),
        ("Users V2#List", "/v2/users", "users", 5),
        ("Incident Updates V2#List", "/v2/incident_updates", "incident_updates", 8),
    ],
)
def test_a_page_that_is_cut_in_half_leads_on_to_the_rest(
    ask: Ask, operation: str, path: str, rows: str, size: int
) -> None:
    whole = json.loads(ask(path, f"page_size={size}").body)

    reply = ask(path, f"page_size={size}", fault=f"{operation}:short-page")
    half = json.loads(reply.body)
    after = half["pagination_meta"]["after"]
    rest = json.loads(ask(path, f"page_size={size}&after={after}").body)

    assert reply.status == 200
    assert len(half[rows]) == (size + 1) // 2
    assert (half[rows] + rest[rows])[:size] == whole[rows]
    assert half["pagination_meta"] == {**whole["pagination_meta"], "after": half[rows][-1]["id"]}


@pytest.mark.parametrize(
    ("operation", "path", "query"),
    [
        (LIST, "/v2/incidents", "page_size=1"),
        (LIST, "/v2/incidents", "page_size=0"),
        (SHOW, "/v2/incidents/1", ""),
        (SHOW, "/v2/incidents/no-such-incident", ""),
        ("Severities V1#List", "/v1/severities", ""),
    ],
)
def test_what_is_no_page_that_can_be_cut_stays_as_it_is(
    ask: Ask, operation: str, path: str, query: str
) -> None:
    plain, struck = ask(path, query), ask(path, query, fault=f"{operation}:short-page")

    assert struck.status == plain.status
    assert without_ids(struck.body) == without_ids(plain.body)


def without_ids(body: bytes) -> dict[str, Any]:
    """What two answers to the same request share: each refusal has an id of its own."""
    return {name: each for name, each in json.loads(body).items() if name != "request_id"}


@pytest.mark.shows("additive-is-wide")
@pytest.mark.parametrize(
    ("operation", "path", "enums"),
    [
        (SHOW, "/v2/incidents/1", [("mode",), ("visibility",), ("incident_status", "category")]),
        ("Utilities V1#Identity", "/v1/identity", []),
    ],
)
def test_an_evolved_answer_has_a_property_more_in_each_object_and_new_values_of_enums(
    ask: Ask, operation: str, path: str, enums: list[tuple[str, ...]]
) -> None:
    was = json.loads(ask(path).body)
    evolved = json.loads(ask(path, fault=f"{operation}:evolved").body)

    then, now = dict(objects(was)), dict(objects(evolved))
    assert then.keys() == now.keys()
    for place, each in now.items():
        assert each["new_property"] == "new", place
        assert list(each) == [*reversed(then[place]), "new_property"], place
    changed = {
        (*place[1:], name)
        for place, each in then.items()
        for name, value in each.items()
        if not isinstance(value, dict | list) and now[place][name] != value
    }
    assert changed >= set(enums)
    for place in changed:
        value = next(iter(evolved.values()))
        for key in place:
            value = value[key]
        assert value == "new_value", place


def test_an_evolved_page_still_leads_on(ask: Ask) -> None:
    was = json.loads(ask("/v2/incidents", "page_size=2").body)
    evolved = json.loads(ask("/v2/incidents", "page_size=2", fault=f"{LIST}:evolved").body)

    assert evolved["pagination_meta"] == {**was["pagination_meta"], "new_property": "new"}
    assert [row["id"] for row in evolved["incidents"]] == [row["id"] for row in was["incidents"]]


def test_a_refusal_stays_as_it_is(ask: Ask) -> None:
    plain = ask("/v2/incidents/no-such-incident")
    struck = ask("/v2/incidents/no-such-incident", fault=f"{SHOW}:evolved")

    assert plain.status == struck.status >= 400
    assert without_ids(struck.body) == without_ids(plain.body)
