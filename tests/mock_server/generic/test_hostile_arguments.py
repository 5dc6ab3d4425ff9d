"""Whatever is asked of the vendor's operations, none of them fails."""

import json
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import quote

import pytest

from incident_double.fixtures import realistic
from incident_double.mock_server import DEFAULT_TOKEN, Double, Request
from incident_double.mock_server.generic.recognising.paths import parameters
from incident_double.openapi import read_document

from ...calling import StoppedClock
from .client import Client
from .lives import Lives

CALLS = 4000
TEXTS = (
    "",
    "a",
    "0",
    "-1",
    "9" * 19,
    "9" * 25,
    "1e400",
    "nan",
    "true",
    "null",
    "é",
    "\x00",
    "{id}",
    "a/b",
    "%",
)
VALUES: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    2**63,
    1.5,
    "",
    "a",
    [],
    ["a"],
    [None],
    {},
    {"id": None},
    {"a": [{"b": 1}]},
)


@pytest.mark.parametrize("name", ["openapi-current.json", "openapi-seed-revision.json"])
def test_no_arguments_make_an_operation_fail(name: str, shared_documents: Path) -> None:
    rng = Random(name)
    vendor = read_document(shared_documents / name)
    double = Double(vendor, realistic(incidents=3), clock=StoppedClock(), rate_limit=0)
    lives = Lives(Client(double))
    operations = list(vendor.operations.values())
    bodies = {each.id: lives.client.payload(each.id, "a") for each in operations}
    for _ in range(CALLS):
        each = rng.choice(operations)
        path = each.path
        for parameter in parameters(each.path):
            path = path.replace(f"{{{parameter}}}", quote(rng.choice(TEXTS) or "x", safe=""), 1)
        declared = [one.name for one in each.parameters if one.location == "query"]
        names = rng.sample(declared, min(len(declared), rng.randrange(3)))
        query = "&".join(f"{rng.choice((one, one + '[gte]'))}={quote(rng.choice(TEXTS))}" for one in names)
        body = json.dumps(_spoilt(bodies[each.id], rng)).encode() if rng.random() < 0.9 else b"{"
        reply = double.answer(Request(each.method, path, query, f"Bearer {DEFAULT_TOKEN}", body))
        assert reply.status < 500, (each.method, path, query, body, reply)


def _spoilt(body: Any, rng: Random) -> Any:
    """A body with one of its values, at any depth, exchanged for another; now and then none of them."""
    if isinstance(body, dict) and body and rng.random() < 0.8:
        name = rng.choice(list(body))
        return {**body, name: _spoilt(body[name], rng)}
    return body if rng.random() < 0.3 else rng.choice(VALUES)
