"""The API reference: every operation of the document that is served, and of the control plane's own."""

from collections.abc import Mapping
from typing import Any

from ....openapi import Document, Operation
from ...request.messages import Reply
from ..paths import REFERENCE
from ..visit import Visit


def show_api(visit: Visit) -> Reply:
    """Show what the double stands in for."""
    return _page(visit, visit.plane.double.document, "api")


def show_control_plane(visit: Visit) -> Reply:
    """Show what is done to the double itself."""
    return _page(visit, visit.plane.document, "control-plane")


def _page(visit: Visit, document: Document, which: str) -> Reply:
    described = [_described(document, operation) for operation in document.operations.values()]
    groups: dict[str, list[Any]] = {}
    for each in described:
        groups.setdefault(each["tag"], []).append(each)
    info = document.raw.get("info", {})
    return visit.page("reference.html", which=which, info=info, groups=groups, count=len(described))


def _described(document: Document, operation: Operation) -> dict[str, Any]:
    item = document.resolve(document.raw["paths"][operation.path])
    raw = item[operation.method.lower()]
    parameters = [
        document.resolve(each) for each in [*item.get("parameters", []), *raw.get("parameters", [])]
    ]
    return {
        "operation": operation,
        "tag": next(iter(raw.get("tags", [])), operation.id.partition("#")[0]),
        "summary": raw.get("summary", ""),
        "parameters": [
            {**each, "required": each.get("required", False), "description": each.get("description", "")}
            for each in parameters
        ],
        "responses": _responses(document, raw),
    }


def _responses(document: Document, raw: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Each status with what it means."""
    found = raw.get("responses", {}).items()
    return [(str(status), document.resolve(each).get("description", "")) for status, each in found]


PAGES = {
    f"GET {REFERENCE}": show_api,
    f"GET {REFERENCE}/control-plane": show_control_plane,
}
