"""Hostile requests, in process: none is an internal error, none holds up the others, none leaves anything behind."""

import functools
import gc
import re
import time
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from itertools import islice

import orjson
import pytest

from incident_double.fixtures import COLLECTIONS, Dataset, realistic
from incident_double.mock_server import DEFAULT_TOKEN, Double, Reply, Request
from incident_double.mock_server.pipeline.dispatch import answers
from incident_double.mock_server.resources import handlers
from incident_double.openapi import Document, Operation, bundled

from .hostile_requests import HostileRequests

SHORT, LONG = 10_000, 1_000_000
"""Requests of a storm: in the suite, and of `make endure`."""
WARMING, WATCHED = 8_000, 4_000
"""Requests that fill what is kept on purpose, and those after them, which are to leave nothing behind."""
ROUND = 5_000
"""Requests after which the storm goes on with a fresh double, since what succeeds makes the state grow."""
LONGEST = 3.0
"""Seconds of computing that one answer may take."""

Seconds = float
LruCache = functools._lru_cache_wrapper
A_LARGE_CACHE = 100
"""Entries of one whose content differs from moment to moment."""


@pytest.fixture(scope="module")
def document() -> Document:
    return bundled()


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return realistic(incidents=40)


class Contract:
    """What the document says of any answer."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._operations: dict[str, list[tuple[re.Pattern[str], Operation]]] = {}
        for operation in sorted(document.operations.values(), key=lambda each: "{" in each.path):
            pattern = re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(operation.path)), re.DOTALL)
            self._operations.setdefault(operation.method, []).append((pattern, operation))

    def check(self, request: Request, reply: Reply) -> None:
        operation = self._operation(request)
        if operation is None:
            assert (reply.status, reply.body, reply.headers) == (404, b"", ())
            return
        assert reply.status < 500
        assert all(value.isascii() and value.isprintable() for header in reply.headers for value in header), (
            "a header that can't be sent"
        )
        schema = operation.responses[reply.status]
        if schema is None:
            assert reply.body == b""
        elif schema.get("format") != "binary":
            self._document.validator(schema).validate(orjson.loads(reply.body))

    def answers_from_the_schema(self, request: Request) -> bool:
        """Whether nothing that the request may change is kept."""
        operation = self._operation(request)
        return operation is not None and answers(self._document)[operation.id].how == "schema"

    def _operation(self, request: Request) -> Operation | None:
        for pattern, operation in self._operations.get(request.method, ()):
            if pattern.fullmatch(request.path):
                return operation
        return None


def _computing(double: Double, request: Request) -> tuple[Reply, Seconds]:
    """The reply, and how long this thread computed: what other processes do doesn't count."""
    before = time.thread_time()
    reply = double.answer(request)
    return reply, time.thread_time() - before


@pytest.mark.parametrize("requests", [SHORT, pytest.param(LONG, marks=pytest.mark.endure)])
def test_a_storm_of_hostile_requests(document: Document, dataset: Dataset, requests: int) -> None:
    contract = Contract(document)
    statuses: Counter[int] = Counter()
    for seed in range(-(-requests // ROUND)):
        double = Double(document, dataset, seed=seed, rate_limit=0)
        storm = HostileRequests(document, dataset, seed)
        for request in islice(storm, min(ROUND, requests - seed * ROUND)):
            reply, seconds = _computing(double, request)
            statuses[reply.status] += 1
            try:
                assert seconds < LONGEST
                contract.check(request, reply)
            except Exception as error:
                raise AssertionError(f"{request} of the storm {seed} was answered {reply}") from error
    assert sum(statuses.values()) == requests
    # It is no storm if all of it breaks at the same wall.
    assert {200, 201, 204, 400, 401, 404, 413, 422} <= statuses.keys(), statuses


def _everything(double: Double) -> dict[str, list[object]]:
    """All that the double holds."""
    held: dict[str, list[object]] = {
        name: list(double.store.all(name)) for name in (*COLLECTIONS, "idempotency_keys")
    }
    index = double.store.incidents.index
    ids = index.page(index.all_rows, after=None, size=len(index), newest_first=True)
    return {**held, "incidents": [double.store.incidents.rendered(id_) for id_ in ids]}


def _answer_all(double: Double, contract: Contract, requests: Iterator[Request]) -> None:
    for request in requests:
        reply = double.answer(request)
        changes_nothing = request.method == "GET" or contract.answers_from_the_schema(request)
        assert changes_nothing or reply.status >= 400, f"{request} was answered {reply}"


@pytest.mark.parametrize("times", [1, pytest.param(10, marks=pytest.mark.endure)])
def test_what_is_refused_or_only_reads_leaves_nothing_behind(
    document: Document, dataset: Dataset, times: int
) -> None:
    double = Double(document, dataset, rate_limit=1_000_000)
    # What the document alone implies is made when it is first asked for, which takes many more requests to be done.
    storm = HostileRequests(document, dataset, 0, refused_only=True, operations=handlers())
    contract = Contract(document)
    before = _everything(double)
    tracemalloc.start()
    try:
        # Fills what is kept on purpose: validators, routes that were found.
        _answer_all(double, contract, islice(storm, times * WARMING))
        warm = _held_memory(double)
        _answer_all(double, contract, islice(storm, times * WATCHED))
        grown = _held_memory(double) - warm
    finally:
        tracemalloc.stop()
    assert grown < 16 * 1024
    assert _everything(double) == before


def _held_memory(double: Double) -> int:
    """Bytes that are held, with every incident rendered once, and without what is cached within bounds on purpose.

    That differs in size from moment to moment: answers, exchanges, ways to operations.
    """
    double.store.apply([])
    double.answer(Request("GET", "/v1/identity", authorization=f"Bearer {DEFAULT_TOKEN}"))
    double.journal.clear()
    _everything(double)
    for each in gc.get_objects():
        if isinstance(each, LruCache) and (each.cache_parameters()["maxsize"] or 0) >= A_LARGE_CACHE:
            each.cache_clear()
    gc.collect()
    return tracemalloc.get_traced_memory()[0]
