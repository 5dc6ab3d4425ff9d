"""Request bodies against their schemas, further than a validator looks: properties that a schema doesn't name."""

from collections.abc import Iterator

from ...openapi import Document, Json, Operation, Schema


def is_edit(operation: Operation) -> bool:
    """Whether it changes something that is there already."""
    return operation.method in ("PUT", "PATCH") or operation.path.endswith("/edit")


def unknown_properties(document: Document, schema: Schema, value: Json, pointer: str = "") -> Iterator[str]:
    """JSON pointers to the properties of a value that its schema doesn't name, the outermost of each branch only."""
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
        place = f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}"
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
