"""What incidents refer to: the organisation's settings, and its users."""

from typing import Any

from ...request.messages import Reply
from ..paths import PAGES as CONSOLE
from ..visit import Visit

_SETTINGS = (
    ("Severities", "Severities V1#List", "severities"),
    ("Incident statuses", "Incident Statuses V1#List", "incident_statuses"),
    ("Incident types", "Incident Types V1#List", "incident_types"),
    ("Incident roles", "Incident Roles V2#List", "incident_roles"),
    ("Incident timestamps", "Incident Timestamps V2#List", "incident_timestamps"),
    ("Custom fields", "Custom Fields V2#List", "custom_fields"),
)
"""Each kind with the operation that lists it, and the property that holds the rows."""
_PAGE = "100"


def show_settings(visit: Visit) -> Reply:
    """Give every kind of setting, with its ids, which filters and edits take."""
    kinds = []
    for title, operation, key in _SETTINGS:
        answer = visit.api(operation)
        rows = list(answer.content[key]) if answer.is_good else []
        kinds.append({"title": title, "rows": [_shown(row) for row in rows], "reasons": answer.reasons})
    return visit.page("settings.html", kinds=kinds)


def show_users(visit: Visit) -> Reply:
    """Give a page of the users, with the roles that they have."""
    after = dict(visit.query).get("after")
    query = [("page_size", _PAGE), *([("after", after)] if after else [])]
    answer = visit.api("Users V2#List", query=query)
    content = answer.content if answer.is_good else {"users": []}
    following = content.get("pagination_meta", {}).get("after")
    here = f"{CONSOLE}/users"
    return visit.page(
        "users.html",
        status=answer.page_status,
        answer=answer,
        users=content["users"],
        next_page=visit.address(here, [("after", following)]) if following else None,
        first_page=visit.address(here) if after else None,
    )


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    """What a person looks for in a setting: what it is called, its kind where it has one, and its id."""
    kind = next((row[name] for name in ("category", "field_type", "role_type") if row.get(name)), "")
    return {
        "id": row["id"],
        "name": row["name"],
        "kind": str(kind),
        "text": row.get("description") or row.get("instructions") or "",
    }


PAGES = {
    f"GET {CONSOLE}/settings": show_settings,
    f"GET {CONSOLE}/users": show_users,
}
