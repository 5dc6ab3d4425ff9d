"""What nobody outside the vendor knows, and what the double does about it.

Each entry is a choice where BEHAVIOUR.md has a U, or where two of its sources disagree. The code asks here, so
a choice is changed in one place; `ASSUMPTIONS` is what the documentation prints.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Assumption:
    """One open question, what the double answers, and why."""

    name: str
    question: str
    choice: str
    reason: str


MALFORMED_JSON_STATUS = 400
WRONG_TYPE_STATUS = 422
BODY_LIMIT = 1024 * 1024
HIDDEN_BY_DEFAULT_CATEGORIES = ("declined", "canceled", "merged")
DEFAULT_MODES = ("standard", "retrospective")
CATEGORY_ALIASES: Mapping[str, str] = {"active": "live", "post-incident": "learning"}
CATEGORIES_CLOSED_TO_THE_API = ("merged",)
CATEGORIES_NEEDING_SEVERITY = ("live",)
PAGE_SIZE_CAP = 250
NULL_UNASSIGNS = ("assignee_id", "assignee_team_id")

SCOPES_OF_ROLES: Mapping[str, tuple[str, ...]] = {
    "viewer": ("*.view",),
    "incident_creator": ("incidents.create",),
    "incident_editor": (
        "incidents.view",
        "incidents.update_*",
        "incidents.connect_external_issue",
        "incident_calls.*",
        "incident_updates.*",
        "actions.*",
        "follow_ups.*",
        "attachments.*",
        "timeline_items.*",
        "incident_alerts.*",
        "alerts.attach_to_incident",
    ),
    "manage_settings": (
        "organisation_settings.*",
        "incident_lifecycles.*",
        "incident_forms.*",
        "incident_template.*",
        "incident_templates.*",
        "announcement_*",
        "policies.*",
        "maintenance_window*.*",
    ),
    "glossary_entries_manage": ("glossary_entries.*",),
    "catalog_viewer": ("catalog_*.view",),
    "catalog_editor": ("catalog_*",),
    "incident_memberships_editor": ("incident_memberships.*", "incident_team_memberships.*"),
    "schedules_reader": ("schedules.view",),
    "schedules_editor": ("schedules.*", "schedule_*"),
    "schedule_overrides_editor": ("schedules.view", "schedule_overrides.*"),
    "workflows_viewer": ("workflows.view",),
    "workflows_editor": ("workflows.*",),
    "on_call_viewer": ("escalation*.view", "alert*.view", "call_routes.view", "schedules.view"),
    "on_call_editor": ("escalation*", "alert*", "call_routes.*", "incident_alerts.*", "heartbeats.*"),
    "escalation_creator": ("escalations.create",),
    "security_settings_editor": ("security_settings.*",),
    "status_page_viewer": ("status_pages.view",),
    "status_page_publisher": ("status_pages.*",),
    "postmortems_manage": ("*postmortems.*",),
    "api_keys_manage": ("api_keys.*",),
    "notification_methods_manage": (
        "notification_methods.*",
        "notification_rules.*",
        "notification_pauses.*",
    ),
    "incident_workload_viewer": ("incident_workloads.view",),
    "incident_workload_private_viewer": ("incident_workloads.view_private",),
    "secrets_manage": ("secrets.*",),
    "secrets_use": ("secrets.view_metadata",),
    "call_transcripts_viewer": ("call_transcripts.view",),
    "telemetry_data_source_update": ("telemetry_data_source.update",),
    "policies_viewer": ("policies.view",),
    "policy_findings_manage": ("policy_findings.*",),
    "pay_reports_viewer": ("schedule_reports.view",),
    "pay_reports_editor": ("schedule_reports.*",),
    "pay_configs_viewer": ("schedule_pay_configs.view",),
    "pay_configs_editor": ("schedule_pay_configs.*",),
}
"""Scopes by role, as patterns. The vendor names both, but nowhere which role carries which scope."""
