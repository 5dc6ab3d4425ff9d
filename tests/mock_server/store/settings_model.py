"""The settings that a double should hold: see incident_model."""

import copy
import re
from collections.abc import Mapping
from typing import Any

Row = dict[str, Any]

INT64_MAX = 2**63 - 1
KINDS = (
    "severities", "incident_statuses", "incident_types", "incident_roles", "incident_timestamps", "custom_fields",
    "custom_field_options", "catalog_entries", "duration_metrics", "users",
)  # fmt: skip
SELECTS = ("single_select", "multi_select")


class Refused(Exception):  # noqa: N818 - what the model expects, not what goes wrong
    """The request has to be answered with this status."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def refuse_if(condition: bool, status: int = 422) -> None:
    if condition:
        raise Refused(status)


class SettingsModel:
    """The settings of an organisation, each kind by id."""

    def __init__(self, collections: Mapping[str, list[Mapping[str, Any]]]) -> None:
        self.settings: dict[str, dict[str, Row]] = {
            name: {row["id"]: copy.deepcopy(dict(row)) for row in collections[name]} for name in KINDS
        }

    def all(self, kind: str) -> list[Row]:
        return list(self.settings[kind].values())

    def referenced(self, kind: str, id_: str) -> Row:
        """The setting that a body refers to."""
        refuse_if(id_ not in self.settings[kind])
        return self.settings[kind][id_]

    def existing(self, kind: str, id_: str) -> Row:
        """The setting that a path names."""
        refuse_if(id_ not in self.settings[kind], 404)
        return self.settings[kind][id_]

    def field_view(self, embedded: Row) -> Row:
        """A custom field as incidents embed it."""
        field = self.settings["custom_fields"].get(embedded["id"])
        if field is None:
            return embedded
        options = [row for row in self.all("custom_field_options") if row["custom_field_id"] == field["id"]]
        return {
            **{name: field[name] for name in ("id", "name", "description", "field_type")},
            "options": sorted(options, key=lambda row: (row["sort_key"], row["id"])),
        }

    def check(self, kind: str, body: Row, before: Row | None = None) -> Row:
        """What a create (or, from `before`, an update) makes of a body; all but id and times."""
        if kind == "custom_field_options":
            return self._check_option(body, before)
        refuse_if(kind != "incident_roles" and not body["name"].strip())
        row = {**(before or {}), **body}
        others = [each for each in self.all(kind) if before is None or each["id"] != before["id"]]
        if kind == "severities":
            highest = max((each["rank"] for each in others), default=-1)
            row.setdefault("rank", min(highest + 1, INT64_MAX))
            refuse_if(row["rank"] in [each["rank"] for each in others])
        elif kind == "incident_statuses":
            refuse_if(row["category"] not in ("live", "learning", "closed"))
            refuse_if(row["name"].casefold() in [each["name"].casefold() for each in others])
            ranks = [each["rank"] for each in others if each["category"] == row["category"]]
            row.setdefault("rank", min(max(ranks, default=0) + 1, INT64_MAX))
            refuse_if(row["rank"] in ranks)
        elif kind == "incident_roles":
            shortform = row["shortform"].casefold()
            refuse_if(shortform != "" and shortform in [each["shortform"].casefold() for each in others])
            row.setdefault("role_type", "custom")
        return row

    def _check_option(self, body: Row, before: Row | None) -> Row:
        if before is None:
            field = self.referenced("custom_fields", body["custom_field_id"])
            refuse_if(field["field_type"] not in SELECTS or "catalog_type_id" in field)
        row = {"sort_key": 1000, **(before or {}), **body}
        refuse_if(
            row["value"].strip() != row["value"]
            or row["value"] == ""
            or bool(re.search("[\t\r\n]", row["value"]))
        )
        siblings = [
            each
            for each in self.all("custom_field_options")
            if each["custom_field_id"] == row["custom_field_id"]
        ]
        refuse_if(any(each["value"] == row["value"] and each["id"] != row.get("id") for each in siblings))
        return row

    def check_removable(self, kind: str, row: Row) -> None:
        """Refuse what the settings alone forbid; incidents forbid more."""
        if kind == "incident_statuses":
            refuse_if(row["category"] not in ("live", "learning", "closed"))
            refuse_if(len([each for each in self.all(kind) if each["category"] == row["category"]]) == 1)
        refuse_if(kind == "incident_roles" and row["role_type"] != "custom")
