"""Incident Types V1: read-only (behaviour.md#types-read-only)."""

from typing import Any

from ..behaviour.lookups import existing
from ..request.call import Call
from ..store.store import Store


def list_types(store: Store, call: Call) -> dict[str, Any]:
    """List the incident types, oldest first."""
    return {"incident_types": list(store.all("incident_types"))}


def show_type(store: Store, call: Call) -> dict[str, Any]:
    """Show the incident type of that id."""
    return {"incident_type": existing(store, "incident_types", call.path["id"], "incident type")}


OPERATIONS = {"Incident Types V1#List": list_types, "Incident Types V1#Show": show_type}
