"""What was changed is there again after the double was killed, whatever changed it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from incident_double.fixtures import Dataset, realistic
from incident_double.fixtures.schema.samples import Sampler
from incident_double.mock_server import DEFAULT_TOKEN, Double, Request
from incident_double.mock_server.control import ControlPlane
from incident_double.mock_server.saved_state.state import exported
from incident_double.openapi import Document, bundled, read_document

from ...calling import Caller, StoppedClock
from .crashes import Lasting, check_integrity

DOCUMENTS = Path(__file__).parents[1] / "generic" / "documents"


@pytest.fixture(scope="module")
def document() -> Document:
    return bundled()


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return realistic(incidents=6)


@pytest.fixture
def lasting(tmp_path: Path, document: Document, dataset: Dataset) -> Iterator[Lasting]:
    lasting = Lasting(tmp_path, lambda: Double(document, dataset, clock=StoppedClock(), rate_limit=0))
    yield lasting
    lasting.close()
    check_integrity(lasting.path)


def declare(double: Double, key: str) -> Any:
    return Caller(double)("POST", "/v2/incidents", body=body_of(key)).body["incident"]


def body_of(key: str) -> dict[str, Any]:
    return {"idempotency_key": key, "visibility": "public", "name": key, "mode": "test"}


def control(double: Double, method: str, path: str, body: Any = None) -> Any:
    content = b"" if body is None else orjson.dumps(body)
    reply = ControlPlane(double).answer(Request(method, f"/_double/{path}", body=content))
    assert reply.status < 300, reply
    return reply.json()


def commits(lasting: Lasting, change: Callable[[], object]) -> int:
    """How many transactions a change takes."""
    seen: list[str] = []
    lasting.log._connection.set_trace_callback(seen.append)
    change()
    lasting.log._connection.set_trace_callback(None)
    return seen.count("COMMIT")


def test_what_was_declared_is_there_once(lasting: Lasting) -> None:
    first = declare(lasting.double, "First")
    state = exported(lasting.double)
    double = lasting.die()

    assert exported(double) == state
    assert declare(double, "First")["id"] == first["id"]
    second = declare(double, "Second")
    assert int(second["reference"].split("-")[1]) == int(first["reference"].split("-")[1]) + 1
    assert second["id"] != first["id"]


def test_chance_goes_on_as_if_nothing_had_happened(
    lasting: Lasting, document: Document, dataset: Dataset
) -> None:
    other = Double(document, dataset, clock=StoppedClock(), rate_limit=0)
    for number in range(150):  # more than the words that chance has at once
        assert declare(lasting.double, f"{number}") == declare(other, f"{number}")
        if number % 40 == 0:
            lasting.die()
    assert exported(lasting.die()) == exported(other)


def reset(double: Double) -> None:
    declare(double, "Gone")
    control(double, "POST", "reset")


def reset_and_declare(double: Double) -> None:
    reset(double)
    declare(double, "After")


def load_other(double: Double) -> None:
    control(double, "PUT", "state", {"organisation": "Another", "collections": {"incidents": []}})
    declare(double, "The first")


def roll_back(double: Double) -> None:
    declare(double, "Before")
    plane = ControlPlane(double)
    snapshot = plane.call("Snapshots#Create")["snapshot"]["id"]
    declare(double, "Gone")
    plane.call("Snapshots#Rollback", path={"id": snapshot})


def begin_scenario(double: Double) -> None:
    control(double, "PUT", "scenario", {"name": "bad-day"})
    control(double, "PUT", "clock", {"frozen": True})
    declare(double, "After")


def move_time(double: Double) -> None:
    control(double, "POST", "clock/advance", {"seconds": 90_000})
    declare(double, "Later")


def seed(double: Double) -> None:
    control(double, "PUT", "seed", {"seed": 77})


def delete_settings(double: Double) -> None:
    call = Caller(double)
    field = call("POST", "/v2/custom_fields", body={"name": "A", "description": "B", "field_type": "text"})
    declare(double, "With a field")
    call("DELETE", f"/v2/custom_fields/{field.body['custom_field']['id']}")
    call("POST", "/v2/custom_fields", body={"name": "C", "description": "D", "field_type": "text"})


WAYS = [reset, reset_and_declare, load_other, roll_back, begin_scenario, move_time, seed, delete_settings]


@pytest.mark.parametrize("change", WAYS, ids=lambda change: change.__name__)
def test_every_way_of_changing_lasts(lasting: Lasting, change: Callable[[Double], None]) -> None:
    began = exported(lasting.double)
    change(lasting.double)
    for _ in range(2):
        state = exported(lasting.double)
        assert exported(lasting.die()) == state
        assert declare(lasting.double, "More")

    control(lasting.double, "POST", "reset")
    assert exported(lasting.double) == began


def test_one_request_is_one_transaction_and_a_read_is_none(lasting: Lasting) -> None:
    call = Caller(lasting.double)
    incident = declare(lasting.double, "First")["id"]
    edit = {"incident": {"summary": "More"}, "notify_incident_channel": False}

    assert commits(lasting, lambda: declare(lasting.double, "Second")) == 1
    assert commits(lasting, lambda: declare(lasting.double, "Second")) == 0
    assert commits(lasting, lambda: call("POST", f"/v2/incidents/{incident}/actions/edit", body=edit)) == 1
    built = {"name": "Built", "call_url": "https://call.example.com", "severity": "Minor"}
    assert commits(lasting, lambda: control(lasting.double, "POST", "incidents", built)) == 1
    assert commits(lasting, lambda: call.get("/v2/incidents")) == 0
    assert commits(lasting, lambda: call("GET", "/v2/incidents/nothing")) == 0
    assert commits(lasting, lambda: call("POST", "/v2/incidents", body={})) == 0


def test_a_snapshot_takes_the_place_of_many_entries(lasting: Lasting) -> None:
    large = "x" * 100_000
    for number in range(60):
        incident = Caller(lasting.double)(
            "POST", "/v2/incidents", body={**body_of(str(number)), "summary": large}
        )
        assert incident.status == 200
    state = exported(lasting.double)
    compacting = lasting.account._compacting
    if compacting is not None:
        compacting.join()
    assert len(list(lasting.log.read("default", 0))) < 60
    assert exported(lasting.die()) == state


def test_a_clock_that_runs_goes_on_as_far_ahead_as_it_was(
    tmp_path: Path, document: Document, dataset: Dataset
) -> None:
    lasting = Lasting(tmp_path, lambda: Double(document, dataset))
    control(lasting.double, "POST", "clock/advance", {"seconds": 1_000_000})
    before = lasting.double.clock.now()
    after = lasting.die().clock.now()
    lasting.close()

    assert 0 <= (after - before).total_seconds() < 60


def test_a_document_of_other_collections_lasts_as_well(tmp_path: Path, dataset: Dataset) -> None:
    document = read_document(DOCUMENTS / "garage.yaml")
    lasting = Lasting(tmp_path, lambda: Double(document, dataset, clock=StoppedClock(), rate_limit=0))
    sampler = Sampler(document)
    for create in document.operations.values():
        if create.method == "POST" and "{" not in create.path and create.request_schema is not None:
            body = orjson.dumps(sampler.sample(create.request_schema), default=str)
            lasting.double.answer(Request("POST", create.path, query=f"api_key={DEFAULT_TOKEN}", body=body))
    state = exported(lasting.double)
    assert any(name.startswith("/") for name in state["collections"])
    assert exported(lasting.die())["collections"] == state["collections"]
    lasting.close()
