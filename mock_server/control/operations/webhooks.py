"""Webhooks: endpoints that changes are sent to, and what was delivered to them."""

from typing import Any

from ...request.call import Call
from ...request.problem import not_found
from ..view import View

_SECONDS = 15.0
"""How long to wait for deliveries unless another time is given: no attempt takes longer."""


def list_endpoints(view: View, call: Call) -> dict[str, Any]:
    """List all endpoints, their secrets cut short."""
    return {"endpoints": [each.as_json() for each in view.double.webhooks.endpoints()]}


def create_endpoint(view: View, call: Call) -> dict[str, Any]:
    """Register an endpoint. Raises ValueError for what is not a URL, a secret or an event type."""
    with view.double.lock:
        endpoint = view.double.webhooks.add(**call.body)
    return {"endpoint": endpoint.as_json(with_secret=True)}


def delete_endpoint(view: View, call: Call) -> None:
    """Delete an endpoint: nothing is sent there any more."""
    _require(view, call.path["id"])
    with view.double.lock:
        view.double.webhooks.remove(call.path["id"])


def enable_endpoint(view: View, call: Call) -> dict[str, Any]:
    """Send to an endpoint again, after it was disabled for having failed too long."""
    _require(view, call.path["id"])
    with view.double.lock:
        return {"endpoint": view.double.webhooks.enable(call.path["id"]).as_json()}


def list_deliveries(view: View, call: Call) -> dict[str, Any]:
    """List the deliveries that are remembered, oldest first."""
    redaction = view.redaction()
    return {"deliveries": [redaction.value(each.as_json()) for each in view.double.webhooks.deliveries()]}


def redeliver(view: View, call: Call) -> None:
    """Send a message again, under its own id."""
    if all(each.key.message != call.path["id"] for each in view.double.webhooks.deliveries()):
        raise not_found("delivery")
    with view.double.lock:
        view.double.webhooks.redeliver(call.path["id"])


def settle(view: View, call: Call) -> dict[str, Any]:
    """Wait until nothing is due or under way."""
    return {"settled": view.double.webhooks.settled(call.body.get("seconds", _SECONDS))}


def _require(view: View, id_: str) -> None:
    if all(each.id != id_ for each in view.double.webhooks.endpoints()):
        raise not_found("endpoint")


OPERATIONS = {
    "Webhook Endpoints#List": list_endpoints,
    "Webhook Endpoints#Create": create_endpoint,
    "Webhook Endpoints#Delete": delete_endpoint,
    "Webhook Endpoints#Enable": enable_endpoint,
    "Webhook Deliveries#List": list_deliveries,
    "Webhook Deliveries#Redeliver": redeliver,
    "Webhook Deliveries#Settle": settle,
}
