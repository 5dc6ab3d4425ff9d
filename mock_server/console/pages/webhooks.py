"""Where events are sent, and what came of each."""

from ...request.messages import Reply
from ..answers import Answer
from ..paths import PAGES as CONSOLE
from ..visit import Visit, see

_HERE = f"{CONSOLE}/webhooks"


def show(visit: Visit) -> Reply:
    """Show endpoints, and deliveries with their attempts, newest first."""
    return _page(visit)


def _page(visit: Visit, refused: Answer | None = None) -> Reply:
    return visit.page_with_form(
        "webhooks.html",
        ("url", "secret"),
        refused,
        endpoints=visit.control("Webhook Endpoints#List").content["endpoints"],
        deliveries=visit.control("Webhook Deliveries#List").content["deliveries"][::-1],
    )


def add(visit: Visit) -> Reply:
    """Register an endpoint."""
    answer = visit.control("Webhook Endpoints#Create", body=visit.typed("url", "secret"))
    return _after(visit, answer, "endpoint")


def remove(visit: Visit) -> Reply:
    """Delete an endpoint."""
    return _after(visit, visit.control("Webhook Endpoints#Delete", path=visit.path), "removed")


def enable(visit: Visit) -> Reply:
    """Send events to an endpoint again, after it was disabled for having failed too long."""
    return _after(visit, visit.control("Webhook Endpoints#Enable", path=visit.path), "enabled")


def redeliver(visit: Visit) -> Reply:
    """Send an event again."""
    return _after(visit, visit.control("Webhook Deliveries#Redeliver", path=visit.path), "redelivered")


def _after(visit: Visit, answer: Answer, done: str) -> Reply:
    return see(_HERE, done=done) if answer.is_good else _page(visit, answer)


PAGES = {
    f"GET {_HERE}": show,
    f"POST {_HERE}/endpoints": add,
    f"POST {_HERE}/endpoints/{{id}}/remove": remove,
    f"POST {_HERE}/endpoints/{{id}}/enable": enable,
    f"POST {_HERE}/deliveries/{{id}}/redeliver": redeliver,
}
