"""The journal, live, and one exchange with its request and its answer side by side."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from ...request.messages import Reply
from ..answers import Form, reasons
from ..paths import PAGES as CONSOLE
from ..visit import AGENT, Visit, see

_HERE = f"{CONSOLE}/journal"
_FILTERS = ("operation", "status", "limit")
_REASONS_ONLY = ("longest_body", "8192")
"""Whole lists of incidents take long to look through; an error envelope is shorter."""
_SHOWN = "100"
"""Exchanges, where the address says nothing else."""


def show(visit: Visit) -> Reply:
    """Show the exchanges that the address asks for, newest first; what the console itself only looks at, on demand."""
    asked = dict(visit.query)
    filters = {"limit": _SHOWN} | {name: asked[name] for name in _FILTERS if name in asked}
    answer = visit.control("Journal#List", query=[*filters.items(), _REASONS_ONLY])
    found = answer.content["exchanges"][::-1] if answer.is_good else []
    with_own = "own" in asked
    return visit.page(
        "journal.html",
        status=answer.page_status,
        form=Form(filters, answer, _FILTERS),
        operations=list(visit.plane.double.document.operations),
        with_own=with_own,
        exchanges=[_row(each) for each in found if with_own or not _is_own_look(each)],
    )


def show_exchange(visit: Visit) -> Reply:
    """Show one exchange, in full but for secrets."""
    answer = visit.control("Journal#Show", path=visit.path)
    if not answer.is_good:
        title = "No such exchange"
        return visit.page("message.html", status=answer.page_status, title=title, reasons=answer.reasons)
    exchange = answer.content["exchange"]
    return visit.page(
        "exchange.html",
        each=_row(exchange),
        sent=parse_qsl(exchange["request"]["query"], keep_blank_values=True),
    )


def clear(visit: Visit) -> Reply:
    """Forget all exchanges."""
    visit.control("Journal#Clear")
    return see(_HERE, done="cleared")


def _row(exchange: Mapping[str, Any]) -> dict[str, Any]:
    return {**exchange, "reasons": reasons(exchange["response"].get("body"))}


def _is_own_look(exchange: Mapping[str, Any]) -> bool:
    request = exchange["request"]
    return bool(request["method"] == "GET" and request["headers"].get("user-agent") == AGENT)


PAGES = {
    f"GET {_HERE}": show,
    f"GET {_HERE}/{{number}}": show_exchange,
    f"POST {_HERE}/clear": clear,
}
