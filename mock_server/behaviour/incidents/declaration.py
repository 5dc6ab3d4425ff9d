"""Declaring an incident: from an `IncidentsCreatePayloadV2` to the changes that bring it about.

See behaviour.md#creating-an-incident.
"""

from collections.abc import Mapping
from typing import Any

from ....fixtures.domain.identifiers import slack_id
from ....fixtures.domain.names import channel_name, dashboard, slug, two_word_name
from ...assumptions import CATEGORIES_CLOSED_TO_THE_API
from ...request.call import Call
from ...request.problem import invalid
from ...store.store import Change, Row, Store
from ..idempotency import remembered
from ..lookups import referenced
from .moves import actor_of, check_severity, measured, moved, stamped, update_row
from .payload import (
    custom_field_entries,
    new_custom_field_entries,
    new_role_assignments,
    new_timestamp_values,
    role_assignments,
    timestamp_values,
)

_COUNTER = "incident_number"


def declaration(store: Store, call: Call, body: Mapping[str, Any]) -> tuple[str, list[Change]]:
    """Give the id of the new incident, and the changes that make it. Raises the 422 Problem."""
    now = store.clock.timestamp()
    mode = body.get("mode", "standard")
    options = body.get("retrospective_incident_options", {}) if mode == "retrospective" else {}
    incident_type = _type(store, body)
    status = _status(store, body, mode)
    severity = None
    if "severity_id" in body:
        severity = referenced(store, "severities", body["severity_id"], "severity_id")
    check_severity(status, severity)
    parts = _parts(store, body, now)
    number, last = _number(store, options)
    id_ = store.new_id()
    name = body.get("name", "").strip() or two_word_name(store.random)
    row: dict[str, Any] = {
        "id": id_,
        "reference": f"INC-{number}",
        "name": name,
        "mode": mode,
        "visibility": body["visibility"],
        "created_at": now,
        "updated_at": now,
        "last_activity_at": now,
        "creator": actor_of(call),
        "incident_type": incident_type,
        **parts,
        "debriefs": [],
        "has_debrief": False,
        "postmortem_document_ids": [],
        "team_ids": [],
        "permalink": dashboard(store.slug, "incidents", id_),
        **_channel(store, body, mode, options, name),
    }
    if body.get("summary"):
        row["summary"] = body["summary"]
    if "postmortem_document_url" in options:
        row["postmortem_document_url"] = options["postmortem_document_url"]
    incident = measured(store, moved(row, status, severity, now))
    first = update_row(store, call, incident, now)
    changes = [
        Change("incidents", id_, incident),
        Change("incident_updates", first["id"], first),
        remembered(call, id_),
        Change("counters", _COUNTER, {"id": _COUNTER, "value": last}),
    ]
    return id_, changes


def _type(store: Store, body: Mapping[str, Any]) -> Row:
    if "incident_type_id" not in body:
        return next(row for row in store.all("incident_types") if row["is_default"])
    row = referenced(store, "incident_types", body["incident_type_id"], "incident_type_id")
    if row["private_incidents_only"] and body["visibility"] == "public":
        raise invalid("visibility", f"incidents of the type {row['name']} can only be private")
    return row


def _status(store: Store, body: Mapping[str, Any], mode: str) -> Row:
    if "incident_status_id" in body:
        row = referenced(store, "incident_statuses", body["incident_status_id"], "incident_status_id")
        if row["category"] in CATEGORIES_CLOSED_TO_THE_API:
            raise invalid("incident_status_id", f"an incident can't be created as {row['category']}")
        return row
    category = "closed" if mode == "retrospective" else "triage"
    rows = [row for row in store.all("incident_statuses") if row["category"] == category]
    return min(rows, key=lambda row: row["rank"])


def _parts(store: Store, body: Mapping[str, Any], now: str) -> dict[str, list[Row]]:
    given = {key: body.get(key, []) for key in ("incident_role_assignments", "custom_field_entries")}
    times = stamped(new_timestamp_values(store), ("Reported at",), now)
    return {
        "incident_role_assignments": role_assignments(
            store,
            new_role_assignments(store),
            given["incident_role_assignments"],
            "incident_role_assignments",
            creating=True,
        ),
        "custom_field_entries": custom_field_entries(
            store, new_custom_field_entries(store), given["custom_field_entries"], "custom_field_entries"
        ),
        "incident_timestamp_values": timestamp_values(
            store, times, body.get("incident_timestamp_values", []), "incident_timestamp_values"
        ),
    }


def _number(store: Store, options: Mapping[str, Any]) -> tuple[int, int]:
    """The number of the new incident, and the last one that was counted: a chosen number isn't."""
    counter = store.get("counters", _COUNTER)
    last: int = store.incidents.highest_number() if counter is None else counter["value"]
    if "external_id" in options:
        return _chosen_number(store, options["external_id"]), last
    last += 1
    while store.incidents.has_number(last):
        last += 1
    return last, last


def _chosen_number(store: Store, number: int) -> int:
    field = "retrospective_incident_options.external_id"
    if number < 1:
        raise invalid(field, "external_id must be at least 1")
    if store.incidents.has_number(number):
        raise invalid(field, f"there is an incident with the number {number} already")
    return number


def _channel(
    store: Store, body: Mapping[str, Any], mode: str, options: Mapping[str, Any], name: str
) -> dict[str, Any]:
    team = body.get("slack_team_id") or store.slack_team_id
    channel_id = (
        options.get("slack_channel_id", "") if mode == "retrospective" else slack_id("C", store.random)
    )
    if not channel_id:
        return {"slack_team_id": team, "slack_channel_id": ""}
    override = slug(body.get("slack_channel_name_override", ""))
    return {
        "slack_team_id": team,
        "slack_channel_id": channel_id,
        "slack_channel_name": override or channel_name(store.clock.now(), name),
        "slack_channel_url": channel_url(team, channel_id),
    }


def just_declared(incident: Row) -> dict[str, Any]:
    """Give the incident as the answer to its declaration has it: the channel is made later.

    See behaviour.md#channel-made-later.
    """
    answer = {**incident, "slack_channel_id": ""}
    answer.pop("slack_channel_url", None)
    return answer


def channel_url(team: str, channel_id: str) -> str:
    """Give the address at which a browser finds a Slack channel."""
    return f"https://app.slack.com/client/{team}/{channel_id}"
