"""From an alert to an incident, and to its end."""

from dataclasses import dataclass
from typing import TypeVar

from incident_io.api.incident_statuses_v1 import incident_statuses_v1_list
from incident_io.api.incident_updates_v2 import incident_updates_v2_create
from incident_io.api.incidents_v2 import incidents_v2_create
from incident_io.api.severities_v1 import severities_v1_list
from incident_io.client import AuthenticatedClient
from incident_io.models import (
    ErrorResponse,
    IncidentsCreatePayloadV2,
    IncidentsCreatePayloadV2Visibility,
    IncidentUpdatesCreatePayloadV2,
    IncidentV2,
)

T = TypeVar("T")


@dataclass(frozen=True)
class Alert:
    """What the monitoring says."""

    fingerprint: str
    """The same, however often the alert fires."""
    title: str
    severity: str


class RefusedError(Exception):
    """The API did not do what it was asked for."""


def declare(client: AuthenticatedClient, alert: Alert) -> IncidentV2:
    """The incident of an alert: a new one the first time, the same one from then on."""
    severities = answer(severities_v1_list.sync(client=client)).severities
    body = IncidentsCreatePayloadV2(
        idempotency_key=alert.fingerprint,
        visibility=IncidentsCreatePayloadV2Visibility.PUBLIC,
        name=alert.title,
        severity_id=next(each.id for each in severities if each.name == alert.severity),
        incident_status_id=status_id(client, "Investigating"),
    )
    return answer(incidents_v2_create.sync(client=client, body=body)).incident


def post_update(client: AuthenticatedClient, incident: IncidentV2, key: str, message: str) -> None:
    """Announce to everyone how things stand, once for each key."""
    body = IncidentUpdatesCreatePayloadV2(idempotency_key=key, incident_id=incident.id, message=message)
    answer(incident_updates_v2_create.sync(client=client, body=body))


def close(client: AuthenticatedClient, incident: IncidentV2, message: str) -> None:
    """Close the incident when its alert is over."""
    body = IncidentUpdatesCreatePayloadV2(
        idempotency_key=f"close {incident.id}",
        incident_id=incident.id,
        message=message,
        to_incident_status_id=status_id(client, "Closed"),
    )
    answer(incident_updates_v2_create.sync(client=client, body=body))


def status_id(client: AuthenticatedClient, name: str) -> str:
    """The id of the status with that name."""
    statuses = answer(incident_statuses_v1_list.sync(client=client)).incident_statuses
    return next(each.id for each in statuses if each.name == name)


def answer(given: T | ErrorResponse | None) -> T:
    """What the SDK returns, unless it stands for a refusal. Raises RefusedError."""
    if isinstance(given, ErrorResponse):
        raise RefusedError("; ".join(each.message for each in given.errors))
    if given is None:
        raise RefusedError("an answer that the SDK doesn't know")
    return given
