"""What a page costs doesn't grow with the number of incidents, nor does what is kept of each beside its JSON."""

import gc
import json
import sys
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from types import FrameType
from typing import Any

import pytest

from incident_double.fixtures import Dataset, realistic
from incident_double.mock_server import Double, Request
from incident_double.openapi import Document, bundled

from ...lists import BELONGINGS, lists, repeated

FEW, TIMES = 1000, 10
ASKED = lists(Double(bundled(), realistic(incidents=FEW)))
Doubles = tuple[Double, Double]


@pytest.fixture(scope="module")
def few_and_many(document: Document) -> Doubles:
    """A double of few incidents, and one of many times as many."""
    few = repeated(realistic(incidents=FEW), 1)
    return Double(document, few, rate_limit=0), Double(document, repeated(few, TIMES), rate_limit=0)


def steps(double: Double, request: Request) -> tuple[int, Any]:
    """How many instructions Python carries out for an answer that is not kept yet, and the answer."""
    double.answer(request)  # settings are brought up to date in an incident when it is first shown
    double.store.apply([])
    count = 0

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal count
        frame.f_trace_opcodes = True
        count += event == "opcode"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        reply = double.answer(request)
    finally:
        sys.settrace(before)
    assert reply.status == 200, (request, reply.body)
    return count, json.loads(reply.body)


@pytest.mark.parametrize("what", ASKED)
def test_a_page_takes_no_more_steps_where_there_are_many_more_incidents(
    few_and_many: Doubles, what: str
) -> None:
    (few, page), (many, same_page) = (steps(double, lists(double)[what]) for double in few_and_many)

    rows, same_rows = (next(iter(each.values())) for each in (page, same_page))
    assert len(rows) == len(same_rows) > 0
    assert many <= 1.5 * few


def test_every_parameter_of_every_list_is_among_what_is_asked(document: Document) -> None:
    for operation in document.operations.values():
        queries = [request.query for request in ASKED.values() if request.path == operation.path]
        if operation.method == "GET" and queries:
            names = {
                pair.partition("=")[0].partition("%5B")[0] for query in queries for pair in query.split("&")
            }
            assert names >= {parameter.name for parameter in operation.parameters}, operation.id


def kept_beside_json(dataset: Dataset) -> int:
    """Bytes that a double keeps of its incidents beyond their JSON."""
    gc.collect()
    before, _ = tracemalloc.get_traced_memory()
    double = Double(bundled(), dataset)
    gc.collect()
    after, _ = tracemalloc.get_traced_memory()
    index = double.store.incidents.index
    ids = index.page(index.all_rows, after=None, size=len(index), newest_first=True)
    return after - before - sum(len(double.store.incidents.rendered(id_)) for id_ in ids)


class Copied(list[Any]):
    """Rows that share nothing with those that a data set goes on holding, as if it had been let go."""

    def __iter__(self) -> Iterator[Any]:
        return map(json.loads, map(json.dumps, super().__iter__()))


def test_an_incident_takes_less_than_a_kilobyte_beside_its_json() -> None:
    count, times = FEW // 2, TIMES // 3  # to allocate under watch takes long
    dataset = realistic(incidents=count)
    alone = replace(dataset, collections={**dataset.collections, **{name: [] for name in BELONGINGS}})
    sizes = [repeated(alone, each) for each in (1, times)]
    datasets = [
        replace(each, collections={**each.collections, "incidents": Copied(each.collections["incidents"])})
        for each in sizes
    ]
    kept_beside_json(datasets[0])  # what is read once for all doubles
    tracemalloc.start()
    try:
        few, many = map(kept_beside_json, datasets)
    finally:
        tracemalloc.stop()

    assert (many - few) / (count * times - count) < 1000
