"""The journal: shown, exported, forgotten, held against expectations and judged."""

from typing import Any

from ...findings import findings
from ...journal.expectations import Expectation, Near
from ...journal.har import archive
from ...journal.redaction import Redaction
from ...request.call import Call
from ...request.messages import Exchange
from ...request.problem import not_found
from ...request.unserved import unserved
from ..view import View


def list_exchanges(view: View, call: Call) -> dict[str, Any]:
    """List the exchanges that the query asks for, oldest first."""
    redaction = view.redaction()
    longest = call.query.get("longest_body")
    shown = [
        redaction.exchange(each, longest_body=longest) | _unserved(view, each)
        for each in _asked_for(view, call)
    ]
    return {"exchanges": shown, "last": view.double.journal.count}


def show_exchange(view: View, call: Call) -> dict[str, Any]:
    """Show one exchange, by its number. Raises the 404 Problem for one that is not in the journal, or no longer."""
    number = call.path["number"]
    found = view.double.journal.since(int(number) - 1)[:1] if number.isdecimal() and len(number) < 16 else []
    if not found or str(found[0].number) != number:
        raise not_found("exchange")
    return {"exchange": view.redaction().exchange(found[0]) | _unserved(view, found[0])}


def _unserved(view: View, exchange: Exchange) -> dict[str, Any]:
    """Why an exchange is about no operation; empty where it is about one."""
    if exchange.operation is not None:
        return {}
    return {"unserved": str(unserved(view.double.document, exchange.method, exchange.path))}


def export_exchanges(view: View, call: Call) -> dict[str, Any]:
    """Export those exchanges as an HTTP Archive."""
    return archive(_asked_for(view, call), view.redaction())


def clear(view: View, call: Call) -> None:
    """Forget all exchanges."""
    with view.double.lock:
        view.double.journal.clear()


def expect(view: View, call: Call) -> dict[str, Any]:
    """Say whether the client has asked for something. Raises ValueError for an operation that there isn't."""
    wanted = {name: value for name, value in call.body.items() if name != "after"}
    verdict = view.double.journal.judge(Expectation(**wanted), since=call.body.get("after", 0))
    redaction = view.redaction()
    return {
        "met": verdict.met,
        "found": len(verdict.found),
        "wanted": verdict.wanted,
        "nearest": [_shown(near, redaction) for near in verdict.nearest],
    }


def list_findings(view: View, call: Call) -> dict[str, Any]:
    """List what every rule finds in the journal."""
    found = findings(view.double, since=call.query.get("after", 0))
    return {
        "findings": [
            {
                "id": each.id,
                "rule": each.rule,
                "severity": each.severity,
                "message": each.message,
                "count": each.count,
                "operation": each.operation,
                "pointer": each.pointer,
                "counterexample": each.counterexample,
            }
            for each in found
        ]
    }


def _asked_for(view: View, call: Call) -> list[Exchange]:
    query = call.query
    found = [
        each
        for each in view.double.journal.since(query.get("after", 0))
        if query.get("operation", each.operation_id) == each.operation_id
        and query.get("method", each.request.method).upper() == each.request.method
        and query.get("path", each.request.path) == each.request.path
        and query.get("status", each.status) == each.status
    ]
    return found[-query.get("limit", len(found)) :]


def _shown(near: Near, redaction: Redaction) -> dict[str, Any]:
    return {
        "number": near.exchange.number,
        "differences": [
            {
                "field": each.field,
                "expected": each.expected,
                **({} if each.actual is ... else {"actual": each.actual}),
            }
            for each in near.redacted(redaction)
        ],
    }


OPERATIONS = {
    "Journal#List": list_exchanges,
    "Journal#Show": show_exchange,
    "Journal#Export": export_exchanges,
    "Journal#Clear": clear,
    "Journal#Expect": expect,
    "Findings#List": list_findings,
}
