"""The official SDK, `incident-io`, unchanged, against a double behind a real socket."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from incident_io.api.incidents_v2 import (
    incidents_v2_create,
    incidents_v2_edit,
    incidents_v2_list,
    incidents_v2_show,
)
from incident_io.client import AuthenticatedClient
from incident_io.models import (
    ErrorResponse,
    IncidentEditPayloadV2,
    IncidentsCreatePayloadV2,
    IncidentsCreatePayloadV2Visibility,
    IncidentsEditPayloadV2,
    IncidentsListResultV2,
    IncidentsV2ListStatus,
    IncidentsV2ListStatusCategory,
    IncidentV2,
)
from incident_io.types import UNSET, Unset

from incident_double.fixtures import EPOCH, realistic

from ..serving import Served, serving


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serving("--no-rate-limit", "--incidents", "120", "--clock", EPOCH.isoformat()) as double:
        yield double


@pytest.fixture
def client(served: Served) -> Iterator[AuthenticatedClient]:
    with AuthenticatedClient(base_url=served.base_url, token=served.token) as open_client:
        yield open_client


def listed(client: AuthenticatedClient, **arguments: Any) -> IncidentsListResultV2:
    page = incidents_v2_list.sync(client=client, **arguments)
    assert isinstance(page, IncidentsListResultV2)
    return page


def new_incident(client: AuthenticatedClient, key: str, **properties: Any) -> IncidentV2:
    body = IncidentsCreatePayloadV2(
        idempotency_key=key, visibility=IncidentsCreatePayloadV2Visibility.PUBLIC, **properties
    )
    created = incidents_v2_create.sync(client=client, body=body)
    assert created is not None
    assert not isinstance(created, ErrorResponse)
    return created.incident


def by_status(*ids: str) -> IncidentsV2ListStatus:
    return IncidentsV2ListStatus.from_dict({"one_of": list(ids)})


def test_a_list_is_newest_first(client: AuthenticatedClient) -> None:
    moments = [incident.created_at for incident in listed(client, page_size=50).incidents]
    assert len(moments) == 50
    assert moments == sorted(moments, reverse=True)


def test_a_filter_by_status_leaves_only_that_status(client: AuthenticatedClient) -> None:
    status = listed(client).incidents[0].incident_status
    page = listed(client, status=by_status(status.id), page_size=250)
    assert page.incidents
    assert {incident.incident_status.id for incident in page.incidents} == {status.id}


def test_a_filter_by_category_shows_what_is_hidden_by_default(client: AuthenticatedClient) -> None:
    category = IncidentsV2ListStatusCategory.from_dict({"one_of": ["declined"]})
    page = listed(client, status_category=category, page_size=250)
    assert page.incidents
    assert {incident.incident_status.category.value for incident in page.incidents} == {"declined"}


def visible_by_default() -> set[str]:
    """The incidents of the default data set that a list shows when it isn't asked for more."""
    return {
        row["id"]
        for row in realistic().collections["incidents"]
        if row["mode"] in ("standard", "retrospective")
        and row["incident_status"]["category"] not in ("declined", "canceled", "merged")
    }


def test_paging_gives_every_default_visible_incident_exactly_once(client: AuthenticatedClient) -> None:
    ids: list[str] = []
    after: str | Unset = UNSET
    while True:
        page = listed(client, page_size=5, after=after)
        assert not isinstance(page.pagination_meta, Unset)
        ids += [incident.id for incident in page.incidents]
        after = page.pagination_meta.after
        if isinstance(after, Unset):
            break
    assert len(ids) == len(set(ids)) == page.pagination_meta.total_record_count
    everything = listed(client, page_size=250).incidents
    assert ids == [incident.id for incident in everything]
    assert visible_by_default() <= set(ids)


def test_an_incident_is_shown_by_id_and_by_number(client: AuthenticatedClient) -> None:
    incident = listed(client, page_size=1).incidents[0]
    for id_ in (incident.id, incident.reference.removeprefix("INC-")):
        shown = incidents_v2_show.sync(client=client, id=id_)
        assert shown is not None
        assert not isinstance(shown, ErrorResponse)
        assert shown.incident.to_dict() == incident.to_dict()


def test_one_key_creates_one_incident_which_is_there_afterwards(client: AuthenticatedClient) -> None:
    first = new_incident(client, "one key", name="Boats late")
    second = new_incident(client, "one key", name="Boats late")
    assert first.id == second.id
    shown = incidents_v2_show.sync(client=client, id=first.id)
    assert shown is not None
    assert not isinstance(shown, ErrorResponse)
    assert shown.incident.name == "Boats late"
    assert listed(client, page_size=1).incidents[0].id == first.id


def test_an_edited_incident_is_found_by_what_it_was_edited_to(client: AuthenticatedClient) -> None:
    severity = next(
        each.severity for each in listed(client).incidents if not isinstance(each.severity, Unset)
    )
    live = IncidentsV2ListStatusCategory.from_dict({"one_of": ["live"]})
    status = listed(client, status_category=live).incidents[0].incident_status
    incident = new_incident(client, "to be edited")
    edited = incidents_v2_edit.sync(
        client=client,
        id=incident.id,
        body=IncidentsEditPayloadV2(
            notify_incident_channel=False,
            incident=IncidentEditPayloadV2(
                name="Edited", severity_id=severity.id, incident_status_id=status.id
            ),
        ),
    )
    assert edited is not None
    assert not isinstance(edited, ErrorResponse)
    assert (edited.incident.name, edited.incident.incident_status.id) == ("Edited", status.id)
    found = listed(client, status=by_status(status.id), page_size=250).incidents
    assert [each.name for each in found if each.id == incident.id] == ["Edited"]


def error(response: object) -> tuple[int, str, list[str]]:
    assert isinstance(response, ErrorResponse)
    return response.status, response.type_.value, [each.code for each in response.errors]


def test_an_unknown_id_is_a_404_of_the_vendors(client: AuthenticatedClient) -> None:
    response = incidents_v2_show.sync(client=client, id="01AAAAAAAAAAAAAAAAAAAAAAAA")
    assert error(response) == (404, "not_found", ["resource_not_found"])


def test_a_wrong_key_is_a_401_of_the_vendors(served: Served) -> None:
    with AuthenticatedClient(base_url=served.base_url, token="inc_unknown") as stranger:
        response = incidents_v2_list.sync(client=stranger)
    assert error(response) == (401, "authentication_error", ["access_token_invalid"])


def test_a_live_incident_without_a_severity_is_a_422_of_the_vendors(client: AuthenticatedClient) -> None:
    live = IncidentsV2ListStatusCategory.from_dict({"one_of": ["live"]})
    status = listed(client, status_category=live).incidents[0].incident_status
    body = IncidentsCreatePayloadV2(
        idempotency_key="no severity",
        visibility=IncidentsCreatePayloadV2Visibility.PUBLIC,
        incident_status_id=status.id,
    )
    response = incidents_v2_create.sync(client=client, body=body)
    assert error(response) == (422, "validation_error", ["is_required"])
    assert json.dumps(response.to_dict()["errors"][0]["source"]) == '{"field": "severity_id", "pointer": ""}'  # type: ignore[union-attr]
