"""`incident-double check`: a command that opens accounts of its own is judged in each of them."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from ..conftest import Run

OPENING = """
import os
import httpx
def client(key):
    headers = {"authorization": f"Bearer {key}"}
    return httpx.Client(base_url=os.environ["INCIDENT_IO_BASE_URL"], headers=headers)
first = client(os.environ["INCIDENT_IO_API_KEY"])
def opened():
    return first.post("/_double/accounts").raise_for_status().json()["account"]
def ended(account):
    first.delete(f"/_double/accounts/{account['name']}").raise_for_status()
"""


@pytest.fixture
def judged(run: Run, tmp_path: Path) -> Any:
    """What `check` says of a program in Python: its exit code and its report."""

    def judged(lines: str, *options: str) -> tuple[int, Any]:
        (tmp_path / "program.py").write_text(OPENING + lines)
        program = [sys.executable, str(tmp_path / "program.py")]
        ended = run("check", "--json", "report.json", *options, "--", *program)
        return ended.returncode, json.loads((tmp_path / "report.json").read_text())

    return judged


def test_one_cause_in_two_accounts_is_one_finding(judged: Any) -> None:
    status, report = judged("""
for _ in range(2):
    account = opened()
    client(account["key"]).get("/v2/incidents?severity=Major&page_size=250")
    ended(account)
""")

    assert status == 1
    (finding,) = [each for each in report["findings"] if each["rule"] == "filter-wrong-syntax"]
    assert finding["count"] == 2
    assert report["exchanges"] == 2
    assert report["coverage"]["operations"] == {"Incidents V2#List": {"200": 2}}


@pytest.mark.parametrize(
    ("keys", "rules"),
    [("[opened()['key']] * 2", ["retry-after-misread"]), ("[opened()['key'], opened()['key']]", [])],
)
def test_what_is_done_in_one_account_says_nothing_of_another(
    judged: Any, keys: str, rules: list[str]
) -> None:
    """Each account refuses its first request, and asks for some patience; another needn't wait for that."""
    _, report = judged(
        f"for key in {keys}:\n    client(key).get('/v1/severities')", "--fault", "Severities V1#List:429=5"
    )

    assert [each["rule"] for each in report["findings"]] == rules


def test_a_crash_is_named_with_the_answer_of_its_own_account(judged: Any) -> None:
    status, report = judged("""
first.get("/v1/identity")
client(opened()["key"]).get("/v1/severities").json()["severities"][0]["colour"]
""")

    assert status == 1
    (finding,) = report["findings"]
    assert (finding["rule"], finding["operation"]) == ("client-crashes", "Severities V1#List")


def test_a_crash_is_named_with_an_answer_though_another_account_gave_none(judged: Any) -> None:
    status, report = judged(
        """
row = first.get("/v1/severities").json()["severities"][0]
try:
    client(opened()["key"]).get("/v1/identity")
except httpx.TransportError:
    row["colour"]
""",
        "--fault",
        "Utilities V1#Identity:lost",
    )

    assert status == 1
    assert ("client-crashes", "Severities V1#List") in {
        (each["rule"], each["operation"]) for each in report["findings"]
    }


def test_what_was_said_before_a_reset_is_judged_too(judged: Any) -> None:
    status, report = judged("""
first.get("/v2/incidents?severity=Major&page_size=250")
for _ in range(2):
    first.post("/_double/reset").raise_for_status()
""")

    assert status == 1
    assert report["exchanges"] == 1
    assert "filter-wrong-syntax" in {each["rule"] for each in report["findings"]}
