"""The double's clock: shown, set, frozen, resumed and moved on."""

from typing import Any

from ....openapi.rfc3339 import written
from ...request.call import Call
from ..view import View


def show_clock(view: View, call: Call) -> dict[str, Any]:
    """Show what time it is, and whether the clock stands still."""
    clock = view.double.clock
    return {"clock": {"now": written(clock.now()), "frozen": clock.is_frozen}}


def update_clock(view: View, call: Call) -> dict[str, Any]:
    """Set the clock, freeze it, or let it run on. Raises ValueError for what is not a moment."""
    clock = view.double.clock
    with view.double.lock:
        clock.set(call.body.get("now", clock.now()), frozen=call.body.get("frozen"))
    return show_clock(view, call)


def advance_clock(view: View, call: Call) -> dict[str, Any]:
    """Move the clock on. Raises ValueError beyond the year 8999."""
    with view.double.lock:
        view.double.clock.advance(seconds=call.body["seconds"])
    return show_clock(view, call)


OPERATIONS = {
    "Clock#Show": show_clock,
    "Clock#Update": update_clock,
    "Clock#Advance": advance_clock,
}
