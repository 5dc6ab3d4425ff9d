"""Lists that say what an operation does to members: of what is to become of many, of what one of them holds."""

from collections.abc import Mapping

from ....openapi import Document, Schema
from .schemas import followed, kind_of, properties_of, required_of


def bulk_list(document: Document, sent: Schema, item: Schema, key: str) -> tuple[str, str] | None:
    """Give the list in a body that says what is to become of members, and the property of its items that names one.

    `item` is the schema of a member and `key` what names it in its path. None where the body has no such list.
    """
    for name in sorted(required_of(document, sent)):
        each = properties_of(document, sent).get(name, {})
        items = followed(document, each).get("items")
        if kind_of(document, each) != "array" or not isinstance(items, Mapping):
            continue
        declared, needed = properties_of(document, items), required_of(document, items)
        keys = [one for one in declared if one == key or one.endswith(f"_{key}")]
        named = next((one for one in keys if one in needed), None)
        if named is not None and declared.keys() & properties_of(document, item).keys() - {named}:
            return name, named
    return None


def list_of(document: Document, item: Schema, of: Schema) -> str | None:
    """Give the property of an object that is a list of what a schema describes; None when it has none."""
    wanted = document.resolve(of)
    for name, each in properties_of(document, item).items():
        items = followed(document, each).get("items")
        if isinstance(items, Mapping) and document.resolve(items) == wanted:
            return name
    return None
