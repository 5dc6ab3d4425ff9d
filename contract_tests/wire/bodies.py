"""Request bodies against their schemas, further than a validator looks: properties that a schema doesn't name."""

from collections.abc import Iterator

from ...openapi import Document, Json, Operation, Schema
from ...openapi.json_pointer import escaped


def is_edit(operation: Operation) -> bool:
    """Say whether it changes something that is there already."""
    return operation.method in ("PUT", "PATCH") or operation.path.endswith("/edit")


def unknown_properties(document: Document, schema: Schema, value: Json, pointer: str = "") -> Iterator[str]:
    """Yield JSON pointers to properties of a value that its schema doesn't name, the outermost of each branch."""
    if isinstance(value, list):
        for branch in _branches(document, schema):
            if "items" in branch:
                for number, item in enumerate(value):
                    yield from unknown_properties(document, branch["items"], item, f"{pointer}/{number}")
    if not isinstance(value, dict):
        return
    branches = list(_branches(document, schema))
    named = {name: each for branch in branches for name, each in branch.get("properties", {}).items()}
    if not named or any(branch.get("additionalProperties") for branch in branches):
        return  # an object that takes any property
    for name, each in value.items():
        place = f"{pointer}/{escaped(name)}"
        if name in named:
            yield from unknown_properties(document, named[name], each, place)
        else:
            yield place


def _branches(document: Document, schema: Schema) -> Iterator[Schema]:
    """The schema and every one that it is put together from."""
    schema = document.resolve(schema)
    yield schema
    for keyword in ("allOf", "anyOf", "oneOf"):
        for branch in schema.get(keyword, ()):
            yield from _branches(document, branch)


def unclear_assignments(document: Document, schema: Schema, body: Json) -> Iterator[tuple[str, list[str]]]:
    """Yield JSON pointers to the role assignments of an edit that name no assignee, but something unknown instead.

    Each with the names of its unknown properties.
    """
    unknown = [*unknown_properties(document, schema, body)]
    for pointer, assignment in _assignments(body, ""):
        within = [each for each in unknown if each.startswith(f"{pointer}/")]
        if within and not _names_somebody(assignment.get("assignee")):
            yield pointer, [each.rpartition("/")[2] for each in within]


def _assignments(value: Json, pointer: str) -> Iterator[tuple[str, dict[str, Json]]]:
    if not isinstance(value, dict):
        return
    for name, held in value.items():
        if name == "incident_role_assignments" and isinstance(held, list):
            for number, each in enumerate(held):
                if isinstance(each, dict) and "incident_role_id" in each:
                    yield f"{pointer}/{name}/{number}", each
        else:
            yield from _assignments(held, f"{pointer}/{name}")


def _names_somebody(assignee: Json) -> bool:
    return isinstance(assignee, dict) and any(assignee.get(name) for name in ("id", "email", "slack_user_id"))


def wrapper_of(document: Document, schema: Schema, name: str) -> str | None:
    """Give the property of a body's schema under which a property of that name would be read; None for none."""
    for outer, inner in document.resolve(schema).get("properties", {}).items():
        if name in document.resolve(inner).get("properties", {}):
            return str(outer)
    return None
