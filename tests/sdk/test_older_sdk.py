"""The community SDK, `python-incidentio-client`, built from an older revision, against the same double."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from incident_io_client import AuthenticatedClient
from incident_io_client.api.incidents_v2 import (
    incidents_v2_create,
    incidents_v2_edit,
    incidents_v2_list,
    incidents_v2_show,
)
from incident_io_client.models.incident_create_payload_v2 import IncidentCreatePayloadV2
from incident_io_client.models.incidents_v2_edit_request_body import IncidentsV2EditRequestBody

from incident_double.fixtures import EPOCH

from ..serving import Served, serving


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serving("--no-rate-limit", "--incidents", "120", "--clock", EPOCH.isoformat()) as double:
        yield double


@pytest.fixture
def client(served: Served) -> Iterator[AuthenticatedClient]:
    with AuthenticatedClient(base_url=served.base_url, token=served.token) as open_client:
        yield open_client


def listed(client: AuthenticatedClient, **arguments: Any) -> Any:
    page = incidents_v2_list.sync(client=client, **arguments)
    assert page is not None
    return page


def created(client: AuthenticatedClient, key: str) -> Any:
    body = IncidentCreatePayloadV2.from_dict({"idempotency_key": key, "visibility": "public"})
    answer = incidents_v2_create.sync(client=client, body=body)
    assert answer is not None
    return answer.incident


def test_paging_gives_every_default_visible_incident_exactly_once(client: AuthenticatedClient) -> None:
    ids: list[str] = []
    after: dict[str, Any] = {}
    while True:
        page = listed(client, page_size=5, **after)
        ids += [incident.id for incident in page.incidents]
        if not page.pagination_meta.after:
            break
        after = {"after": page.pagination_meta.after}
    assert len(ids) == len(set(ids)) == page.pagination_meta.total_record_count
    assert ids == [incident.id for incident in listed(client, page_size=250).incidents]


def test_its_way_to_write_filters_is_ignored_and_reported(client: AuthenticatedClient) -> None:
    status = listed(client).incidents[0].incident_status
    response = incidents_v2_list.sync_detailed(client=client, status={"one_of": [status.id]}, page_size=250)
    assert response.parsed is not None
    everything = listed(client, page_size=250)
    assert response.parsed.to_dict()["incidents"] == everything.to_dict()["incidents"]
    assert {incident.incident_status.id for incident in everything.incidents} != {status.id}
    assert "status: filter ignored" in response.headers["Incident-Double-Note"]


def test_a_filter_by_hand_is_heeded(client: AuthenticatedClient) -> None:
    status = listed(client).incidents[0].incident_status
    response = client.get_httpx_client().get(
        "/v2/incidents", params={"status[one_of]": status.id, "page_size": 250}
    )
    assert {row["incident_status"]["id"] for row in response.json()["incidents"]} == {status.id}


def test_an_incident_is_shown(client: AuthenticatedClient) -> None:
    incident = listed(client, page_size=1).incidents[0]
    shown = incidents_v2_show.sync(client=client, id=incident.id)
    assert shown is not None
    assert shown.incident.to_dict() == incident.to_dict()


def test_one_key_creates_one_incident_which_is_there_afterwards(client: AuthenticatedClient) -> None:
    first, second = created(client, "older key"), created(client, "older key")
    assert first.id == second.id
    shown = incidents_v2_show.sync(client=client, id=first.id)
    assert shown is not None
    assert (shown.incident.id, shown.incident.name) == (first.id, first.name)
    assert listed(client, page_size=1).incidents[0].id == first.id


def test_an_edited_incident_is_found_by_what_it_was_edited_to(client: AuthenticatedClient) -> None:
    incident = created(client, "older edit")
    severity = next(each.severity for each in listed(client).incidents if each.severity)
    changes = {"name": "Edited by the older one", "severity_id": severity.id}
    body = IncidentsV2EditRequestBody.from_dict({"incident": changes, "notify_incident_channel": False})
    edited = incidents_v2_edit.sync(client=client, id=incident.id, body=body)
    assert edited is not None
    assert edited.incident.name == "Edited by the older one"
    found = client.get_httpx_client().get("/v2/incidents", params={"severity[one_of]": severity.id})
    assert found.json()["incidents"][0]["name"] == "Edited by the older one"


@pytest.mark.parametrize(
    ("token", "id_", "status", "code"),
    [
        (None, "01AAAAAAAAAAAAAAAAAAAAAAAA", 404, "resource_not_found"),
        ("wrong", "1", 401, "access_token_invalid"),
    ],
)
def test_refusals_have_the_vendors_envelope(
    served: Served, token: str | None, id_: str, status: int, code: str
) -> None:
    with AuthenticatedClient(base_url=served.base_url, token=token or served.token) as client:
        response = incidents_v2_show.sync_detailed(client=client, id=id_)
    envelope = json.loads(response.content)
    assert (response.status_code, envelope["status"]) == (status, status)
    assert [each["code"] for each in envelope["errors"]] == [code]


def test_a_refused_body_has_the_vendors_envelope(client: AuthenticatedClient) -> None:
    body = IncidentCreatePayloadV2.from_dict(
        {"idempotency_key": "x", "visibility": "public", "severity_id": "01AAAAAAAAAAAAAAAAAAAAAAAA"}
    )
    response = incidents_v2_create.sync_detailed(client=client, body=body)
    envelope = json.loads(response.content)
    assert (response.status_code, envelope["type"]) == (422, "validation_error")
    assert envelope["errors"][0]["source"]["field"] == "severity_id"
