"""No read writes: what collections begin with is there before anybody has asked for it."""

from collections.abc import Iterator
from typing import Any

import orjson

from incident_double.fixtures import Dataset
from incident_double.mock_server import DEFAULT_TOKEN, Double, Reply, Request
from incident_double.mock_server.saved_state.state import exported
from incident_double.openapi import Document, Operation

from ...calling import StoppedClock

KEY = f"Bearer {DEFAULT_TOKEN}"


def reads(document: Document) -> Iterator[Operation]:
    yield from (each for each in document.operations.values() if each.method == "GET")


def shown(reply: Reply) -> str:
    """An id in an answer; one of nothing where there is none."""
    body = orjson.loads(reply.body) if reply.status == 200 and reply.body[:1] == b"{" else {}
    rows: list[Any] = next((each for each in body.values() if isinstance(each, list) and each), [{}])
    return str(rows[0].get("id", "nothing")) if isinstance(rows[0], dict) else "nothing"


def state(double: Double) -> Any:
    """All but chance, from which the request ids of refusals are drawn."""
    return {name: value for name, value in exported(double).items() if name != "chance"}


def test_no_read_changes_the_state_and_each_answers_the_same_again(
    document: Document, dataset: Dataset
) -> None:
    double = Double(document, dataset, clock=StoppedClock(), rate_limit=0)
    before, revision = state(double), double.store.revision
    ids: dict[str, str] = {}
    statuses = []
    for operation in sorted(reads(document), key=lambda each: each.path.count("{")):
        path = operation.path
        while "{" in path:
            head, _, rest = path.partition("{")
            name, _, tail = rest.partition("}")
            path = f"{head}{ids.get(head.rstrip('/'), name)}{tail}"
        first, second = (double.answer(Request("GET", path, authorization=KEY)) for _ in range(2))
        ids.setdefault(path, shown(first))
        statuses.append(first.status)
        assert first.status == second.status
        assert first.status != 200 or first.body == second.body

    assert double.store.revision == revision
    assert state(double) == before
    assert statuses.count(200) > len(statuses) / 2
