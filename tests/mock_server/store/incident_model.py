"""What a double should hold and show, in the plainest Python: lists, dicts, and a look at everything each time.

It shares no code with the double. Where nobody knows what the real API does, it does what docs/assumptions.md says.
What only the double can know (new ids, invented names, Slack's names) is adopted from its answers.
"""

import copy
import re
from collections.abc import Mapping
from typing import Any

from .parts_model import Moment, PartsModel, moment, stamped_by
from .settings_model import Refused, Row, refuse_if

EMBEDDED = {
    "severity": "severities",
    "incident_status": "incident_statuses",
    "incident_type": "incident_types",
}


class IncidentModel(PartsModel):
    """An organisation: its settings, its incidents and their updates, oldest first."""

    def __init__(self, collections: Mapping[str, list[Mapping[str, Any]]], slack_team_id: str) -> None:
        super().__init__(collections)
        self.slack_team_id = slack_team_id
        self.incidents: list[Row] = sorted((_copy(row) for row in collections["incidents"]), key=_age)
        self.updates: list[Row] = sorted((_copy(row) for row in collections["incident_updates"]), key=_age)
        self.last_number = max((number_of(row) for row in self.incidents), default=0)

    def view(self, incident: Row) -> Row:
        """The incident as it has to be shown now."""
        shown = _copy(incident)
        for name, kind in EMBEDDED.items():
            if name in shown:
                embedded: Row = shown[name]
                shown[name] = dict(self.settings[kind].get(embedded["id"], embedded))
        shown.get("incident_type", {}).pop("owning_team_ids", None)
        for assignment in shown["incident_role_assignments"]:
            role = self.settings["incident_roles"].get(assignment["role"]["id"])
            assignment["role"] = {**role, "required": False} if role else assignment["role"]
        for entry in shown["custom_field_entries"]:
            entry["custom_field"] = self.field_view(entry["custom_field"])
            for value in entry["values"]:
                if "value_option" in value:
                    option = value["value_option"]
                    value["value_option"] = self.settings["custom_field_options"].get(option["id"], option)
        return shown

    def update_view(self, update: Row) -> Row:
        """The update as it has to be shown now."""
        shown = dict(update)
        for name, kind in (("new_incident_status", "incident_statuses"), ("new_severity", "severities")):
            if name in shown:
                shown[name] = self.settings[kind].get(shown[name]["id"], shown[name])
        return shown

    def find(self, id_or_number: str) -> Row:
        for row in self.incidents:
            if id_or_number in (row["id"], str(number_of(row))):
                return row
        raise Refused(404)

    def declare(self, body: Row, now: str) -> Row:
        """The new incident, without what only the double can know; not yet among the incidents."""
        mode = body.get("mode", "standard")
        options = body.get("retrospective_incident_options", {}) if mode == "retrospective" else {}
        status = self._first_status(body, mode)
        row: Row = {
            "mode": mode,
            "visibility": body["visibility"],
            **dict.fromkeys(("created_at", "updated_at", "last_activity_at"), now),
            "incident_type": self._type(body),
            "incident_status": status,
            **self._empty_lists(),
            "has_debrief": False,
            "slack_team_id": body.get("slack_team_id") or self.slack_team_id,
            **self._channel(body, mode, options, now),
        }
        if "severity_id" in body:
            row["severity"] = self.referenced("severities", body["severity_id"])
        refuse_if(status["category"] == "live" and "severity" not in row)
        if body.get("name", "").strip():
            row["name"] = body["name"].strip()
        if body.get("summary"):
            row["summary"] = body["summary"]
        if "postmortem_document_url" in options:
            row["postmortem_document_url"] = options["postmortem_document_url"]
        self.stamp(row, ["Reported at"], now)
        self.apply_lists(row, body, creating=True)
        self.stamp(row, stamped_by(status, None), now)
        row["duration_metrics"] = self.durations(row)
        row["reference"] = f"INC-{self._number(options)}"
        return row

    def _empty_lists(self) -> dict[str, list[Any]]:
        timestamps = sorted(self.all("incident_timestamps"), key=lambda each: int(each["rank"]))
        return {
            "incident_role_assignments": [
                {"role": role} for role in self.all("incident_roles") if role["role_type"] != "custom"
            ],
            "custom_field_entries": [
                {"custom_field": field, "values": []} for field in self.all("custom_fields")
            ],
            "incident_timestamp_values": [{"incident_timestamp": each} for each in timestamps],
            "debriefs": [],
            "postmortem_document_ids": [],
            "team_ids": [],
        }

    def _channel(self, body: Row, mode: str, options: Row, now: str) -> Row:
        """What is known of the channel; the rest of it is Slack's, or hangs on an invented name."""
        if mode == "retrospective" and not options.get("slack_channel_id"):
            return {"slack_channel_id": ""}
        channel = {"slack_channel_id": options["slack_channel_id"]} if mode == "retrospective" else {}
        given = slug(body.get("slack_channel_name_override", ""))
        if given or body.get("name", "").strip():
            made_up = f"inc-{now[:10]}-{slug(body.get('name', ''))}".rstrip("-")
            channel["slack_channel_name"] = given or made_up
        return channel

    def _type(self, body: Row) -> Row:
        if "incident_type_id" not in body:
            return next(row for row in self.all("incident_types") if row["is_default"])
        row = self.referenced("incident_types", body["incident_type_id"])
        refuse_if(row["private_incidents_only"] and body["visibility"] != "private")
        return row

    def _first_status(self, body: Row, mode: str) -> Row:
        if "incident_status_id" in body:
            row = self.referenced("incident_statuses", body["incident_status_id"])
            refuse_if(row["category"] == "merged")
            return row
        category = "closed" if mode == "retrospective" else "triage"
        fitting = [row for row in self.all("incident_statuses") if row["category"] == category]
        return sorted(fitting, key=lambda row: int(row["rank"]))[0]

    def _number(self, options: Row) -> int:
        taken = [number_of(row) for row in self.incidents]
        if "external_id" in options:
            chosen: int = options["external_id"]
            refuse_if(chosen < 1 or chosen in taken)
            return chosen
        self.last_number += 1
        while self.last_number in taken:
            self.last_number += 1
        return self.last_number

    def add(self, row: Row) -> None:
        """The incident is there now."""
        self.incidents.append(row)
        self.incidents.sort(key=_age)

    def edit(self, row: Row, body: Row, now: str) -> bool:
        """Change the incident; whether it needs an update."""
        after = _copy(row)
        if "name" in body:
            refuse_if(not body["name"].strip())
            after["name"] = body["name"]
        for name in ("summary", "call_url"):
            if name in body:
                after[name] = body[name]
            if body.get(name) == "":
                del after[name]
        if slug(body.get("slack_channel_name_override", "")):
            after["slack_channel_name"] = slug(body["slack_channel_name_override"])
        self.apply_lists(after, body, creating=False)
        self._move(after, body.get("incident_status_id"), body.get("severity_id"), now)
        self._measure(row, after)
        if self.view(after) != self.view(row):
            after["updated_at"] = after["last_activity_at"] = now
        reported = any(after.get(name, {}).get("id") != row.get(name, {}).get("id") for name in EMBEDDED)
        row.clear()
        row.update(after)
        return reported

    def add_update(self, body: Row, now: str) -> Row:
        """The incident that an update is posted to, moved as the update says."""
        refuse_if(not any(body.get(name) for name in ("message", "to_incident_status_id", "to_severity_id")))
        row = self.find(body["incident_id"])
        after = _copy(row)
        self._move(after, body.get("to_incident_status_id") or None, body.get("to_severity_id") or None, now)
        self._measure(row, after)
        row.clear()
        row.update(after, updated_at=now, last_activity_at=now)
        return row

    def _move(self, row: Row, status_id: str | None, severity_id: str | None, now: str) -> None:
        previous = self.view(row)["incident_status"]
        if severity_id is not None:
            row["severity"] = self.referenced("severities", severity_id)
        if status_id is None:
            return
        status = self.referenced("incident_statuses", status_id)
        moves = status_id != previous["id"]
        refuse_if(moves and "merged" in (status["category"], previous["category"]))
        refuse_if(status["category"] == "live" and "severity" not in row)
        row["incident_status"] = status
        if moves:
            self.stamp(row, stamped_by(status, previous), now)

    def _measure(self, before: Row, after: Row) -> None:
        name = "incident_timestamp_values"
        if after.get(name) != before.get(name):
            after["duration_metrics"] = self.durations(after)

    def record(self, row: Row, update_id: str, now: str, message: str = "") -> None:
        """Add an update of this id, which has the incident as it is now."""
        shown = self.view(row)
        update = {
            "id": update_id,
            "incident_id": row["id"],
            "created_at": now,
            "new_incident_status": shown["incident_status"],
        }
        if "severity" in shown:
            update["new_severity"] = shown["severity"]
        if message:
            update["message"] = message
        self.updates.append(update)

    def add_field(self, field: Row) -> None:
        """A new custom field, which every incident lists from now on."""
        self.settings["custom_fields"][field["id"]] = field
        for row in self.incidents:
            row["custom_field_entries"].append({"custom_field": field, "values": []})

    def remove(self, kind: str, id_: str) -> None:
        """A setting is gone, unless an incident holds it."""
        self.check_removable(kind, self.existing(kind, id_))
        refuse_if(any(holds(incident, kind, id_) for incident in self.incidents))
        del self.settings[kind][id_]
        if kind == "custom_fields":
            for option in self.all("custom_field_options"):
                if option["custom_field_id"] == id_:
                    del self.settings["custom_field_options"][option["id"]]
            for incident in self.incidents:
                entries = incident["custom_field_entries"]
                entries[:] = [each for each in entries if each["custom_field"]["id"] != id_]


def holds(incident: Row, kind: str, id_: str) -> bool:
    """Whether the incident has the severity, status, role, custom field or option."""
    if kind in ("severities", "incident_statuses"):
        return bool(
            incident.get("severity" if kind == "severities" else "incident_status", {}).get("id") == id_
        )
    if kind == "incident_roles":
        assigned = [
            each["role"]["id"] for each in incident["incident_role_assignments"] if "assignee" in each
        ]
        return id_ in assigned
    entries = incident["custom_field_entries"]
    if kind == "custom_fields":
        return any(each["custom_field"]["id"] == id_ and each["values"] for each in entries)
    values = [value for each in entries for value in each["values"]]
    return any(value.get("value_option", {}).get("id") == id_ for value in values)


def number_of(row: Row) -> int:
    return int(row["reference"].removeprefix("INC-"))


def slug(text: str) -> str:
    return "-".join(re.findall("[a-z0-9]+", text.lower()))


def _age(row: Row) -> Moment:
    return moment(row["created_at"])


def _copy(row: Mapping[str, Any]) -> Row:
    return copy.deepcopy(dict(row))
