"""Delivering events to a client's own endpoint: good ones, and such as it must not take for good.

See behaviour.md#webhook-signature.
"""

import random
from collections.abc import Iterator, Mapping
from datetime import timedelta

import httpx

from ..fixtures.domain.identifiers import ulid
from ..mock_server.pipeline import Double
from ..mock_server.webhooks.events import (
    Event,
    incident_created,
    incident_updated,
    private_event,
    status_updated,
)
from ..mock_server.webhooks.sending import SECONDS_TO_ANSWER
from ..mock_server.webhooks.signing import new_secret, signed_headers
from ..openapi import Json
from .wire.conversation import WebhookDelivery, WebhookKind

_STALE = timedelta(hours=1)
_MESSAGE = "Looking better"
_UNKNOWN_TYPE = "public_incident.incident_reconsidered_v1"
_SIGNATURE = "webhook-signature"
_Labelled = tuple[WebhookKind, Event]


def deliver_events(url: str, secret: str, double: Double, *, seed: int = 0) -> Iterator[WebhookDelivery]:
    """Deliver one event after the other, each as soon as the one before is answered."""
    rng = random.Random(f"webhooks {seed}")
    with httpx.Client(timeout=SECONDS_TO_ANSWER) as client:
        for kind, event in _events(double, rng):
            body = event.body()
            headers = _headers(kind, secret, double, rng, body)
            status = _answer(client, url, body, headers)
            yield WebhookDelivery(kind, event.type, headers, body, status)


def _answer(client: httpx.Client, url: str, body: bytes, headers: Mapping[str, str]) -> int | None:
    content_type = {"content-type": "application/json"}
    try:
        return client.post(url, content=body, headers={**content_type, **headers}).status_code
    except httpx.TransportError:
        return None


def _events(double: Double, rng: random.Random) -> Iterator[_Labelled]:
    incident = _newest(double)
    created = incident_created(incident)
    private = ulid(int(double.clock.now().timestamp() * 1000), rng)
    yield "well-formed", created
    yield "well-formed", incident_updated(incident, _MESSAGE)
    yield "well-formed", status_updated(incident, _status_before(double, incident), _MESSAGE)
    yield "unknown-type", Event(_UNKNOWN_TYPE, {"incident": incident, "reconsidered": True})
    yield "private", private_event("incident_created_v2", private)
    yield "private", private_event("incident_updated_v2", private)
    yield "rotated", created
    yield "forged", created
    yield "unsigned", created
    yield "stale", created


def _headers(
    kind: WebhookKind, secret: str, double: Double, rng: random.Random, body: bytes
) -> Mapping[str, str]:
    id_, now = f"msg_{ulid(0, rng)}", double.clock.now()
    if kind == "forged":
        return signed_headers(new_secret(rng), id_, now, body)
    headers = signed_headers(secret, id_, now - _STALE if kind == "stale" else now, body)
    if kind == "rotated":
        former = signed_headers(new_secret(rng), id_, now, body)[_SIGNATURE]
        return {**headers, _SIGNATURE: f"{former} {headers[_SIGNATURE]}"}
    if kind == "unsigned":
        return {name: value for name, value in headers.items() if name != _SIGNATURE}
    return headers


def _newest(double: Double) -> Mapping[str, Json]:
    """The newest public incident. Raises ValueError where there is none."""
    index = double.store.incidents.index
    ids = index.page(index.having("visibility", ["public"]), after=None, size=1, newest_first=True)
    if not ids:
        raise ValueError("no public incident to report")
    return double.store.incidents.row(ids[0])


def _status_before(double: Double, incident: Mapping[str, Json]) -> Mapping[str, Json]:
    """A status that the incident may have had before."""
    now: Mapping[str, Json] = incident["incident_status"]
    others = [each for each in double.store.all("incident_statuses") if each["id"] != now["id"]]
    return others[0] if others else now
