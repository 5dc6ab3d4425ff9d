"""Accounts never see each other, whatever is asked of one of them: every operation of the document is tried."""

from collections.abc import Iterator
from urllib.parse import quote

import orjson
import pytest

from incident_double.fixtures import realistic
from incident_double.fixtures.schema.samples import Sampler
from incident_double.mock_server import Clock, Double, Request
from incident_double.mock_server.accounts import Accounts
from incident_double.mock_server.saved_state.state import exported
from incident_double.openapi import Document, Operation, bundled

NOWHERE = "01ZZZZZZZZZZZZZZZZZZZZZZZZ"
CLOCK = "2026-06-01T09:00:00Z"


@pytest.fixture(scope="module")
def accounts() -> Iterator[Accounts]:
    """Two accounts beside the first, without limits, at a moment that stands still.

    With few incidents, since all of them are looked at often.
    """
    clock = Clock(CLOCK)
    clock.freeze()
    accounts = Accounts(Double(bundled(), realistic(incidents=12), clock=clock, rate_limit=0))
    for name in ("one", "other"):
        accounts.open(name)
    yield accounts
    accounts.close()


def requests(document: Document, operation: Operation, double: Double) -> Iterator[Request]:
    """Requests for an operation about what is there: an id of every collection, a sampled body and the least one."""
    schema = operation.request_schema
    sampler = Sampler(document)
    bodies = (
        [b""]
        if schema is None
        else [
            orjson.dumps(sampler.sample(schema, operation.id, complete=whole), default=str)
            for whole in (True, False)
        ]
    )
    names = [each.name for each in operation.parameters if each.location == "path"]
    for body in bodies:
        for id_ in ids(double) if names else [NOWHERE]:
            path = operation.path
            for name in names:
                path = path.replace(f"{{{name}}}", quote(id_, safe=""))
            yield Request(operation.method, path, body=body, authorization=f"Bearer {double.api_key}")


def ids(double: Double) -> Iterator[str]:
    for rows in double.store.rows().values():
        yield from list(rows)[-1:]
    yield next(iter(double.store.incidents.rows()))["id"]


def seen(double: Double) -> bytes:
    """All that a client of an account could see of it, beside its journal."""
    with double.lock:
        state = {**exported(double), "faults": len(double.faults.armed)}
        return orjson.dumps(state, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)


@pytest.mark.parametrize("id_", list(bundled().operations))
def test_no_operation_on_one_account_is_seen_in_another(
    document: Document, accounts: Accounts, id_: str
) -> None:
    one, other = accounts.named("one"), accounts.named("other")
    before = seen(accounts.first), seen(other)
    asked = list(requests(document, document.operations[id_], one))
    count = one.journal.count

    statuses = [accounts.answer(request).status for request in asked]

    assert (seen(accounts.first), seen(other)) == before
    assert (accounts.first.journal.count, other.journal.count) == (0, 0)
    assert one.journal.count == count + len(asked)
    assert 401 not in statuses or document.operations[id_].public  # whose key isn't an account's
    assert 500 not in statuses


def test_what_was_tried_has_changed_the_account_that_was_asked(
    accounts: Accounts, document: Document
) -> None:
    one = accounts.named("one")
    one.reset()
    before = seen(one)

    done = [
        operation.id
        for operation in document.operations.values()
        if operation.method != "GET"
        and any(accounts.answer(each).status < 300 for each in requests(document, operation, one))
    ]

    assert len(done) > len([each for each in document.operations.values() if each.method != "GET"]) / 2
    assert seen(one) != before
