"""Incident Attachments V1 (behaviour.md#attachments-and-memberships)."""

import pytest

from ...calling import Answer, Caller
from ..conftest import UNKNOWN_ID, Account, Row

PATH = "/v1/incident_attachments"
ISSUE = {"resource_type": "jira_issue", "external_id": "PORT-1"}
LINK = {"resource_type": "arbitrary_url", "url": "https://example.com/tides"}


@pytest.fixture
def incident(account: Account) -> Row:
    return account.declare()


def create(call: Caller, incident_id: str, resource: dict[str, str]) -> Answer:
    return call("POST", PATH, body={"incident_id": incident_id, "resource": resource})


def listed(call: Caller, **query: str) -> list[Row]:
    rows: list[Row] = call.get(PATH, query)["incident_attachments"]
    return rows


@pytest.mark.shows("post-201")
def test_a_resource_is_attached_by_its_id_in_the_other_system(call: Caller, incident: Row) -> None:
    answer = create(call, incident["id"], ISSUE)
    row = answer.body["incident_attachment"]

    assert answer.status == 201
    assert row["incident_id"] == incident["id"]
    assert row["resource"].items() >= ISSUE.items()
    assert listed(call, incident_id=incident["id"]) == [row]


@pytest.mark.shows("attachments-create")
def test_a_plain_link_is_attached_by_its_url(call: Caller, incident: Row) -> None:
    resource = create(call, incident["id"], {**LINK, "title": "Tides"}).body["incident_attachment"][
        "resource"
    ]

    assert (resource["permalink"], resource["title"]) == (LINK["url"], "Tides")


@pytest.mark.shows("attachments-create")
@pytest.mark.parametrize(
    ("resource", "field"),
    [
        ({"resource_type": "jira_issue"}, "resource"),
        ({**ISSUE, "url": "https://example.com"}, "resource"),
        ({"resource_type": "jira_issue", "url": "https://example.com"}, "resource.url"),
        ({"resource_type": "arbitrary_url", "external_id": "1"}, "resource.url"),
        ({"resource_type": "telegram", "external_id": "1"}, "resource.resource_type"),
    ],
)
def test_a_resource_has_either_an_id_or_a_url(
    call: Caller, incident: Row, resource: dict[str, str], field: str
) -> None:
    answer = create(call, incident["id"], resource)

    assert (answer.status, answer.error["source"]["field"]) == (422, field)


@pytest.mark.shows("updates-of-unknown-incident")
@pytest.mark.parametrize("id_", [UNKNOWN_ID, "121", "nonsense"])
def test_an_incident_that_does_not_exist_is_a_404(call: Caller, incident: Row, id_: str) -> None:
    assert create(call, id_, ISSUE).error["code"] == "resource_not_found"
    assert call("GET", PATH, {"incident_id": id_}).error["code"] == "resource_not_found"


@pytest.mark.shows("attachments-list-by")
@pytest.mark.parametrize("query", [{}, {"resource_type": "jira_issue"}, {"external_id": "PORT-1"}])
def test_a_list_is_of_an_incident_or_of_a_resource(call: Caller, query: dict[str, str]) -> None:
    answer = call("GET", PATH, query)

    assert (answer.status, answer.error["code"]) == (422, "is_required")


def test_a_resource_is_found_in_every_incident_it_is_attached_to(
    call: Caller, account: Account, incident: Row
) -> None:
    other = account.declare()
    for id_ in (incident["id"], other["id"]):
        create(call, id_, ISSUE)
    create(call, incident["id"], {**ISSUE, "external_id": "PORT-2"})
    create(call, incident["id"], {"resource_type": "zendesk_ticket", "external_id": "PORT-1"})

    assert [row["incident_id"] for row in listed(call, **ISSUE)] == [incident["id"], other["id"]]
    assert [row["incident_id"] for row in listed(call, **ISSUE, incident_id=other["id"])] == [other["id"]]
    assert listed(call, resource_type="jira_issue", external_id="PORT-3") == []


def test_another_type_of_resource_is_a_422(call: Caller) -> None:
    answer = call("GET", PATH, {"resource_type": "telegram", "external_id": "1"})

    assert (answer.status, answer.error["source"]["field"]) == (422, "resource_type")


def test_a_deleted_one_is_gone(call: Caller, incident: Row) -> None:
    id_ = create(call, incident["id"], ISSUE).body["incident_attachment"]["id"]

    assert call("DELETE", f"{PATH}/{id_}").status == 204
    assert listed(call, incident_id=incident["id"]) == []
    assert call("DELETE", f"{PATH}/{id_}").error["code"] == "resource_not_found"
