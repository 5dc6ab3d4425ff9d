"""Accounts from outside, over HTTP: opened, spoken of and ended."""

import httpx
import pytest

from .conftest import Controller

NEW = {"idempotency_key": "one", "visibility": "public", "name": "Only here"}


def total(control: Controller, key: str) -> int:
    headers = {"authorization": f"Bearer {key}"}
    page = control.client.get("/v2/incidents", params={"page_size": 1}, headers=headers).json()
    return int(page["pagination_meta"]["total_record_count"])


def opened(control: Controller, **body: str) -> str:
    key: str = control("POST", "accounts", body, status=201)["account"]["key"]
    return key


def test_an_account_is_opened_listed_and_ended(control: Controller) -> None:
    account = control("POST", "accounts", {"name": "suite"}, status=201)["account"]
    headers = {"authorization": f"Bearer {account['key']}"}
    assert control.client.post("/v2/incidents", json=NEW, headers=headers).status_code == 200

    listed = control("GET", "accounts")["accounts"]
    assert [(each["name"], each["exchanges"]) for each in listed] == [("default", 0), ("suite", 1)]
    assert account["key"] not in str(listed)

    control("DELETE", "accounts/suite", status=204)
    assert control.client.get("/v2/incidents", headers=headers).status_code == 401
    assert "account" in control.error("DELETE", "accounts/suite", status=404)


def test_a_body_is_not_needed(control: Controller) -> None:
    assert control("POST", "accounts", status=201)["account"]["name"] == "account-2"


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ({"name": "default"}, "there is an account default already"),
        ({"name": "no/name"}, "a name has up to 64"),
        ({"scenario": "no-such"}, "no such scenario: no-such"),
        ({"snapshot": "no-such"}, "no such snapshot: no-such"),
        ({"snapshot": "a", "scenario": "b"}, "not both"),
        ({"nmae": "misspelt"}, "additionalProperties"),
    ],
)
def test_what_makes_no_account_is_refused_and_leaves_none(
    control: Controller, body: dict[str, str], complaint: str
) -> None:
    assert complaint in control.error("POST", "accounts", body)
    assert len(control("GET", "accounts")["accounts"]) == 1


def test_the_first_account_is_reset_rather_than_ended(control: Controller) -> None:
    assert "reset it instead" in control.error("DELETE", "accounts/default")


def test_an_account_begins_with_a_scenario_and_is_reset_to_it(control: Controller) -> None:
    key = opened(control, name="busy", scenario="busy-week")
    before = total(control, key)
    assert before != total(control, control.api.headers["authorization"].split()[1])

    control.client.post("/v2/incidents", json=NEW, headers={"authorization": f"Bearer {key}"})
    control("POST", "reset?account=busy", status=204)

    assert total(control, key) == before


def test_an_account_begins_at_a_snapshot_of_the_one_that_is_spoken_of(control: Controller) -> None:
    opened(control, name="one")
    control("POST", "incidents?account=one", {"name": "Kept", "severity": "Minor"}, status=201)
    snapshot = control("POST", "snapshots?account=one", status=201)["snapshot"]["id"]

    key = control("POST", "accounts?account=one", {"snapshot": snapshot}, status=201)["account"]["key"]

    assert total(control, key) == total(control, opened(control)) + 1
    assert "no such snapshot" in control.error("POST", "accounts", {"snapshot": snapshot})


def test_the_header_names_an_account_as_the_address_does(control: Controller) -> None:
    opened(control, name="one")
    control("PUT", "clock?account=one", {"now": "2030-01-01T00:00:00Z", "frozen": True})

    named = control("GET", "clock", headers={"Incident-Double-Account": "one"})["clock"]["now"]
    assert named == "2030-01-01T00:00:00Z"
    assert control("GET", "clock")["clock"]["now"] != named
    both = control("GET", "clock?account=one", headers={"Incident-Double-Account": "default"})
    assert both["clock"]["now"] == named


@pytest.mark.parametrize("path", ["state", "journal", "journal.har", "findings", "faults", "snapshots"])
def test_an_account_that_there_is_not_is_not_spoken_of(control: Controller, path: str) -> None:
    assert "account" in control.error("GET", f"{path}?account=nobody", status=404)


def test_whatever_is_spoken_of_is_of_one_account(control: Controller) -> None:
    key = opened(control, name="one")
    stray = control.client.get("/v2/incidents?page_size=1", headers={"authorization": f"Bearer {key}"})
    assert stray.status_code == 200
    control("POST", "faults?account=one", {"operation": "*", "kind": "500"}, status=201)
    control("POST", "webhooks/endpoints?account=one", {"url": "http://127.0.0.1:9/"}, status=201)
    control("POST", "snapshots?account=one", status=201)

    for path, name, count in [
        ("journal", "exchanges", 1),
        ("faults", "faults", 1),
        ("webhooks/endpoints", "endpoints", 1),
        ("snapshots", "snapshots", 1),
    ]:
        assert len(control("GET", f"{path}?account=one")[name]) == count
        assert control("GET", path)[name] == []
    assert len(control("GET", "journal.har?account=one")["log"]["entries"]) == 1
    assert control("GET", "journal.har")["log"]["entries"] == []


def test_the_console_keeps_to_the_account_that_it_was_opened_for(control: Controller) -> None:
    opened(control, name="one")
    browser = httpx.Client(base_url=control.base_url, headers={"accept": "text/html"}, follow_redirects=True)
    with browser:
        frozen = browser.post("/_double/console/clock/freeze?account=one")

    assert frozen.url.params["account"] == "one"
    assert control("GET", "clock?account=one")["clock"]["frozen"]
    assert not control("GET", "clock")["clock"]["frozen"]
    assert 'href="/_double/console/incidents?account=one"' in frozen.text
