"""What nobody outside the vendor knows, and what the double does about it.

Each entry of `ASSUMPTIONS` is a choice where `docs/behaviour.md` has a fact as unknown, or where its sources disagree;
`docs/assumptions.md` is made from it. Where a choice is a value, the code takes it from here.
"""

from collections.abc import Mapping
from typing import NamedTuple

MALFORMED_JSON_STATUS = 400
WRONG_TYPE_STATUS = 422
BODY_LIMIT = 1024 * 1024
"""Bytes."""
PAGE_SIZE_CAP = 250
HIGHEST_RANK = 2**63 - 1
"""An int64; what comes without a rank when this one is taken is refused, as a rank that isn't unique."""
HIDDEN_BY_DEFAULT_CATEGORIES = ("declined", "canceled", "merged")
DEFAULT_MODES = ("standard", "retrospective")
CATEGORY_ALIASES: Mapping[str, str] = {"active": "live", "post-incident": "learning"}
CATEGORIES_CLOSED_TO_THE_API = ("merged",)
CATEGORIES_NEEDING_SEVERITY = ("live",)
STALE_VERSION_STATUS = 412
MERGE_STRATEGY = "first_wins"
CATALOG_COLOR = "yellow"
CATALOG_ICON = "box"
WEBHOOK_DELAYS = (5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 10 * 3600)
"""Seconds between a failed attempt to deliver an event and the next one."""
WEBHOOK_FAILING_DAYS = 5


class Assumption(NamedTuple):
    """One open question, the double's answer, and why."""

    question: str
    choice: str
    reason: str


ASSUMPTIONS: Mapping[str, Assumption] = {
    "malformed-json": Assumption(
        "Is a body that isn't JSON a 400 or a 422?",
        "400 `invalid_request_error`, code `invalid_json`.",
        "The framework's decoding error comes before validation, and 400 is its default.",
    ),
    "wrong-type": Assumption(
        "And JSON of the wrong type?",
        "422 `validation_error`, code `invalid_value`.",
        "The vendor says of 422 that the data provided was invalid, and of 400 that a header or resource is missing.",
    ),
    "null": Assumption(
        "What does `null` mean in a body?",
        "The same as absence, except for `assignee_id` and `assignee_team_id` of actions and follow-ups: it takes "
        "those away.",
        "Plain Go pointers can't distinguish the two; for these two the vendor's text says so.",
    ),
    "stale-version": Assumption(
        "How is an update refused that names another version than the one it makes?",
        "412 `precondition_failed`: what has a version takes the next one with each update.",
        "The vendor's text says that such an update is rejected, but not how; catalog types' schemas do the same.",
    ),
    "unknown-id": Assumption(
        "What of an id in a body that names nothing?",
        "422 `invalid_value` on the field, wherever a collection is known whose ids it holds. An `id` beside a `type` "
        "that isn't a ULID is taken for a name in another system.",
        "Seen live for statuses; the vendor's own examples have names in place of the ids of targets.",
    ),
    "required-but-not-sent": Assumption(
        "What does a property hold that must be shown and wasn't sent?",
        "The document's default, or the emptiest value that fits: `[]`, `{}`, `false`, the next rank, the first value "
        "of an enum; a text that only the answer has is made up, the same at every read.",
        "Terraform finds anything else inconsistent with what it applied.",
    ),
    "referred-to": Assumption(
        "What of deleting something that something else refers to?",
        "422 `in_use`, unless what refers to it can't be without it: that goes with it.",
        "The code is seen for components of status pages; a catalog type is known to take its entries along.",
    ),
    "empty-string": Assumption(
        "Does an empty string clear a property in an edit?",
        "It clears `summary`, `call_url` and single custom field values; a blank `name` is a 422 `is_required`.",
        "An incident must have a name; the others are optional.",
    ),
    "merge-strategy": Assumption(
        "How are an alert attribute's values merged where a source doesn't say?",
        "`first_wins`, which the answer shows.",
        "The vendor's provider plans on a strategy in every answer; this is the first one that the document names.",
    ),
    "escalation-path-owners": Assumption(
        "When must an escalation path say which teams it belongs to?",
        "In an account with a catalog type for teams, an update can't leave out owners that were sent before: 422.",
        "The vendor's provider expects that refusal of an account with team settings; a path that never had owners "
        "stays as it is, so that clients without teams keep working.",
    ),
    "catalog-looks": Assumption(
        "What does a catalog type look like whose color and icon were left out?",
        "Color `yellow`, icon `box`.",
        "The answer must have both; yellow is the first color that the vendor names.",
    ),
    "catalog-entry-omitted": Assumption(
        "What does an update of a catalog entry do to aliases, external id and rank that it leaves out?",
        "They stay as they were; in a bulk update a rank that is left out becomes 0.",
        "The vendor's text says so of bulk updates, and its Terraform provider leaves them out to clear attributes "
        "of entries that others own.",
    ),
    "body-limit": Assumption(
        "How large may a body be?",
        "1 MiB; more is a 413 `payload_too_large`.",
        "The status is documented, the limit isn't; no real payload comes near.",
    ),
    "page-size": Assumption(
        "What of a `page_size` that is 0, negative, not a number or over 500?",
        "422. From 251 to 500 it is cut down to 250 and said so in `Incident-Double-Note`.",
        "The schema has the limits 1 and 500; the cut was seen live.",
    ),
    "cursor": Assumption(
        "What of an `after` that names nothing?",
        "422 `invalid_value` on `after`. A record that exists but doesn't match the filters is a place to go on from.",
        "A client that sends one has a bug that an empty page would hide.",
    ),
    "unknown-operator": Assumption(
        "What of an operator that a filter doesn't have?",
        "422 that lists the operators.",
        "The name of the filter was understood, so it isn't the wrong syntax that the API ignores.",
    ),
    "unknown-id-in-filter": Assumption(
        "What of an id in a filter that nothing has?",
        "It matches nothing, and is named in `Incident-Double-Note`. For `severity[gte]` and `[lte]` too.",
        "A filter by a deleted setting should not become an error.",
    ),
    "not-in": Assumption(
        "Does `not_in` keep incidents that have no value at all?",
        "Yes.",
        "The vendor's text says 'not set to'; an unset one is not set to it.",
    ),
    "is-set": Assumption(
        "What does `is_set=true` mean?",
        "What its name says; `is_blank` is the opposite. `Incident-Double-Note` warns.",
        "The vendor's example was renamed from `is_blank` without inverting it.",
    ),
    "category-alias": Assumption(
        "Are the dashboard's names of categories accepted?",
        "`active` is `live` and `post-incident` is `learning`, in the `status_category` filter.",
        "The vendor's own plugin and parameter example send `active`.",
    ),
    "default-categories": Assumption(
        "When are declined, canceled and merged incidents left out?",
        "Unless `status_category` is given, with either operator, or `status[one_of]`.",
        "Who names a status outright wants to see it; `status[not_in]` names what isn't wanted.",
    ),
    "filter-mode-any": Assumption(
        "Do the default exclusions take part in `filter_mode=any`?",
        "No: they always apply on top, unless the filter that lifts them is given.",
        "Otherwise `any` would match nearly everything.",
    ),
    "date-bounds": Assumption(
        "Does `lte=2021-01-02` on incidents include that day?",
        "Yes, to its end, as `date_range` does.",
        "Date-inclusive matching was seen live. For actions and follow-ups times are half-open, as recorded there.",
    ),
    "settings-order": Assumption(
        "In which order do unpaged settings come?",
        "Severities, statuses and timestamps by rank, the others by age; options by `sort_key`.",
        "That is how the dashboard and recorded incidents list them.",
    ),
    "idempotency": Assumption(
        "What does a key cover, and for how long?",
        "Every incident (V1 and V2 together) or every update of the organisation, for as long as the double runs. "
        "Another payload with the same key gets the first object as it is now.",
        "The vendor says 'de-duplicate', and of other resources that the first one is returned.",
    ),
    "severity-required": Assumption(
        "Which statuses need a severity?",
        "Those of the category `live`.",
        "The documented error speaks of opening an incident.",
    ),
    "status-moves": Assumption(
        "Which moves outside the documented list are allowed?",
        "All, except to and from `merged`, which is a 422.",
        "Production scripts cancel active incidents; merging has no field in the public API.",
    ),
    "post-incident-flow": Assumption(
        "What does a key get that closes an active incident without the role for it?",
        "403 `missing_permissions`; for incidents of mode `standard` only.",
        "The role is documented, its error isn't; clients know this code.",
    ),
    "timestamps-kept": Assumption(
        "Does a status move overwrite a timestamp that has a value?",
        "No. A cleared one is stamped again by the next move that would stamp it.",
        "The rules speak of the first time something happened.",
    ),
    "edit-without-change": Assumption(
        "Does an edit that changes nothing move `updated_at`?",
        "No.",
        "Nothing was updated; it also shows clients that poll by `updated_at` at their hardest.",
    ),
    "durations": Assumption(
        "How long are duration metrics `calculating`?",
        "Not at all: they are right in the answer to the edit.",
        "A double that needs waiting for makes tests slow; harness data holds every status of them.",
    ),
    "slack-channel": Assumption(
        "When does the Slack channel of a new incident appear?",
        "The answer to the creation has an empty `slack_channel_id`; every later one has the channel.",
        "It is made asynchronously: clients must cope with both.",
    ),
    "role-rows": Assumption(
        "Which roles does an incident list?",
        "Lead and reporter always, others while somebody holds them.",
        "Recorded incidents have just the two.",
    ),
    "in-use": Assumption(
        "Can a setting be deleted that incidents use?",
        "422 `in_use` on `id`, for severities, statuses, roles somebody holds, fields and options with a value.",
        "The only sourced pattern.",
    ),
    "last-status": Assumption(
        "Can the last status of a category be deleted?",
        "No: 422 `invalid_value`.",
        "New incidents could not be placed.",
    ),
    "deleted": Assumption(
        "What does a deleted object answer?",
        "404, and it is in no list.",
        "The simplest thing that a client has to cope with anyway.",
    ),
    "put-omits-assignee": Assumption(
        "What does a PUT without `assignee_id` do to the assignee?",
        "Nothing; `null` takes it away.",
        "Only null is documented to unassign.",
    ),
    "priority": Assumption(
        "Which priority does a follow-up get by default?",
        "The last by rank (Low in a new account).",
        "A default exists, but not which; the mildest surprises least.",
    ),
    "v1-status": Assumption(
        "How do today's statuses read in V1?",
        "Live ones by name, `investigating` for a name V1 never had; learning, paused and closed as `closed`; "
        "declined, merged and canceled as `declined`.",
        "V1 has six words; these are the nearest.",
    ),
    "role-scopes": Assumption(
        "Which role carries which scope?",
        "The table `SCOPES_OF_ROLES` in `mock_server/assumptions.py`.",
        "The vendor names roles and scopes, but not which goes with which.",
    ),
    "private": Assumption(
        "What of a private incident does a key without `global_access` see?",
        "Nothing: it is in no list, and 404 by id, as is what belongs to it.",
        "Documented for one operation, likely for all.",
    ),
    "webhook-schedule": Assumption(
        "When is an event sent again that an endpoint did not take?",
        "5 seconds after the first attempt, then after 5 and 30 minutes, 2, 5, 10 and 10 hours; then it has failed. "
        "Sending it again by hand starts over.",
        "The schedule that Svix, which the vendor uses, documents; the vendor's own text says 24 hours.",
    ),
    "webhook-disabled": Assumption(
        "When is an endpoint disabled?",
        "When an attempt fails 5 days or more after the first of an unbroken row of failures. What is still to be "
        "delivered there has failed with it, and later events are not kept for it.",
        "The vendor says 5 days of failures; a single attempt that arrives shows that the endpoint is alive.",
    ),
    "webhook-order": Assumption(
        "In which order do events come?",
        "First attempts at one endpoint in the order of the events, one after the other; whatever is tried again "
        "doesn't hold up those that come after it.",
        "The vendor promises no order. One that is kept makes tests repeatable.",
    ),
    "webhook-deleted": Assumption(
        "What is sent of an action or follow-up that is deleted?",
        "That it was updated, with the status `deleted`.",
        "There is such a status, and no event of its own.",
    ),
    "webhook-legacy-follow-up": Assumption(
        "What is the `description` of a follow-up in the events of version 1?",
        "Its title.",
        "The legacy shape has no title, and its description is one line.",
    ),
    "webhook-message": Assumption(
        "Which update does `most_recent_update_message` quote?",
        "The latest one of the incident; where that has no message, the property is absent.",
        "What its name says.",
    ),
}

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
