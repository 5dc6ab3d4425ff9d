"""Endpoints and deliveries of webhooks as JSON, secrets and all, and what has changed of them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ...openapi import Json
from ...openapi.rfc3339 import written
from ..clock import moment
from ..webhooks.deliveries import Attempt, Delivery, Endpoint, Key
from ..webhooks.outbox import Outbox, OutboxSnapshot


def changes(before: OutboxSnapshot, after: OutboxSnapshot) -> dict[str, Json]:
    """Give what `apply_changes` makes the second of the first with; empty for nothing."""
    endpoints: dict[str, Json] = {
        id_: _of_endpoint(each)
        for id_, each in after.endpoints.items()
        if before.endpoints.get(id_) is not each
    }
    endpoints |= dict.fromkeys(before.endpoints.keys() - after.endpoints.keys())
    deliveries = [
        _of_delivery(each) for key, each in after.deliveries.items() if before.deliveries.get(key) is not each
    ]
    found: dict[str, Json] = {"endpoints": endpoints, "deliveries": deliveries}
    return {name: each for name, each in found.items() if each}


def apply_changes(outbox: Outbox, logged: Mapping[str, Any]) -> None:
    """Bring an outbox on by what has changed."""
    for id_, endpoint in logged.get("endpoints", {}).items():
        if endpoint is None:
            outbox.endpoints.pop(id_, None)
        else:
            outbox.endpoints[id_] = _endpoint(endpoint)
    for delivery in logged.get("deliveries", ()):
        outbox.log.put(_delivery(delivery))


def _of_endpoint(endpoint: Endpoint) -> dict[str, Json]:
    return {
        "id": endpoint.id,
        "url": endpoint.url,
        "secret": endpoint.secret,
        "event_types": list(endpoint.event_types),
        "enabled": endpoint.enabled,
        "failing_since": _written(endpoint.failing_since),
    }


def _endpoint(logged: Mapping[str, Any]) -> Endpoint:
    since = _moment(logged["failing_since"])
    return Endpoint(
        logged["id"], logged["url"], logged["secret"], tuple(logged["event_types"]), logged["enabled"], since
    )


def _of_delivery(delivery: Delivery) -> dict[str, Json]:
    return {
        "message": delivery.key.message,
        "endpoint": delivery.key.endpoint,
        "event_type": delivery.event_type,
        "body": delivery.body.decode(),
        "next_attempt_at": _written(delivery.next_attempt_at),
        "state": delivery.state,
        "attempts": [[written(each.at), each.status, each.error] for each in delivery.attempts],
        "failures": delivery.failures,
    }


def _delivery(logged: Mapping[str, Any]) -> Delivery:
    return Delivery(
        Key(logged["message"], logged["endpoint"]),
        logged["event_type"],
        logged["body"].encode(),
        _moment(logged["next_attempt_at"]),
        logged["state"],
        tuple(Attempt(moment(at), status, error) for at, status, error in logged["attempts"]),
        logged["failures"],
    )


def _written(at: datetime | None) -> str | None:
    return None if at is None else written(at)


def _moment(text: str | None) -> datetime | None:
    return None if text is None else moment(text)
