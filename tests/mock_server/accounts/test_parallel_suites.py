"""Suites that share a server, each in its account, come to what they come to alone."""

import json
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from ...serving import Served, serving

SUITES = 8
TESTS = 12
MANY_TESTS = 200
"""Of each suite."""
NODE = Path(__file__).with_name("suite.mjs")
Results = list[Any]


def in_python(base_url: str, count: int) -> Results:
    """What a suite sees in an account of its own: each test writes, reads, moves the clock and goes back."""
    with httpx.Client(base_url=base_url) as client:
        account = client.post("/_double/accounts", json={}).json()["account"]
        api = {"authorization": f"Bearer {account['key']}"}
        control = {"incident-double-account": account["name"]}
        client.put("/_double/clock", json={"now": "2026-06-01T09:00:00Z", "frozen": True}, headers=control)
        snapshot = client.post("/_double/snapshots", headers=control).json()["snapshot"]["id"]
        found = []
        for number in range(count):
            body = {"idempotency_key": f"{number}", "visibility": "public", "name": f"Number {number}"}
            for _ in range(number % 3 + 1):
                declared = client.post("/v2/incidents", json=body, headers=api).json()["incident"]
            page = client.get("/v2/incidents?page_size=2", headers=api).json()
            client.post("/_double/faults", json={"operation": "*", "kind": "422"}, headers=control)
            refused = client.get("/v2/incidents", headers=api).status_code
            exchanges = client.get("/_double/journal?limit=3", headers=control).json()["last"]
            found.append(
                [
                    declared["id"],
                    declared["created_at"],
                    [each["name"] for each in page["incidents"]],
                    page["pagination_meta"]["total_record_count"],
                    refused,
                    exchanges,
                ]
            )
            client.post(f"/_double/snapshots/{snapshot}/rollback", headers=control)
        client.delete(f"/_double/accounts/{account['name']}")
        return found


def in_node(base_url: str, count: int) -> Results:
    """The same by a suite in Node."""
    command = ["node", str(NODE), base_url, str(count)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=True)
    found: Results = json.loads(done.stdout)
    return found


def at_once(served: Served, count: int) -> list[Results]:
    suites = [in_python] * SUITES if shutil.which("node") is None else [in_python, in_node] * (SUITES // 2)
    with ThreadPoolExecutor(SUITES) as pool:
        running = [pool.submit(suite, served.base_url, count) for suite in suites]
        return [each.result() for each in running]


@pytest.mark.parametrize("count", [TESTS, pytest.param(MANY_TESTS, marks=pytest.mark.endure)])
def test_suites_at_once_come_to_what_one_comes_to_alone(count: int) -> None:
    with serving("--no-rate-limit") as served:
        alone = in_python(served.base_url, count)
        together = at_once(served, count)
        left = httpx.get(f"{served.base_url}/_double/accounts").json()["accounts"]

    assert len(alone) == count
    assert together == [alone] * SUITES
    assert [(each["name"], each["exchanges"]) for each in left] == [("default", 0)]
