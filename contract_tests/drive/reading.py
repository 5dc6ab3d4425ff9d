"""Conversations that only read: every page, every form of a filter, one object of each kind."""

from collections.abc import Iterator, Mapping

from ...openapi import Json
from ..wire.queries import status_categories
from .talk import Talk, ids

Query = Mapping[str, Json]
_PAGE = 250
_MOST_PAGES = 50
_NEEDS_A_FILTER = "Incident Attachments V1#List"
_SHOWN = {
    "Incident Statuses V1#Show": "incident_statuses",
    "Incident Types V1#Show": "incident_types",
    "Severities V1#Show": "severities",
    "Custom Field Options V1#Show": "custom_field_options",
    "Custom Fields V2#Show": "custom_fields",
    "Incident Roles V2#Show": "incident_roles",
    "Incident Timestamps V2#Show": "incident_timestamps",
    "Incidents V2#Show": "incidents",
    "Users V2#Show": "users",
    "Actions V3#Show": "actions",
    "Follow-ups V3#Show": "follow_ups",
    "Teams V3#Show": "teams",
}
"""Where the ids of what is shown are found."""


def page_to_the_end(talk: Talk) -> None:
    """Ask for every page of each list, and for the whole of a list that has none (behaviour.md#pages)."""
    for operation in talk.document.operations.values():
        parameters = {each.name for each in operation.parameters if each.location == "query"}
        needs = operation.id == _NEEDS_A_FILTER or any(each.required for each in operation.parameters)
        if operation.id.endswith("#List") and not operation.deprecated and not needs:
            query: Query = {"page_size": 20} if "page_size" in parameters else {}
            _every_page(talk, operation.id, query if "after" in parameters else {})


def _every_page(talk: Talk, operation_id: str, query: Query) -> None:
    after: Query = {}
    for _ in range(_MOST_PAGES):
        page = talk.call(operation_id, query={**query, **after})
        cursor = (page or {}).get("pagination_meta", {}).get("after")
        if not query or cursor is None:
            return
        after = {"after": cursor}


def show_one_of_each_kind(talk: Talk) -> None:
    """Show an object by its id, an incident also by its number (behaviour.md#show-by-number)."""
    for operation_id, kind in _SHOWN.items():
        if rows := talk.dataset.collections[kind]:
            talk.call(operation_id, {"id": rows[0]["id"]})
    incident = talk.dataset.collections["incidents"][0]
    talk.call("Incidents V2#Show", {"id": incident["reference"].removeprefix("INC-")})
    for list_ in ("Incident Attachments V1#List", "Incident Updates V2#List"):
        talk.call(list_, query={"incident_id": incident["id"]})
    for field in ids(talk.dataset.collections["custom_fields"])[:1]:
        talk.call("Custom Field Options V1#List", query={"custom_field_id": field})


def ask_with_every_filter(talk: Talk) -> None:
    """List incidents by every form of every filter (behaviour.md#filter-form)."""
    for query in _filters(talk):
        _every_page(talk, "Incidents V2#List", {"page_size": _PAGE, **query})


def ask_other_lists_with_filters(talk: Talk) -> None:
    """List what is not incidents by each parameter that it has."""
    rows = talk.dataset.collections
    user, day = rows["users"][0], rows["incidents"][0]["created_at"][:10]
    for name in ("email", "slack_user_id"):
        if name in user:
            talk.call("Users V2#List", query={name: user[name]})
    for list_ in ("Actions V3#List", "Follow-ups V3#List"):
        incident = ids(rows["incidents"])[0]
        for query in ({"incident_id": incident}, {"created_at": {"gte": [day]}}, {"incident_mode": "test"}):
            _every_page(talk, list_, {"page_size": _PAGE, **query})
    for team in ids(rows["teams"])[:1]:
        _every_page(talk, "Follow-ups V3#List", {"page_size": _PAGE, "assignee_team_id": team})


def _filters(talk: Talk) -> Iterator[Query]:
    rows = talk.dataset.collections
    statuses, severities = ids(rows["incident_statuses"]), ids(rows["severities"])
    yield {"status": {"one_of": statuses[4:6]}}
    yield {"status": {"not_in": statuses[4:6]}}
    yield {"status_category": {"one_of": status_categories(talk.document)}}
    yield {"status_category": {"not_in": ["closed"]}}
    for operator in ("one_of", "not_in", "gte", "lte"):
        yield {"severity": {operator: severities[1:2]}}
    yield {"incident_type": {"one_of": ids(rows["incident_types"])[:1]}}
    yield {"incident_type": {"not_in": ids(rows["incident_types"])[:1]}}
    yield {"mode": {"one_of": ["standard", "retrospective", "test", "tutorial"]}}
    day = rows["incidents"][0]["created_at"][:10]
    for name in ("created_at", "updated_at"):
        yield {name: {"gte": [day]}}
        yield {name: {"lte": [day]}}
        yield {name: {"date_range": [f"{day[:8]}01~{day[:8]}28"]}}
    for role in ids(rows["incident_roles"])[:1]:
        yield {"incident_role": {role: {"one_of": ids(rows["users"])[:2]}}}
        yield {"incident_role": {role: {"is_blank": ["true"]}}}
    for option in rows["custom_field_options"][:1]:
        yield {"custom_field": {option["custom_field_id"]: {"one_of": [option["id"]]}}}
        yield {"custom_field": {option["custom_field_id"]: {"not_in": [option["id"]]}}}
    yield {
        "status_category": {"one_of": ["live"]},
        "severity": {"gte": severities[2:3]},
        "filter_mode": "any",
        "sort_by": "created_at_oldest_first",
    }
