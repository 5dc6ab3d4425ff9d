"""What requests make of an incident's roles, custom fields, timestamps and durations: see incident_model."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from .settings_model import SELECTS, Refused, Row, SettingsModel, refuse_if

STAMPED_BY_CATEGORY = {
    "live": ["Accepted at"],
    "learning": ["Resolved at"],
    "closed": ["Resolved at", "Closed at"],
    "declined": ["Declined at"],
    "canceled": ["Canceled at"],
}
STAMPED_BY_ENTERING = {("live", "Fixing"): ["Identified at"], ("live", "Monitoring"): ["Fixed at"]}
STAMPED_BY_LEAVING = {
    ("learning", "Documenting"): ["Documented at"],
    ("learning", "Reviewing"): ["Reviewed at"],
}
DURATIONS = {
    "Time to accept": ("Reported at", "Accepted at"),
    "Time to identify": ("Impact started at", "Identified at"),
    "Time to fix": ("Impact started at", "Fixed at"),
    "Time to resolve": ("Reported at", "Resolved at"),
    "Time in post-incident": ("Resolved at", "Closed at"),
}
_MOMENT = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:[Zz]|([+-])(\d\d):(\d\d))", re.ASCII
)

Moment = tuple[int, str]
"""Seconds, and the digits after the point: ordered as points in time are."""


def moment(text: str) -> Moment:
    """A point in time of RFC 3339."""
    parts = _MOMENT.fullmatch(text)
    assert parts is not None, text
    year, month, day, hour, minute, second = (int(part) for part in parts.groups()[:6])
    days = date(year % 400 + 400, month, day).toordinal() + year // 400 * 146097  # `date` has no year 0
    sign, hours, minutes = parts[8], int(parts[9] or 0), int(parts[10] or 0)
    offset = (hours * 3600 + minutes * 60) * (-1 if sign == "-" else 1)
    return days * 86400 + hour * 3600 + minute * 60 + second - offset, (parts[7] or "")[:9].rstrip("0")


class PartsModel(SettingsModel):
    """The lists of an incident, changed in place."""

    def apply_lists(self, row: Row, body: Row, *, creating: bool) -> None:
        for wanted in body.get("incident_role_assignments", []):
            self._assign(row["incident_role_assignments"], wanted, creating=creating)
        for wanted in body.get("custom_field_entries", []):
            field = self.referenced("custom_fields", wanted["custom_field_id"])
            entry = {"custom_field": field, "values": self._values(field, wanted["values"])}
            _put(row["custom_field_entries"], "custom_field", entry)
        for wanted in body.get("incident_timestamp_values", []):
            entry = {
                "incident_timestamp": self.referenced("incident_timestamps", wanted["incident_timestamp_id"])
            }
            if wanted.get("value") is not None:
                entry["value"] = {"value": wanted["value"]}
            _put(row.setdefault("incident_timestamp_values", []), "incident_timestamp", entry)

    def _assign(self, rows: list[Row], wanted: Row, *, creating: bool) -> None:
        role = self.referenced("incident_roles", wanted["incident_role_id"])
        refuse_if(role["role_type"] == "reporter" and not creating)
        entry: Row = {"role": role}
        if "assignee" in wanted:
            entry["assignee"] = self._user(wanted["assignee"])
        _put(rows, "role", entry)
        if "assignee" not in entry and role["role_type"] == "custom":
            rows.remove(entry)

    def _user(self, reference: Row) -> Row:
        for user in self.all("users"):
            same = [
                name in user and user[name].casefold() == text.casefold() for name, text in reference.items()
            ]
            if same and all(same):
                return {
                    name: user[name]
                    for name in ("id", "name", "email", "role", "slack_user_id")
                    if name in user
                }
        raise Refused(422)

    def _values(self, field: Row, wanted: list[Row]) -> list[Row]:
        refuse_if(field["field_type"] != "multi_select" and len(wanted) > 1)
        values: list[Row] = []
        for given in wanted:
            values += [value for value in self._value(field, given) if value not in values]
        return values

    def _value(self, field: Row, given: Row) -> list[Row]:
        """The value, or none for an empty text."""
        kind = field["field_type"]
        if kind in SELECTS:
            kind = "catalog_entry_id" if "catalog_type_id" in field else "option_id"
        refuse_if(list(given) != [f"value_{kind}"])
        text = given[f"value_{kind}"]
        if kind == "option_id":
            option = self.referenced("custom_field_options", text)
            refuse_if(option["custom_field_id"] != field["id"])
            return [{"value_option": option}]
        if kind == "catalog_entry_id":
            return [{"value_catalog_entry": self._catalog_entry(field, text)}]
        refuse_if(kind == "numeric" and text != "" and not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text))
        return [{f"value_{kind}": text}] if text else []

    def _catalog_entry(self, field: Row, name: str) -> Row:
        """The entry of the field's own type with that id, external id or alias, as incidents embed it."""
        entries = [
            entry
            for entry in self.all("catalog_entries")
            if entry["catalog_type_id"] == field["catalog_type_id"]
        ]
        named = [entry for entry in entries if name == entry["id"]]
        named += [entry for entry in entries if name == entry.get("external_id")]
        named += [entry for entry in entries if name in entry["aliases"]]
        refuse_if(named == [])
        return {key: named[0][key] for key in ("id", "external_id", "name", "aliases") if key in named[0]}

    def stamp(self, row: Row, names: Iterable[str], now: str) -> None:
        """Give the timestamps of these names the present moment, but for those that have one."""
        for each in row.get("incident_timestamp_values", []):
            if each["incident_timestamp"]["name"] in names and "value" not in each.get("value", {}):
                each["value"] = {"value": now}

    def durations(self, row: Row) -> list[Row]:
        at = {
            each["incident_timestamp"]["name"]: moment(each["value"]["value"])
            for each in row["incident_timestamp_values"]
            if "value" in each.get("value", {})
        }
        return [self._duration(metric, at) for metric in self.all("duration_metrics")]

    def _duration(self, metric: Row, at: dict[str, Moment]) -> Row:
        start, end = (at.get(name) for name in DURATIONS[metric["name"]])
        if start is None or end is None:
            return {"duration_metric": metric, "status": "timestamps_missing"}
        if end < start:
            return {"duration_metric": metric, "status": "invalid_timestamps"}
        seconds = end[0] - start[0] - (1 if end[1] < start[1] else 0)
        return {"duration_metric": metric, "status": "success", "value_seconds": seconds}


def stamped_by(status: Row, previous: Row | None) -> list[str]:
    """The names of the timestamps that a move stamps."""
    category = status["category"]
    names = [*STAMPED_BY_CATEGORY.get(category, []), *STAMPED_BY_ENTERING.get((category, status["name"]), [])]
    if previous is not None and category in ("learning", "closed"):
        names += STAMPED_BY_LEAVING.get((previous["category"], previous["name"]), [])
    return names


def _put(rows: list[Row], key: str, entry: dict[str, Any]) -> None:
    """The entry takes the place of those for the same thing, or comes last; the others stay as they are."""
    same = [number for number, each in enumerate(rows) if each[key]["id"] == entry[key]["id"]]
    for number in reversed(same[1:]):
        del rows[number]
    if same:
        rows[same[0]] = entry
    else:
        rows.append(entry)
