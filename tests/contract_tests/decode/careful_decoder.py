"""A decoder of incidents that takes everything the contract permits, and its own inverse. Mutations break it."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

Json = Any

TIME = re.compile(r"(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(\.\d+)?([Zz]|[+-]\d\d:\d\d)")


class RefusedError(Exception):
    """What is no incident."""


@dataclass
class Status:
    id: str
    name: str
    description: str
    category: str
    rank: int
    created_at: datetime
    updated_at: datetime


@dataclass
class Incident:
    known: dict[str, Json]
    status: Status
    severity: dict[str, Json] | None
    times: dict[str, datetime]
    assignments: list[dict[str, Json]]
    entries: list[dict[str, Json]]
    timestamps: list[dict[str, Json]] | None
    metrics: list[dict[str, Json]] | None
    lists: dict[str, list[str]]
    rest: dict[str, Json]

    def to_dict(self) -> Json:
        return encode(self)


TEXTS = ["id", "reference", "name", "visibility", "mode", "slack_team_id", "slack_channel_id"]
OPTIONAL = [
    "call_url", "has_debrief", "ms_teams_channel_url", "permalink", "postmortem_document_url",
    "slack_channel_name", "slack_channel_url", "summary",
    "workload_minutes_late", "workload_minutes_sleeping", "workload_minutes_total", "workload_minutes_working",
]  # fmt: skip
TIMES = ["created_at", "updated_at", "last_activity_at"]
LISTS = ["team_ids", "postmortem_document_ids"]
REST = ["creator", "debriefs", "external_issue_reference", "incident_type"]


def read_time(text: str) -> datetime:
    match = TIME.fullmatch(text)
    if match is None:
        raise RefusedError(text)
    year, month, day, hour, minute, second = (int(part) for part in match.groups()[:6])
    fraction, zone = match[7] or ".0", match[8]
    offset = timedelta()
    if zone not in "Zz":
        offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[4:]))
        offset = -offset if zone[0] == "-" else offset
    micros = int(fraction[1:7].ljust(6, "0"))
    return datetime(year, month, day, hour, minute, second, micros, timezone(offset))


def write_time(moment: datetime) -> str:
    return moment.isoformat()


def text_of(value: Json, name: str) -> str:
    found = value[name]
    if not isinstance(found, str):
        raise RefusedError(name)
    return found


def decode(value: Json) -> Incident:
    try:
        return decode_incident(value)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise RefusedError(str(error)) from error


def decode_incident(value: Json) -> Incident:
    known = {name: text_of(value, name) for name in TEXTS}
    for name in OPTIONAL:
        if name in value:
            known[name] = value[name]
    lists = {name: list(value[name]) for name in LISTS if name in value}
    if "team_ids" not in lists:
        raise RefusedError("team_ids")
    return Incident(
        known=known,
        status=decode_status(value["incident_status"]),
        severity=decode_severity(value["severity"]) if "severity" in value else None,
        times={name: read_time(value[name]) for name in TIMES},
        assignments=[decode_assignment(each) for each in value["incident_role_assignments"]],
        entries=[decode_entry(each) for each in value["custom_field_entries"]],
        timestamps=decode_timestamps(value.get("incident_timestamp_values")),
        metrics=decode_metrics(value.get("duration_metrics")),
        lists=lists,
        rest={name: value[name] for name in REST if name in value},
    )


def decode_status(value: Json) -> Status:
    return Status(
        id=value["id"],
        name=value["name"],
        description=value["description"],
        category=value["category"],
        rank=int(value["rank"]),
        created_at=read_time(value["created_at"]),
        updated_at=read_time(value["updated_at"]),
    )


def decode_severity(value: Json) -> dict[str, Json]:
    severity = {name: value[name] for name in ("id", "name", "description", "rank")}
    severity["created_at"] = read_time(value["created_at"])
    severity["updated_at"] = read_time(value["updated_at"])
    return severity


def decode_assignment(value: Json) -> dict[str, Json]:
    role = dict(value["role"])
    role["created_at"] = read_time(role["created_at"])
    role["updated_at"] = read_time(role["updated_at"])
    assignment = {"role": role}
    if "assignee" in value:
        assignment["assignee"] = dict(value["assignee"])
    return assignment


def decode_entry(value: Json) -> dict[str, Json]:
    field = dict(value["custom_field"])
    field["options"] = [dict(option) for option in field["options"]]
    values = []
    for each in value["values"]:
        decoded = dict(each)
        if "value_option" in each:
            decoded["value_option"] = dict(each["value_option"])
        if "value_catalog_entry" in each:
            decoded["value_catalog_entry"] = dict(each["value_catalog_entry"])
        values.append(decoded)
    return {"custom_field": field, "values": values}


def decode_timestamps(values: Json) -> list[dict[str, Json]] | None:
    if values is None:
        return None
    decoded = []
    for value in values:
        each = {"incident_timestamp": dict(value["incident_timestamp"])}
        if "value" in value:
            moment = value["value"].get("value")
            each["value"] = {} if moment is None else {"value": read_time(moment)}
        decoded.append(each)
    return decoded


def decode_metrics(values: Json) -> list[dict[str, Json]] | None:
    if values is None:
        return None
    return [
        {"duration_metric": dict(value["duration_metric"]), "status": value["status"]}
        | ({"value_seconds": int(value["value_seconds"])} if "value_seconds" in value else {})
        for value in values
    ]


def encode(incident: Incident) -> Json:
    value = dict(incident.known)
    value["incident_status"] = plain(vars(incident.status))
    if incident.severity is not None:
        value["severity"] = plain(incident.severity)
    value |= {name: write_time(moment) for name, moment in incident.times.items()}
    value["incident_role_assignments"] = plain(incident.assignments)
    value["custom_field_entries"] = plain(incident.entries)
    if incident.timestamps is not None:
        value["incident_timestamp_values"] = plain(incident.timestamps)
    if incident.metrics is not None:
        value["duration_metrics"] = plain(incident.metrics)
    value |= incident.lists
    value |= incident.rest
    return value


def plain(value: Json) -> Json:
    if isinstance(value, datetime):
        return write_time(value)
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [plain(each) for each in value]
    return value


NOW = datetime.now(UTC)
