"""Moving an incident to another status or severity, with everything that follows.

See behaviour.md#moving-between-statuses.
"""

from collections.abc import Sequence
from typing import Any

from ....fixtures.domain.lifecycle import duration_metrics, stamped_on_entering
from ...assumptions import CATEGORIES_CLOSED_TO_THE_API, CATEGORIES_NEEDING_SEVERITY
from ...request.call import Call
from ...request.problem import ErrorEntry, Problem, invalid, required
from ...store.store import Row, Store
from .payload import with_value

OPT_OUT_ROLE = "post_incident_flow_opt_out"


def actor_of(call: Call) -> Row:
    """Give the caller as an `ActorV2`: always an API key."""
    return {"api_key": {"id": call.key.id, "name": call.key.name}}


def check_move(call: Call, before: Row, status: Row, field: str) -> None:
    """Raise the Problem for a move that the API doesn't allow: 422, or 403 when only the key is lacking."""
    origin, target = before["incident_status"], status["category"]
    if origin["id"] == status["id"]:
        return
    for category in CATEGORIES_CLOSED_TO_THE_API:
        if category in (target, origin["category"]):
            raise invalid(field, f"an incident can't be moved to or from a {category} status through the API")
    skips_flow = origin["category"] == "live" and target == "closed" and before["mode"] == "standard"
    if skips_flow and not call.key.has_role(OPT_OUT_ROLE):
        message = f"closing an active incident without its post-incident flow needs the role {OPT_OUT_ROLE}"
        raise Problem(403, ErrorEntry("missing_permissions", message))


def check_severity(status: Row, severity: Row | None) -> None:
    """Raise the 422 Problem for a live incident without a severity; the live answer names no pointer.

    See behaviour.md#severity-required-when-active.
    """
    if severity is None and status["category"] in CATEGORIES_NEEDING_SEVERITY:
        raise required("severity_id", f"is required when the incident is {status['category']}")


def moved(row: Row, status: Row, severity: Row | None, now: str) -> Row:
    """Give the incident in its new status, with the timestamps that this stamps and the durations that follow."""
    previous = row.get("incident_status")
    changed: dict[str, Any] = {**row, "incident_status": status}
    if severity is not None:
        changed["severity"] = severity
    moves = previous is None or previous["id"] != status["id"]
    if moves and "incident_timestamp_values" in row:
        stamps = stamped_on_entering(status, previous)
        changed["incident_timestamp_values"] = stamped(row["incident_timestamp_values"], stamps, now)
    return changed


def measured(store: Store, row: Row) -> Row:
    """Give the incident with its durations worked out from its timestamps."""
    metrics = duration_metrics(list(store.all("duration_metrics")), row["incident_timestamp_values"])
    return {**row, "duration_metrics": metrics}


def stamped(values: Sequence[Row], names: Sequence[str], now: str) -> list[Row]:
    """Give the timestamp values, `now` for those named; one that is set stays, since a rule means the first time."""
    return [
        with_value(value["incident_timestamp"], now)
        if value["incident_timestamp"]["name"] in names and "value" not in value.get("value", {})
        else value
        for value in values
    ]


def update_row(store: Store, call: Call, incident: Row, now: str, message: str = "") -> Row:
    """Make the IncidentUpdateV2 with an incident's status and severity as they have become."""
    row: dict[str, Any] = {
        "id": store.new_id(),
        "incident_id": incident["id"],
        "created_at": now,
        "new_incident_status": incident["incident_status"],
        "updater": actor_of(call),
    }
    if "severity" in incident:
        row["new_severity"] = incident["severity"]
    if message:
        row["message"] = message
    return row
