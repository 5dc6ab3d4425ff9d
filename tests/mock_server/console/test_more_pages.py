"""The pages of findings, settings and users; what is copied, confirmed and disarmed; and where the root leads."""

import httpx
import pytest

from incident_double.mock_server import DEFAULT_TOKEN, Double, Request
from incident_double.mock_server.shells.app import create_app
from incident_double.mock_server.shells.serving import serving

from ...calling import Caller
from .conftest import Visitor


def test_findings_have_a_page_of_their_own(visitor: Visitor, call: Caller) -> None:
    assert "Nothing." in visitor.see("findings").text
    call.double.answer(Request("GET", "/v2/incidens", authorization=f"Bearer {DEFAULT_TOKEN}"))

    text = visitor.see("findings").text
    assert "unknown-operation" in text
    assert "the nearest is GET /v2/incidents (Incidents V2#List)" in text
    assert DEFAULT_TOKEN not in text


def test_the_journal_says_why_a_path_is_not_served(visitor: Visitor, call: Caller) -> None:
    call.double.answer(Request("DELETE", "/v2/incidents", authorization=f"Bearer {DEFAULT_TOKEN}"))

    assert "the contract has this path with GET and POST only" in visitor.see("journal").text
    assert "the contract has this path with GET and POST only" in visitor.see("journal/1").text


def test_settings_are_shown_with_their_ids(visitor: Visitor, call: Caller) -> None:
    text = visitor.see("settings").text

    for path, key in [("/v1/severities", "severities"), ("/v2/custom_fields", "custom_fields")]:
        for row in call.get(path)[key]:
            assert row["id"] in text
            assert row["name"] in text


def test_users_are_shown_with_their_ids(visitor: Visitor, call: Caller) -> None:
    text = visitor.see("users").text

    for row in call.get("/v2/users", {"page_size": 100})["users"]:
        assert row["id"] in text


def test_the_key_is_on_no_page_and_copied_by_a_request_of_its_own(visitor: Visitor) -> None:
    assert DEFAULT_TOKEN not in visitor.ask("GET", "/_double/").body.decode()

    reply = visitor.ask("POST", "/_double/console/key", origin="http://localhost:8080")

    assert (reply.status, reply.body.decode()) == (200, DEFAULT_TOKEN)
    assert visitor.ask("GET", "/_double/console/key").status == 405
    assert visitor.ask("POST", "/_double/console/key", origin="http://elsewhere.test").status == 403


def test_a_reset_is_confirmed_first(visitor: Visitor) -> None:
    page = visitor.ask("GET", "/_double/").body.decode()
    before, _, behind = page.partition('<details class="sure">')

    assert "/_double/console/state/reset" not in before
    assert "/_double/console/state/reset" in behind.partition("</details>")[0]


def test_faults_are_disarmed_one_by_one(visitor: Visitor, double: Double) -> None:
    for kind in ("500", "404-empty", "429"):
        visitor.send("faults", operation="Teams V3#List", kind=kind)

    second = list(double.faults.numbered)[1]
    assert "The fault is disarmed." in visitor.send(f"faults/{second}/disarm").text

    assert [each.fault.kind for each in double.faults.armed] == ["500", "429"]
    assert "The fault could not be found" in visitor.send(f"faults/{second}/disarm", status=404).text
    assert double.faults.take("Teams V3#List") is not None
    assert double.faults.take("Teams V3#List") is not None
    assert double.faults.take("Teams V3#List") is None


@pytest.mark.parametrize(
    ("accept", "status"), [("text/html,*/*;q=0.8", 303), ("*/*", 404), ("application/json", 404), ("", 404)]
)
def test_the_root_leads_a_browser_to_the_console_and_is_the_vendors_404_else(
    double: Double, accept: str, status: int
) -> None:

    with serving(create_app(double)) as url:
        answer = httpx.get(url, headers={"accept": accept})

    assert (answer.status_code, answer.content) == (status, b"")
    assert answer.headers.get("location") == ("/_double/" if status == 303 else None)
    assert double.journal.count == (0 if status == 303 else 1)
