"""A thousand tests that each leave everything behind that a test can, and first look whether another one did.

Copied by test_isolation.py into a folder of its own, where a pytest of its own runs it.
"""

import os
from datetime import timedelta

import httpx
import pytest

from incident_double.fixtures import EPOCH
from incident_double.mock_server import Request, RunningDouble

IN_PROCESS = "http://double.test"
NOWHERE = "http://127.0.0.1:9/nobody-listens"
"""The port that is called discard: no delivery arrives."""


FIRST: dict[str, object] = {}
"""What the first test of a process saw."""


def seen(what: str, value: object) -> None:
    """Every test sees what the first saw."""
    assert FIRST.setdefault(what, value) == value, what


def look(double: RunningDouble, client: httpx.Client, name: str) -> None:
    """Everything is as at first."""
    assert abs(double.clock.now() - EPOCH) < timedelta(minutes=1)
    assert not double.clock.is_frozen
    assert list(double.journal) == []
    assert double.journal.count == 0
    assert len(double.faults) == 0
    assert (double.webhooks.endpoints(), double.webhooks.deliveries()) == ([], [])
    assert client.get("/_double/snapshots").json() == {"snapshots": []}
    page = client.get("/v2/incidents", params={"page_size": 1})
    assert page.status_code == 200
    assert page.headers["x-ratelimit-remaining"] == "59"
    seen("how many", page.json()["pagination_meta"]["total_record_count"])
    severities = client.get("/v1/severities").json()["severities"]
    assert [each["name"] for each in severities] == ["Minor", "Major", "Critical"]
    body = {"idempotency_key": "the same for all", "visibility": "public", "name": name}
    created = client.post("/v2/incidents", json=body).json()["incident"]
    assert (created["reference"], created["name"]) == ("INC-121", name)
    seen("made by chance", created["id"][10:])  # what comes before is the time
    assert double.exchanges == list(double.journal)
    assert len(double.exchanges) == 3


def leave(double: RunningDouble, client: httpx.Client) -> None:
    """Nothing is as it was."""
    severity = client.get("/v1/severities").json()["severities"][0]
    renamed = {"name": "Renamed", "description": "By a test"}
    assert client.put(f"/v1/severities/{severity['id']}", json=renamed).status_code == 200
    double.send_webhooks_to(NOWHERE)
    double.edit_incident(121, status="Fixing", severity="Critical")
    asked = Request("GET", "/v2/incidents", authorization=f"Bearer {double.api_key}")
    assert [double.double.answer(asked).status for _ in range(60)][-1] == 429
    double.clock.advance(days=40)
    double.clock.freeze()
    double.fault("*", "500", count=99)
    client.post("/_double/snapshots")


@pytest.mark.parametrize("number", range(int(os.environ["LEAKY_TESTS"])))
def test_that_leaves_everything_behind(incident_double: RunningDouble, number: int) -> None:
    headers = {"authorization": f"Bearer {incident_double.api_key}"}
    with httpx.Client(transport=incident_double.transport, base_url=IN_PROCESS, headers=headers) as client:
        look(incident_double, client, f"of test {number}")
        leave(incident_double, client)
