"""The armed faults, one more of them, and none."""

from ...faults.kinds import kinds_for
from ...request.messages import Reply
from ..answers import Answer
from ..paths import PAGES as CONSOLE
from ..visit import Visit, number, see

_HERE = f"{CONSOLE}/faults"
_TEXTS = ("operation", "kind")
_NUMBERS = ("seconds", "count", "first")


def show(visit: Visit) -> Reply:
    """Show the faults that have yet to strike."""
    return _page(visit)


def _page(visit: Visit, refused: Answer | None = None) -> Reply:
    operations = visit.plane.double.document.operations
    return visit.page_with_form(
        "faults.html",
        _TEXTS + _NUMBERS,
        refused,
        operations=list(operations),
        kinds=sorted(kinds_for(operations.values())),
    )


def arm(visit: Visit) -> Reply:
    """Arm a fault, behind the others."""
    numbers = {name: number(value) for name, value in visit.typed(*_NUMBERS).items()}
    answer = visit.control("Faults#Create", body={**visit.typed(*_TEXTS), **numbers})
    return see(_HERE, done="armed") if answer.is_good else _page(visit, answer)


def disarm_one(visit: Visit) -> Reply:
    """Disarm that one; it may have struck for the last time meanwhile."""
    answer = visit.control("Faults#Delete", path=visit.path)
    return see(_HERE, done="disarmed-one") if answer.is_good else _page(visit, answer)


def disarm(visit: Visit) -> Reply:
    """Disarm every fault."""
    visit.control("Faults#Clear")
    return see(_HERE, done="disarmed")


PAGES = {
    f"GET {_HERE}": show,
    f"POST {_HERE}": arm,
    f"POST {_HERE}/clear": disarm,
    f"POST {_HERE}/{{number}}/disarm": disarm_one,
}
