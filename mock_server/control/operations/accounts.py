"""Accounts: listed, opened and ended."""

from typing import Any

from ...accounts import Entry
from ...request.call import Call
from ...request.problem import invalid, not_found
from ..view import View
from .state import apply_scenario


def list_accounts(view: View, call: Call) -> dict[str, Any]:
    """Give all accounts, the first one first."""
    redact = view.redaction().text
    return {
        "accounts": [
            {
                "name": each.name,
                "key": redact(each.double.redaction().text(each.double.api_key)),
                "exchanges": each.double.journal.count,
            }
            for each in view.accounts
        ]
    }


def open_account(view: View, call: Call) -> dict[str, Any]:
    """Give one more, at the beginning of a scenario or at a snapshot where one is named. Raises ValueError."""
    if "scenario" in call.body and "snapshot" in call.body:
        raise invalid("", "give a scenario or a snapshot, not both")
    snapshot = None
    if "snapshot" in call.body:
        snapshot = view.double.snapshots.get(call.body["snapshot"])
        if snapshot is None:
            raise invalid("snapshot", f"no such snapshot: {call.body['snapshot']}")
    entry = view.accounts.open(call.body.get("name"), at=snapshot)
    if "scenario" in call.body:
        try:
            apply_scenario(entry.double, call.body["scenario"], "scenario")
        except Exception:
            view.accounts.end(entry.name)
            raise
        entry.double.set_baseline()
    return {"account": _shown(entry)}


def end_account(view: View, call: Call) -> None:
    """Give one less. Raises the 404 Problem where there is none, ValueError for the first."""
    try:
        view.accounts.end(call.path["name"])
    except KeyError:
        raise not_found("account") from None


def _shown(entry: Entry) -> dict[str, Any]:
    return {"name": entry.name, "key": entry.double.api_key}


OPERATIONS = {
    "Accounts#List": list_accounts,
    "Accounts#Create": open_account,
    "Accounts#Delete": end_account,
}
