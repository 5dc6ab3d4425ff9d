"""Incident alerts: which alerts belong to which incidents (behaviour.md#incident-alert-again)."""

from collections.abc import Iterator
from typing import Any

from ...fixtures.domain.embedded import slim_alert, slim_category
from ..behaviour.lookups import existing, is_visible, require_incident
from ..behaviour.paging import paged
from ..request.call import Call
from ..request.problem import invalid, not_found
from ..store.first_members import member_of
from ..store.incidents import number_of
from ..store.store import Change, Row, Store

COLLECTION = "incident_alerts"


def list_incident_alerts(store: Store, call: Call) -> dict[str, Any]:
    """List the connections that hold, of one alert or incident where that is said, oldest first."""
    wanted = {name: call.query[name] for name in ("alert_id", "incident_id") if name in call.query}
    rows = [
        row
        for row in store.all(COLLECTION)
        if not _is_detached(row)
        and is_visible(store, call, row["incident"]["id"])
        and wanted.items() <= {"alert_id": row["alert"]["id"], "incident_id": row["incident"]["id"]}.items()
    ]
    page = paged(rows, call, COLLECTION)
    return {**page, COLLECTION: [_shown(store, row) for row in page[COLLECTION]]}


def create_incident_alert(store: Store, call: Call) -> dict[str, Any]:
    """Attach an alert to an incident; the connection that holds already is shown as it is.

    Raises the 404 Problem for either that isn't seen (behaviour.md#hidden-is-404-alerts), and the 422 Problem where
    somebody detached the two, unless `re_relate` is set (behaviour.md#incident-alert-detached).
    """
    alert_id, incident_id = call.body["alert_id"], call.body["incident_id"]
    if member_of(store, "alerts", alert_id) is None:
        raise not_found("alert")
    require_incident(store, call, incident_id)
    row = next(_between(store, alert_id, incident_id), None)
    if row is None:
        row = _shown(
            store, {"id": store.new_id(), "alert": {"id": alert_id}, "incident": {"id": incident_id}}
        )
    elif not _is_detached(row):
        return {"incident_alert": _shown(store, row)}
    elif not call.body.get("re_relate", False):
        message = "alert_id was marked as unrelated to this incident; set re_relate to relate it again"
        raise invalid("alert_id", message)
    return _keep(store, {**row, "state": "related"})


def transition_incident_alert(store: Store, call: Call) -> dict[str, Any]:
    """Confirm the connection of an alert with an incident, or detach the two."""
    row = existing(store, COLLECTION, call.path["id"], "incident alert")
    require_incident(store, call, row["incident"]["id"], "incident alert")
    return _keep(store, {**row, "state": call.body["state"]})


def _keep(store: Store, row: Row) -> dict[str, Any]:
    store.apply([Change(COLLECTION, row["id"], row)])
    return {"incident_alert": _shown(store, row)}


def _is_detached(row: Row) -> bool:
    return bool(row.get("state") == "unrelated")


def _between(store: Store, alert_id: str, incident_id: str) -> Iterator[Row]:
    for row in store.all(COLLECTION):
        if (row["alert"]["id"], row["incident"]["id"]) == (alert_id, incident_id):
            yield row


def _shown(store: Store, row: Row) -> Row:
    """A connection (IncidentAlertV2), both ends as they are now."""
    alert, incident = (
        member_of(store, "alerts", row["alert"]["id"]),
        store.incidents.row(row["incident"]["id"]),
    )
    return {
        **{name: row[name] for name in ("id", "alert_route_id") if name in row},
        "alert": row["alert"] if alert is None else slim_alert(alert),
        "incident": {
            "external_id": int(number_of(incident)),
            "id": incident["id"],
            "name": incident["name"],
            "reference": incident["reference"],
            "status_category": slim_category(incident["incident_status"]["category"]),
            "visibility": incident["visibility"],
            **({"summary": incident["summary"]} if "summary" in incident else {}),
        },
    }


OPERATIONS = {
    "Alerts V2#ListIncidentAlerts": list_incident_alerts,
    "Alerts V2#CreateIncidentAlert": create_incident_alert,
    "Alerts V2#TransitionIncidentAlert": transition_incident_alert,
}
