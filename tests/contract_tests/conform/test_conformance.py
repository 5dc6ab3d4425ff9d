"""The double keeps to the document that it serves, and a server that doesn't is found out."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

import orjson
import pytest
import uvicorn

from incident_double.contract_tests.conform.conformance import Conformance, check_conformance
from incident_double.fixtures import realistic
from incident_double.mock_server import DEFAULT_TOKEN, Double, Reply, Request
from incident_double.mock_server.account import Account
from incident_double.mock_server.pipeline import Pipeline
from incident_double.mock_server.pipeline.dispatch import answers
from incident_double.mock_server.shells.app import create_app
from incident_double.openapi import bundled

from ...serving import serving

FEW, MANY = 5, 200
"""Requests for each operation in each phase: in the suite, and of `make endure`."""

FEWEST = 1
"""The same for operations that have no behaviour of their own, of which there are many."""
ONE_IN = 20
"""Of how many of those one is tried in the suite; `make endure` tries all."""

DOCUMENT = "Utilities V1#OpenAPIV3"
"""What the document itself is read from."""

MAY_NEVER_BE_ACCEPTED = {
    "PUT /v1/incident_statuses/{id}",
    *("POST /v2/catalog_entries", "POST /v3/catalog_entries", "PUT /v2/catalog_entries/{id}"),
    *("PUT /v3/catalog_entries/{id}", "POST /v3/catalog_entries/actions/bulk_update"),
    "POST /v2/alert_events/http/{alert_source_config_id}",  # its token can't be guessed
    "POST /v2/incident_alerts",
    "GET /v2/status_page_structures/{status_page_id}",
    *(
        "POST /v2/schedules",
        "PUT /v2/schedules/{id}",
        "POST /v2/alert_attributes",
        "GET /v2/schedule_overrides",
        "POST /v2/schedule_overrides",
        "PUT /v2/schedule_overrides/{id}",
    ),
    *(
        "POST /v2/catalog_types/{id}/actions/update_schema",
        "POST /v3/catalog_types/{id}/actions/update_schema",
    ),
}
"""Where names and ranks that Schemathesis has seen elsewhere are mostly taken, or much has to fit what is there."""


def _with_behaviour() -> set[str]:
    found = answers(bundled())
    return {id_ for id_ in bundled().operations if found[id_].how == "behaviour"} - {DOCUMENT}


@pytest.mark.parametrize("examples", [FEW, pytest.param(MANY, marks=pytest.mark.endure)])
def test_the_double_conforms_to_the_document_that_it_serves(examples: int) -> None:
    own = _with_behaviour()
    options = [f"--include-operation-id={each}" for each in own]
    with serving("--no-rate-limit") as served:
        outcome = check_conformance(served.base_url, served.token, max_examples=examples, options=options)
    assert outcome.passed, outcome.text
    assert outcome.report["operations"]["tested"] == len(own)
    assert {name: phase["status"] for name, phase in outcome.report["phases"].items()} == dict.fromkeys(
        ("examples", "coverage", "fuzzing", "stateful"), "success"
    )
    assert _never_accepted(outcome) <= MAY_NEVER_BE_ACCEPTED


@pytest.mark.parametrize(
    ("examples", "one_in"), [(FEWEST, ONE_IN), pytest.param(FEW, 1, marks=pytest.mark.endure)]
)
def test_it_conforms_where_it_knows_no_more_than_the_document(examples: int, one_in: int) -> None:
    others = sorted(bundled().operations.keys() - _with_behaviour() - {DOCUMENT})[::one_in]
    options = [f"--include-operation-id={each}" for each in others]
    with serving("--no-rate-limit") as served:
        outcome = check_conformance(served.base_url, served.token, max_examples=examples, options=options)
    assert outcome.passed, outcome.text
    assert outcome.report["operations"]["tested"] == len(others)


def _never_accepted(outcome: Conformance) -> set[str]:
    """The operations of which not one request was accepted, so that only refusals were checked.

    Deletions aside, which may find nothing that no incident uses.
    """
    return {
        operation
        for operation, phases in outcome.report["valid_rates"].items()
        if not operation.startswith("DELETE") and not any(rate["accepted"] for rate in phases.values())
    }


Breach = Callable[[Request, Reply], Reply]


def _lose_a_property(request: Request, reply: Reply) -> Reply:
    body = orjson.loads(reply.body)
    for severity in body.get("severities", ()):
        del severity["rank"]
    return replace(reply, body=orjson.dumps(body))


def _accept_anything(request: Request, reply: Reply) -> Reply:
    accepted = realistic(incidents=0).collections["incident_roles"][0]
    return replace(reply, status=201, body=orjson.dumps({"incident_role": accepted}))


def _refuse_a_page_size(request: Request, reply: Reply) -> Reply:
    if "page_size=" not in request.query:
        return reply
    fault = {"code": "invalid_value", "message": "no", "source": {"field": "page_size", "pointer": ""}}
    envelope = {"type": "validation_error", "status": 422, "request_id": "AAAAAAAA", "errors": [fault]}
    return replace(reply, status=422, body=orjson.dumps(envelope))


BREACHES: Mapping[tuple[str, str], tuple[str, Breach]] = {
    ("GET", "/v1/severities"): ("ST108", _lose_a_property),
    ("POST", "/v2/incident_roles"): ("ST201", _accept_anything),
    ("GET", "/v3/teams"): ("ST202", _refuse_a_page_size),
    ("TRACE", "/v1/incident_types"): ("ST204", lambda _, reply: Reply(404, b"{}", reply.headers)),
    ("GET", "/v2/incident_timestamps"): ("ST103", lambda _, reply: replace(reply, status=418)),
    ("GET", "/v1/incident_statuses"): ("ST101", lambda _, reply: replace(reply, status=500)),
    ("GET", "/v2/custom_fields"): (
        "ST105",
        lambda _, reply: replace(reply, headers=(("content-type", "text/html"),)),
    ),
}
"""Ways to break the contract, each in an operation of its own, and what Schemathesis calls them."""


class BrokenPipeline(Pipeline):
    """Breaks the contract, whatever it answers for."""

    def answer(self, account: Account, request: Request, token: str | None) -> Reply:
        reply = super().answer(account, request, token)
        _, breach = BREACHES.get((request.method, request.path), ("", None))
        return reply if breach is None else breach(request, reply)


@pytest.fixture(scope="module")
def broken() -> Iterator[str]:
    """The base URL of a double that breaks the contract."""
    double = Double(bundled(), realistic(incidents=5), rate_limit=0)
    double.pipeline = BrokenPipeline(bundled())
    with _served(double) as base_url:
        yield base_url


@contextmanager
def _served(double: Double) -> Iterator[str]:
    server = uvicorn.Server(uvicorn.Config(create_app(double), port=0, log_level="critical", lifespan="off"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()


def test_breaches_of_the_contract_are_found_where_they_are(broken: str) -> None:
    paths = sorted({path for _, path in BREACHES})
    options = [f"--include-path={path}" for path in paths]
    outcome = check_conformance(broken, DEFAULT_TOKEN, max_examples=10, options=options)
    found = {
        (operation, failure["code"])
        for failure in outcome.report["failures"]
        for operation in failure["operations"]
    }
    expected = {(f"{method} {path}", code) for (method, path), (code, _) in BREACHES.items()}
    assert found >= expected
    assert {operation for operation, _ in found} == {operation for operation, _ in expected}
    assert not outcome.passed
