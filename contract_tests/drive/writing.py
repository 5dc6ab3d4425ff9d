"""Conversations that write: creating, repeating, editing, deleting."""

from collections.abc import Mapping

from ...openapi import Json
from .talk import Talk, ids

_KEY = "drive:create"
_SETTINGS: Mapping[str, Json] = {
    "Severities V1": {"name": "Drive severity", "description": "Made to be deleted."},
    "Incident Statuses V1": {"name": "Drive status", "description": "Made to go.", "category": "live"},
    "Incident Roles V2": {
        "name": "Drive role",
        "description": "Made to be deleted.",
        "instructions": "None.",
        "shortform": "drive",
    },
    "Custom Fields V2": {
        "name": "Drive field",
        "description": "Made to be deleted.",
        "field_type": "single_select",
    },
}
"""What is made of each kind of settings."""


def create_an_incident(talk: Talk) -> None:
    """Create an incident, again with the same key, and again after an answer that was lost.

    See behaviour.md#idempotency-replay.
    """
    body = {
        "idempotency_key": _KEY,
        "visibility": "public",
        "name": "Checkout is slow",
        "summary": "Every second order takes a minute.",
        "severity_id": ids(talk.dataset.collections["severities"])[1],
    }
    created = _object(talk.call("Incidents V2#Create", body=body))
    talk.call("Incidents V2#Create", body=body)
    if created:
        talk.call("Incidents V2#Show", {"id": created["id"]})
    with talk.fault("Incidents V2#Create", "lost"):
        talk.call("Incidents V2#Create", body={**body, "idempotency_key": f"{_KEY}:lost"})
    talk.call("Incidents V2#Create", body={**body, "idempotency_key": f"{_KEY}:lost"})


def edit_an_incident(talk: Talk) -> None:
    """Change an incident's name, its severity, a role, a custom field and a timestamp.

    See behaviour.md#editing-an-incident.
    """
    rows = talk.dataset.collections
    created = _object(
        talk.call("Incidents V2#Create", body={"idempotency_key": f"{_KEY}:edit", "visibility": "public"})
    )
    if not created:
        return
    option, timestamp = rows["custom_field_options"][0], rows["incident_timestamps"][-1]
    for changes in (
        {"name": "Checkout is slow again", "summary": "Ünïcode, “quotes” & a\nsecond line."},
        {"severity_id": ids(rows["severities"])[2]},
        {
            "incident_role_assignments": [
                {
                    "incident_role_id": ids(rows["incident_roles"])[0],
                    "assignee": {"id": ids(rows["users"])[0]},
                }
            ],
            "custom_field_entries": [
                {"custom_field_id": option["custom_field_id"], "values": [{"value_option_id": option["id"]}]}
            ],
        },
        {
            "incident_timestamp_values": [
                {"incident_timestamp_id": timestamp["id"], "value": "2026-05-01T09:00:00.25Z"}
            ]
        },
        {"custom_field_entries": [{"custom_field_id": option["custom_field_id"], "values": []}]},
    ):
        body = {"incident": changes, "notify_incident_channel": False}
        talk.call("Incidents V2#Edit", {"id": created["id"]}, body=body)
    talk.call("Incidents V2#Show", {"id": created["id"]})


def make_and_delete_settings(talk: Talk) -> None:
    """Create settings (201), change them (200) and delete them (202 or 204; behaviour.md#statuses-of-success)."""
    for resource, body in _SETTINGS.items():
        made = _object(talk.call(f"{resource}#Create", body=body))
        if made:
            change = {name: value for name, value in body.items() if name not in ("category", "field_type")}
            talk.call(f"{resource}#Update", {"id": made["id"]}, body={**change, "description": "Changed."})
            if resource == "Custom Fields V2":
                _make_an_option(talk, made["id"])
            talk.call(f"{resource}#Delete", {"id": made["id"]})


def _make_an_option(talk: Talk, field: str) -> None:
    body = {"custom_field_id": field, "value": "One", "sort_key": 10}
    made = _object(talk.call("Custom Field Options V1#Create", body=body))
    if made:
        path = {"id": made["id"]}
        talk.call("Custom Field Options V1#Update", path, body={"value": "Two", "sort_key": 20})
        talk.call("Custom Field Options V1#Delete", path)


def make_and_delete_parts(talk: Talk) -> None:
    """Give an incident an action, a follow-up, an attachment and an update; delete what can be.

    See behaviour.md#statuses-of-success.
    """
    incident = ids(talk.dataset.collections["incidents"])[0]
    action = _object(
        talk.call("Actions V3#Create", body={"incident_id": incident, "description": "Look at it."})
    )
    if action:
        path = {"id": action["id"]}
        talk.call("Actions V3#Update", path, body={"description": "Look.", "status": "completed"})
        talk.call("Actions V3#Delete", path)
    follow_up = _object(
        talk.call("Follow-ups V3#Create", body={"incident_id": incident, "title": "Mend it."})
    )
    if follow_up:
        path = {"id": follow_up["id"]}
        talk.call("Follow-ups V3#Update", path, body={"title": "Mend it.", "status": "completed"})
        talk.call("Follow-ups V3#Delete", path)
    resource = {"resource_type": "github_pull_request", "external_id": "example/shop/pull/1"}
    attached = _object(
        talk.call("Incident Attachments V1#Create", body={"incident_id": incident, "resource": resource})
    )
    if attached:
        talk.call("Incident Attachments V1#Delete", {"id": attached["id"]})
    update = {"idempotency_key": f"{_KEY}:update", "incident_id": incident, "message": "Looking."}
    talk.call("Incident Updates V2#Create", body=update)


def make_and_delete_a_catalog(talk: Talk) -> None:
    """Create a catalog type with an entry, and an alert attribute, and delete them."""
    made = _object(
        talk.call("Catalog V3#CreateType", body={"name": "Drive type", "description": "Made to be deleted."})
    )
    if made:
        body = {"catalog_type_id": made["id"], "name": "One", "attribute_values": {}}
        entry = _object(talk.call("Catalog V3#CreateEntry", body=body))
        if entry:
            talk.call("Catalog V3#DestroyEntry", {"id": entry["id"]})
        talk.call("Catalog V3#DestroyType", {"id": made["id"]})
    attribute = _object(
        talk.call(
            "Alert Attributes V2#Create", body={"name": "Drive attribute", "type": "String", "array": False}
        )
    )
    if attribute:
        talk.call("Alert Attributes V2#Destroy", {"id": attribute["id"]})


def make_and_delete_a_schedule(talk: Talk) -> None:
    """Create a schedule, have somebody stand in for a day, and delete both."""
    user = {"id": ids(talk.dataset.collections["users"])[0]}
    rotation = {
        "name": "Drive rotation",
        "handover_start_at": "2026-05-04T09:00:00Z",
        "handovers": [{"interval": 1, "interval_type": "weekly"}],
        "layers": [{"id": "drive-layer", "name": "Primary"}],
        "users": [user],
        "id": "drive-rotation",
    }
    schedule = {"name": "Drive schedule", "timezone": "UTC", "config": {"rotations": [rotation]}}
    made = _object(talk.call("Schedules V2#Create", body={"schedule": schedule}))
    if not made:
        return
    override = {
        "schedule_id": made["id"],
        "rotation_id": "drive-rotation",
        "layer_id": "drive-layer",
        "start_at": "2026-05-05T09:00:00Z",
        "end_at": "2026-05-06T09:00:00Z",
        "user": user,
    }
    stands_in = _object(talk.call("Schedules V2#CreateOverride", body=override))
    if stands_in:
        talk.call("Schedules V2#DestroyOverride", {"id": stands_in["id"]})
    talk.call("Schedules V2#Destroy", {"id": made["id"]})


def _object(answer: Json) -> Mapping[str, Json]:
    """What is under the one key of an answer (behaviour.md#one-key-answers); empty where the answer was another one."""
    (found,) = answer.values() if isinstance(answer, dict) and len(answer) == 1 else ({},)
    return found if isinstance(found, dict) and "id" in found else {}
