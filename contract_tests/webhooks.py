"""Delivering events to a client's own endpoint: good ones, and such as it must not take for good (BEHAVIOUR.md §10)."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

import httpx
import orjson

from ..fixtures.identifiers import ulid
from ..mock_server import Double
from ..mock_server.webhook_signing import new_secret, signed_headers
from ..openapi import Json
from .conversation import WebhookDelivery, WebhookKind

SECONDS_TO_ANSWER = 15.0
"""How long the vendor waits."""
_STALE = timedelta(hours=1)
_UNKNOWN_TYPE = "public_incident.incident_reconsidered_v1"


@dataclass(frozen=True, slots=True)
class _Event:
    """One event before it is signed."""

    kind: WebhookKind
    type: str
    payload: Json


def deliver_events(
    url: str, secret: str, double: Double, *, seed: int = 0, timeout: float = SECONDS_TO_ANSWER
) -> Iterator[WebhookDelivery]:
    """Deliver one event after the other, each as soon as the one before is answered."""
    rng = random.Random(f"webhooks {seed}")
    with httpx.Client(timeout=timeout) as client:
        for event in _events(double, rng):
            body = orjson.dumps({"event_type": event.type, event.type: event.payload})
            headers = _headers(event, secret, double, rng, body)
            status = _answer(client, url, body, headers)
            yield WebhookDelivery(event.kind, event.type, headers, body, status)


def _answer(client: httpx.Client, url: str, body: bytes, headers: Mapping[str, str]) -> int | None:
    content_type = {"content-type": "application/json"}
    try:
        return client.post(url, content=body, headers={**content_type, **headers}).status_code
    except httpx.TransportError:
        return None


def _events(double: Double, rng: random.Random) -> Iterator[_Event]:
    incident = _newest(double)
    before, after = _statuses(double, incident)
    moved = {
        "incident": incident,
        "previous_status": before,
        "new_status": after,
        "message": "Looking better",
    }
    private = {"id": ulid(int(double.clock.now().timestamp() * 1000), rng)}
    created = "public_incident.incident_created_v2"
    yield _Event("well-formed", created, incident)
    yield _Event("well-formed", "public_incident.incident_updated_v2", incident)
    yield _Event("well-formed", "public_incident.incident_status_updated_v2", moved)
    yield _Event("unknown-type", _UNKNOWN_TYPE, {"incident": incident, "reconsidered": True})
    yield _Event("private", "private_incident.incident_created_v2", private)
    yield _Event("private", "private_incident.incident_updated_v2", private)
    yield _Event("forged", created, incident)
    yield _Event("unsigned", created, incident)
    yield _Event("stale", created, incident)


def _headers(
    event: _Event, secret: str, double: Double, rng: random.Random, body: bytes
) -> Mapping[str, str]:
    id_, now = f"msg_{ulid(0, rng)}", double.clock.now()
    if event.kind == "forged":
        return signed_headers(new_secret(rng), id_, now, body)
    headers = signed_headers(secret, id_, now - _STALE if event.kind == "stale" else now, body)
    if event.kind == "unsigned":
        return {name: value for name, value in headers.items() if name != "webhook-signature"}
    return headers


def _newest(double: Double) -> Mapping[str, Json]:
    """The newest public incident. Raises ValueError where there is none."""
    index = double.store.incidents.index
    ids = index.page(index.having("visibility", ["public"]), after=None, size=1, newest_first=True)
    if not ids:
        raise ValueError("no public incident to tell of")
    return double.store.incidents.row(ids[0])


def _statuses(double: Double, incident: Mapping[str, Json]) -> tuple[Json, Json]:
    """A status that the incident may have had before, and the one it has."""
    now = incident["incident_status"]
    others = [each for each in double.store.all("incident_statuses") if each["id"] != now["id"]]
    return others[0] if others else now, now
