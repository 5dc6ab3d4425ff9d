"""Incidents by the names that people know."""

from typing import Any

from ...building.building import declare_incident, edit_incident
from ...building.named import incident_id_of
from ...request.call import Call
from ...request.problem import not_found
from ..view import View


def create_incident(view: View, call: Call) -> dict[str, Any]:
    """Declare an incident. Raises ValueError, in one line, for what can't be."""
    return {"incident": declare_incident(view.double, **call.body)}


def change_incident(view: View, call: Call) -> dict[str, Any]:
    """Edit an incident. Raises the 404 Problem, or ValueError for what can't be."""
    try:
        incident = incident_id_of(view.double.store, call.path["id"])
    except ValueError:
        raise not_found("incident") from None
    return {"incident": edit_incident(view.double, incident, **call.body)}


OPERATIONS = {"Incidents#Create": create_incident, "Incidents#Edit": change_incident}
