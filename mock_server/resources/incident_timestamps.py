"""Incident Timestamps V2: read-only (behaviour.md#timestamps-read-only)."""

from typing import Any

from ..behaviour.lookups import existing
from ..request.call import Call
from ..store.store import Store


def list_timestamps(store: Store, call: Call) -> dict[str, Any]:
    """List the timestamps by rank."""
    return {"incident_timestamps": sorted(store.all("incident_timestamps"), key=lambda row: row["rank"])}


def show_timestamp(store: Store, call: Call) -> dict[str, Any]:
    """Show the timestamp of that id."""
    row = existing(store, "incident_timestamps", call.path["id"], "incident timestamp")
    return {"incident_timestamp": row}


OPERATIONS = {
    "Incident Timestamps V2#List": list_timestamps,
    "Incident Timestamps V2#Show": show_timestamp,
}
