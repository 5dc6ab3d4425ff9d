"""Where one begins: what the double is doing now, and how its state is set back."""

from ...request.messages import Reply
from ...scenarios import SHIPPED
from ..answers import Answer
from ..paths import PAGES as CONSOLE
from ..paths import START
from ..visit import Visit, see


def show(visit: Visit) -> Reply:
    """Show what there is, and what the last clients asked for."""
    return _page(visit)


def _page(visit: Visit, refused: Answer | None = None) -> Reply:
    double = visit.plane.double
    return visit.page_with_form(
        "overview.html",
        ("name",),
        refused,
        scenarios=SHIPPED,
        base_url=visit.request.base_url,
        key=visit.plane.redaction().text(double.api_key),
        incidents=visit.control("Health#Show").content["incidents"],
        last=visit.control("Journal#List", query=[("limit", "1"), ("longest_body", "0")]).content["last"],
        snapshots=visit.control("Snapshots#List").content["snapshots"],
    )


def begin(_: Visit) -> Reply:
    """Go to the start page, whose address ends in a slash."""
    return see(START)


def show_key(visit: Visit) -> Reply:
    """Give the account's key in full, for whoever copies it: pages show it cut short."""
    headers = (("content-type", "text/plain; charset=utf-8"), ("cache-control", "no-store"))
    return Reply(200, visit.plane.double.api_key.encode(), headers)


def reset(visit: Visit) -> Reply:
    """Go back to how the double began."""
    return _after(visit, visit.control("State#Reset"), "reset")


def begin_scenario(visit: Visit) -> Reply:
    """Go to where a scenario begins."""
    return _after(visit, visit.control("Scenario#Update", body=visit.typed("name")), "scenario")


def take_snapshot(visit: Visit) -> Reply:
    """Make a snapshot."""
    return _after(visit, visit.control("Snapshots#Create"), "snapshot")


def roll_back(visit: Visit) -> Reply:
    """Go back to a snapshot."""
    return _after(visit, visit.control("Snapshots#Rollback", path=visit.path), "rollback")


def forget_snapshot(visit: Visit) -> Reply:
    """Delete a snapshot."""
    return _after(visit, visit.control("Snapshots#Delete", path=visit.path), "forgotten")


def _after(visit: Visit, answer: Answer, done: str) -> Reply:
    return see(START, done=done) if answer.is_good else _page(visit, answer)


PAGES = {
    "GET /_double": begin,
    f"GET {START}": show,
    f"POST {CONSOLE}/key": show_key,
    f"POST {CONSOLE}/state/reset": reset,
    f"POST {CONSOLE}/state/scenario": begin_scenario,
    f"POST {CONSOLE}/state/snapshots": take_snapshot,
    f"POST {CONSOLE}/state/snapshots/{{id}}/rollback": roll_back,
    f"POST {CONSOLE}/state/snapshots/{{id}}/forget": forget_snapshot,
}
