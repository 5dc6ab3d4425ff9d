"""Catalog V3 and V2: what an attribute of a catalog type can be of."""

from typing import Any

from ..behaviour.catalog import TYPES
from ..request.call import Call
from ..store.store import Store

_PRIMITIVES = (
    ("String", "Text", "A line of text.", "Any text."),
    ("Text", "Rich text", "Text with formatting.", "Any text."),
    ("Number", "Number", "A whole or decimal number.", "A number, written as text."),
    ("Bool", "Boolean", "True or false.", "Either true or false."),
)
_SYNCED = (
    ("User", "User", "Somebody of this organisation.", "The id, email or Slack id of a user."),
    ("SlackChannel", "Slack channel", "A channel of the workspace.", "The id of a channel."),
    (
        "EscalationPath",
        "Escalation path",
        "Who is paged, and in which order.",
        "The id of an escalation path.",
    ),
    ("Schedule", "Schedule", "Who is on call, and when.", "The id of a schedule."),
)


def list_resources(store: Store, call: Call) -> dict[str, Any]:
    """Give primitives, what is synced from elsewhere, and the catalog's types."""
    fixed = [
        _resource(type_, type_, label, text, docstring, category)
        for category, known in (("primitive", _PRIMITIVES), ("external", _SYNCED))
        for type_, label, text, docstring in known
    ]
    own = [
        _resource(
            row["type_name"],
            row["engine_resource_type"],
            row["name"],
            row["description"],
            f"The id, external id or an alias of an entry of {row['name']}.",
            "external" if "registry_type" in row else "custom",
        )
        for row in store.all(TYPES)
    ]
    if call.operation.path.startswith("/v2/"):
        left_out = "engine_resource_type"
        return {"resources": [{k: v for k, v in each.items() if k != left_out} for each in fixed + own]}
    return {"resources": fixed + own}


def _resource(
    type_: str, engine: str, label: str, text: str, docstring: str, category: str
) -> dict[str, str]:
    return {
        "category": category,
        "description": text,
        "engine_resource_type": engine,
        "label": label,
        "type": type_,
        "value_docstring": docstring,
    }


OPERATIONS = {"Catalog V3#ListResources": list_resources, "Catalog V2#ListResources": list_resources}
