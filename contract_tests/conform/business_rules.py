"""Fields that an operation may refuse although their value fits the schema, by operationId.

Written as the error envelope names them, without the numbers of list items. `docs/behaviour.md` has
the rules.
"""

import re
from collections.abc import Mapping

_CURSOR = frozenset({"after"})  # it must name a record (behaviour.md#paging-bad-cursor)
_DATES = frozenset(
    {"created_at", "updated_at"}
)  # operators, and dates instead of moments (behaviour.md#filter-dates)
_USED = frozenset({"id"})  # in use, or not to be changed at all (behaviour.md#in-use-delete)

_INCIDENT_LISTS = frozenset(
    {
        "custom_field_entries.custom_field_id",
        "custom_field_entries.values",
        "custom_field_entries.values.value_catalog_entry_id",
        "custom_field_entries.values.value_numeric",
        "custom_field_entries.values.value_option_id",
        "incident_role_assignments.assignee",
        "incident_role_assignments.incident_role_id",
    }
)
_INCIDENT_REFERENCES = frozenset(
    {"incident_status_id", "incident_timestamp_values.incident_timestamp_id", "severity_id"}
)

KINDS = re.compile(r"(.*\.)?(id|\w+_ids?)|after|page_size|version|\w+_at|\w+_window_(start|end)")
"""What any operation may refuse that isn't listed below: ids that name nothing or are in use, cursors,
versions, windows of time.

A required parameter that is empty counts as one that is missing.
"""

# The name, the names and types of attributes, and the version that a change was made to.
_CATALOG_TYPE = frozenset({"id", "name", "owning_team_ids", "type_name"})
_CATALOG_SCHEMA = frozenset(
    {
        "attributes.attribute_id",
        "attributes.name",
        "attributes.path.attribute_id",
        "attributes.type",
        "id",
        "version",
    }
)

_FOLLOW_UP = frozenset(
    {"assignee_id", "assignee_team_id", "follow_up_category_id", "follow_up_priority_option_id", "title"}
)
_CATALOG_ENTRY = frozenset({"attribute_values", "catalog_type_id", "external_id", "id", "name"})

BUSINESS_RULES: Mapping[str, frozenset[str]] = {
    "Alert Attributes V2#Create": frozenset({"name", "type"}),
    "Alert Attributes V2#Update": frozenset({"id", "name", "type"}),
    **{f"Catalog {version}#CreateType": _CATALOG_TYPE for version in ("V2", "V3")},
    **{f"Catalog {version}#UpdateType": _CATALOG_TYPE for version in ("V2", "V3")},
    **{f"Catalog {version}#CreateEntry": _CATALOG_ENTRY for version in ("V2", "V3")},
    **{f"Catalog {version}#UpdateEntry": _CATALOG_ENTRY for version in ("V2", "V3")},
    "Catalog V3#BulkUpdateEntries": frozenset(
        {"catalog_type_id", "entries", *(f"entries.{name}" for name in _CATALOG_ENTRY | {"entry_id"})}
    ),
    **{f"Catalog {version}#UpdateTypeSchema": _CATALOG_SCHEMA for version in ("V2", "V3")},
    "Actions V3#List": _CURSOR | _DATES,
    **{
        f"Actions {version}#Create": frozenset({"assignee_id", "description", "incident_id"})
        for version in ("V2", "V3")
    },
    **{
        f"Actions {version}#Update": frozenset({"assignee_id", "description", "status"})
        for version in ("V2", "V3")
    },
    "Custom Field Options V1#List": _CURSOR | {"custom_field_id"},
    "Custom Field Options V1#Create": frozenset({"custom_field_id", "value"}),
    "Custom Field Options V1#Update": frozenset({"value"}),
    "Custom Field Options V1#Delete": _USED,
    **{
        f"Custom Fields {version}#{verb}": blamed
        for version in ("V1", "V2")
        for verb, blamed in {
            "Create": frozenset({"catalog_type_id", "name"}),
            "Update": frozenset({"name"}),
            "Delete": _USED,
        }.items()
    },
    "Follow-ups V3#List": _CURSOR | _DATES,
    **{f"Follow-ups {version}#Create": _FOLLOW_UP | {"incident_id"} for version in ("V2", "V3")},
    **{f"Follow-ups {version}#Update": _FOLLOW_UP | {"status"} for version in ("V2", "V3")},
    "Incident Attachments V1#List": frozenset({"incident_id"}),
    "Incident Attachments V1#Create": frozenset({"resource", "resource.url"}),
    **{
        f"Incident Roles {version}#{verb}": blamed
        for version in ("V1", "V2")
        for verb, blamed in {
            "Create": frozenset({"shortform"}),
            "Update": frozenset({"shortform"}),
            "Delete": _USED,
        }.items()
    },
    "Incident Statuses V1#Create": frozenset({"name", "rank"}),
    "Incident Statuses V1#Update": _USED | {"name", "rank"},
    "Incident Statuses V1#Delete": _USED,
    "Incident Updates V2#List": _CURSOR,
    "Incident Updates V2#Create": frozenset(
        {"message", "severity_id", "to_incident_status_id", "to_severity_id"}
    ),
    "Incidents V1#List": _CURSOR | {"status"},
    "Incidents V1#Create": _INCIDENT_LISTS | {"incident_type_id", "severity_id", "status", "visibility"},
    "Incidents V2#List": _CURSOR
    | _DATES
    | {"custom_field", "incident_role", "incident_type", "mode", "severity", "status", "status_category"},
    "Incidents V2#Create": _INCIDENT_LISTS
    | _INCIDENT_REFERENCES
    | {"incident_type_id", "retrospective_incident_options.external_id", "visibility"},
    "Incidents V2#Edit": frozenset(
        {"severity_id", *(f"incident.{name}" for name in _INCIDENT_LISTS | _INCIDENT_REFERENCES | {"name"})}
    ),
    **{
        f"Schedules V2#{verb}": frozenset(
            {
                "schedule.config.rotations.users",
                "schedule.config.rotations.users.id",
                "schedule.name",
                "schedule.owning_team_ids",
                "schedule.team_ids",
                "entry_window_end",
                "entry_window_start",
            }
        )
        for verb in ("Create", "Update", "PreviewScheduleEntries")
    },
    "Severities V1#Create": frozenset({"name", "rank"}),
    "Severities V1#Update": frozenset({"name", "rank"}),
    "Severities V1#Delete": _USED,
    "Teams V3#List": _CURSOR,
    "Users V2#List": _CURSOR,
    # A flag that says otherwise than the scope.
    **{
        f"Workflows V2#{verb}Workflow": frozenset({"include_private_incidents"})
        for verb in ("Create", "Update")
    },
}
