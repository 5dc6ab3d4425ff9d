"""What weighs more or less than its rule: refusals and creates that come again, and what is ignored without harm."""

from typing import Any

import httpx
import pytest

from incident_double.contract_tests.findings import Finding
from incident_double.contract_tests.judging import judge
from incident_double.openapi import Document

from .clients import LIST, Client, edit, first, new
from .watched import watched


def findings(document: Document, client: Client, *faults: str, incidents: int = 30) -> list[Finding]:
    return judge(watched(document, client, *faults, incidents=incidents))


def of_rule(found: list[Finding], rule: str) -> list[str]:
    return [each.severity for each in found if each.rule == rule]


def severity(http: httpx.Client, **changes: Any) -> httpx.Response:
    return http.post("/v1/severities", json={"name": "New", "description": "As it is", **changes})


@pytest.mark.parametrize(
    ("client", "severities"),
    [
        (lambda http: severity(http, name=" "), ["note"]),
        (lambda http: [severity(http, name=" ") for _ in range(2)], ["error", "note"]),
        (lambda http: [severity(http, name=" "), severity(http), severity(http, name=" ")], ["note"]),
        (lambda http: [severity(http, name=" "), severity(http, name="")], ["note"]),
        (
            lambda http: [http.get(LIST, params={"created_at[gte]": "no"}) for _ in range(2)],
            ["error", "note"],
        ),
        (lambda http: [http.get(f"{LIST}/999999") for _ in range(2)], []),
        (severity, []),
    ],
)
def test_a_refusal_is_a_note_and_the_same_again_an_error(
    document: Document, client: Client, severities: list[str]
) -> None:
    assert of_rule(findings(document, client), "refusal-ignored") == severities


def test_a_refusal_gives_the_servers_reason(document: Document) -> None:
    (found,) = findings(document, lambda http: severity(http, name=" "))

    assert found.message == "answered 422: name must not be blank"


@pytest.mark.parametrize("status", [409, 422, 429])
def test_what_an_armed_fault_refuses_is_no_refusal(document: Document, status: int) -> None:
    found = findings(document, severity, f"Severities V1#Create:{status}")

    assert of_rule(found, "refusal-ignored") == []


def create_twice(http: httpx.Client) -> None:
    for key in "ab":
        try:
            http.post(LIST, json=new(key, name="Disk full"))
        except httpx.TransportError:
            continue


@pytest.mark.parametrize(
    ("faults", "severities"),
    [
        ((), ["note"]),
        (("Incidents V2#Create:lost",), ["warning"]),
        (("Incidents V2#Create:500",), ["warning"]),
        (("Incidents V2#Create:422",), []),
    ],
)
def test_another_key_is_a_warning_where_the_first_create_is_in_doubt(
    document: Document, faults: tuple[str, ...], severities: list[str]
) -> None:
    assert of_rule(findings(document, create_twice, *faults), "idempotency-key-changes") == severities


@pytest.mark.parametrize("path", ["/v1/severities", "/v1/incident_statuses", "/v2/incident_roles"])
def test_a_page_size_where_there_are_no_pages_is_a_note(document: Document, path: str) -> None:
    (found,) = findings(document, lambda http: http.get(path, params={"page_size": 250}))

    assert (found.rule, found.severity, found.pointer) == ("parameter-invalid", "note", "page_size")


def test_an_edit_outside_its_wrapper_says_where_it_belongs(document: Document) -> None:
    def client(http: httpx.Client) -> None:
        body = {"name": "Renamed", "mode": "test", "incident": {}, "notify_incident_channel": False}
        http.post(f"{LIST}/{first(http)['id']}/actions/edit", json=body)

    messages = {each.pointer: each.message for each in findings(document, client)}
    assert messages["/name"] == "/name is read inside `incident` only: it is ignored"
    assert messages["/mode"] == "/mode can't be edited: it is ignored"


@pytest.mark.parametrize("assignment", [{"user_id": "x"}, {"user": {"id": "x"}}, {"assigneeId": "x"}])
def test_a_role_is_cleared_by_whatever_names_nobody(document: Document, assignment: dict[str, Any]) -> None:
    def client(http: httpx.Client) -> None:
        (role, *_) = http.get("/v2/incident_roles").json()["incident_roles"]
        edit(incident_role_assignments=[{"incident_role_id": role["id"], **assignment}])(http)

    found = [each for each in findings(document, client) if each.severity != "note"]
    assert [(each.rule, each.severity) for each in found] == [("role-cleared", "warning")]


def test_taking_a_role_away_on_purpose_is_none_of_it(document: Document) -> None:
    def client(http: httpx.Client) -> None:
        (role, *_) = http.get("/v2/incident_roles").json()["incident_roles"]
        edit(incident_role_assignments=[{"incident_role_id": role["id"]}])(http)

    assert findings(document, client) == []


@pytest.mark.parametrize("operator", ["one_of", "not_in", "gte"])
def test_a_filter_by_name_matches_nothing_whatever_its_operator(document: Document, operator: str) -> None:
    query: dict[str, Any] = {"page_size": 1, f"severity[{operator}]": "critical"}
    (found,) = findings(document, lambda http: http.get(LIST, params=query))

    assert (found.rule, found.severity) == ("filter-matches-nothing", "warning")


@pytest.mark.parametrize("name", ["incident_role[nobody][one_of]", "custom_field[nothing][one_of]"])
def test_a_filter_by_what_there_is_not_matches_nothing(document: Document, name: str) -> None:
    (found,) = findings(document, lambda http: http.get(LIST, params={"page_size": 1, name: "x"}))

    assert found.rule == "filter-matches-nothing"


def test_whoever_looks_for_what_is_new_now_and_then_reads_no_page_twice(
    document: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("incident_double.contract_tests.rules.cursor_not_sent._SECONDS_OF_A_POLL", 0.0)

    def client(http: httpx.Client) -> None:
        for _ in range(2):
            http.get(LIST, params={"page_size": 5})

    assert findings(document, client) == []
