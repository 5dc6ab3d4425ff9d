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
from ..plane import ControlPlane


def list_exchanges(plane: ControlPlane, call: Call) -> dict[str, Any]:
    """List the exchanges that the query asks for, oldest first."""
    redaction = plane.redaction()
    longest = call.query.get("longest_body")
    shown = [
        redaction.exchange(each, longest_body=longest) | _unserved(plane, each)
        for each in _asked_for(plane, call)
    ]
    return {"exchanges": shown, "last": plane.double.journal.count}


def show_exchange(plane: ControlPlane, call: Call) -> dict[str, Any]:
    """Show one exchange, by its number. Raises the 404 Problem for one that is not in the journal, or no longer."""
    number = call.path["number"]
    found = plane.double.journal.since(int(number) - 1)[:1] if number.isdecimal() and len(number) < 16 else []
    if not found or str(found[0].number) != number:
        raise not_found("exchange")
    return {"exchange": plane.redaction().exchange(found[0]) | _unserved(plane, found[0])}


def _unserved(plane: ControlPlane, exchange: Exchange) -> dict[str, Any]:
    """Why an exchange is about no operation; empty where it is about one."""
    if exchange.operation is not None:
        return {}
    return {"unserved": str(unserved(plane.double.document, exchange.method, exchange.path))}


def export_exchanges(plane: ControlPlane, call: Call) -> dict[str, Any]:
    """Export those exchanges as an HTTP Archive."""
    return archive(_asked_for(plane, call), plane.redaction())


def clear(plane: ControlPlane, call: Call) -> None:
    """Forget all exchanges."""
    with plane.double.lock:
        plane.double.journal.clear()


def expect(plane: ControlPlane, call: Call) -> dict[str, Any]:
    """Say whether the client has asked for something. Raises ValueError for an operation that there isn't."""
    wanted = {name: value for name, value in call.body.items() if name != "after"}
    verdict = plane.double.journal.judge(Expectation(**wanted), since=call.body.get("after", 0))
    redaction = plane.redaction()
    return {
        "met": verdict.met,
        "found": len(verdict.found),
        "wanted": verdict.wanted,
        "nearest": [_shown(near, redaction) for near in verdict.nearest],
    }


def list_findings(plane: ControlPlane, call: Call) -> dict[str, Any]:
    """List what every rule finds in the journal."""
    found = findings(plane.double, since=call.query.get("after", 0))
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


def _asked_for(plane: ControlPlane, call: Call) -> list[Exchange]:
    query = call.query
    found = [
        each
        for each in plane.double.journal.since(query.get("after", 0))
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
