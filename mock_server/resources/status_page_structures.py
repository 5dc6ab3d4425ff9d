"""The structure of a status page: which components it shows, in which order."""

from typing import Any

from ..request.call import Call
from ..request.problem import not_found
from ..store.first_members import member_of, members_of
from ..store.store import Store


def show_structure(store: Store, call: Call) -> dict[str, Any]:
    """Show the components of the page, none of them in a group: nothing in the API puts them into one."""
    if member_of(store, "status_pages", call.path["status_page_id"]) is None:
        raise not_found("status page")
    components = [
        {"component_id": row["id"], "display_uptime": True, "hidden": False, "name": row["name"]}
        for row in members_of(store, "status_page_components")
    ]
    return {
        "current_structure": {"items": [{"component": each} for each in components]},
        "display_uptime_mode": "chart_and_percentage",
        "management_meta": {"annotations": {}, "managed_by": "dashboard"},
    }


OPERATIONS = {"Status Pages V2#ShowStatusPageStructure": show_structure}
