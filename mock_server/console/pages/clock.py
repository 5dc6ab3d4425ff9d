"""The clock: shown, set, moved on, frozen and resumed."""

from ...request.messages import Reply
from ..answers import Answer
from ..paths import PAGES as CONSOLE
from ..visit import Visit, number, see

_HERE = f"{CONSOLE}/clock"


def show(visit: Visit) -> Reply:
    """Show what time it is."""
    return _page(visit)


def _page(visit: Visit, refused: Answer | None = None) -> Reply:
    return visit.page_with_form("clock.html", ("now", "seconds"), refused)


def set_(visit: Visit) -> Reply:
    """Set it to a moment."""
    return _after(visit, visit.control("Clock#Update", body=visit.typed("now")), "set")


def freeze(visit: Visit) -> Reply:
    """Let it stand still."""
    return _after(visit, visit.control("Clock#Update", body={"frozen": True}), "frozen")


def resume(visit: Visit) -> Reply:
    """Let it run on."""
    return _after(visit, visit.control("Clock#Update", body={"frozen": False}), "resumed")


def advance(visit: Visit) -> Reply:
    """Move it on by seconds."""
    body = {name: number(value) for name, value in visit.typed("seconds").items()}
    return _after(visit, visit.control("Clock#Advance", body=body), "advanced")


def _after(visit: Visit, answer: Answer, done: str) -> Reply:
    return see(_HERE, done=done) if answer.is_good else _page(visit, answer)


PAGES = {
    f"GET {_HERE}": show,
    f"POST {_HERE}/set": set_,
    f"POST {_HERE}/freeze": freeze,
    f"POST {_HERE}/resume": resume,
    f"POST {_HERE}/advance": advance,
}
