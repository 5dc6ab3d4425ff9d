"""Incidents by the names that people know."""

from typing import Any

from ...building import declare_incident, edit_incident
from ...exchange import Call
from ..plane import ControlPlane


def create_incident(plane: ControlPlane, call: Call) -> dict[str, Any]:
    """A new one. Raises ValueError, in one line, for what can't be."""
    return {"incident": declare_incident(plane.double, **call.body)}  # type: ignore[typeddict-item]


def change_incident(plane: ControlPlane, call: Call) -> dict[str, Any]:
    """One after a change. Raises ValueError, in one line, for what can't be."""
    return {"incident": edit_incident(plane.double, call.path["id"], **call.body)}  # type: ignore[typeddict-item]


OPERATIONS = {"Incidents#Create": create_incident, "Incidents#Edit": change_incident}
