"""Utilities V1: who the key is, and the document itself."""

from typing import Any

from ...fixtures.domain.names import dashboard
from ..request.call import Call
from ..store.store import Store


def show_identity(store: Store, call: Call) -> dict[str, Any]:
    """Show the key's name and roles; needs nothing but a valid key (behaviour.md#identity)."""
    roles: list[str] = call.document.schemas["IdentityV1"]["properties"]["roles"]["items"]["enum"]
    return {
        "identity": {
            "name": call.key.name,
            "roles": [role for role in roles if call.key.has_role(role)],
            "dashboard_url": dashboard(store.slug),
            "teams": [],
            "team_roles": [],
        }
    }


def show_document(store: Store, call: Call) -> dict[str, Any]:
    """Show the document that the double serves, with the double as its server."""
    return {**call.document.raw, "servers": [{"url": call.base_url}]}


OPERATIONS = {"Utilities V1#Identity": show_identity, "Utilities V1#OpenAPIV3": show_document}
