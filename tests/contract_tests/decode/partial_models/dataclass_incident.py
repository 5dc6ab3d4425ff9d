"""Five properties and two of its own. Faults: the first custom field has a value, no status description is empty, a
summary that is absent is empty, and no more than three teams are kept."""

from dataclasses import dataclass
from typing import Any


@dataclass
class Incident:
    id: str
    name: str
    summary: str
    team_ids: list[str]
    incident_status: dict[str, Any]
    status_initial: str
    first_value: str | None

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "Incident":
        entries = value["custom_field_entries"]
        status = value["incident_status"]
        return cls(
            id=value["id"],
            name=value["name"],
            summary=value.get("summary", ""),
            team_ids=value["team_ids"][:3],
            incident_status={"name": status["name"], "rank": status["rank"], "category": status["category"]},
            status_initial=status["description"][0],
            first_value=str(entries[0]["values"][0]) if entries else None,
        )
