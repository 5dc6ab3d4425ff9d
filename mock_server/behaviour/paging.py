"""Cutting a list into pages (behaviour.md#pages)."""

from collections.abc import Sequence
from typing import Any

from ..assumptions import PAGE_SIZE_CAP
from ..request.call import Call
from ..request.problem import Problem, invalid
from ..store.store import Row, Store
from .lookups import is_visible

DEFAULT_PAGE_SIZE = 25


def page_size(call: Call, cap: int = PAGE_SIZE_CAP) -> int:
    """Work out how many rows to give: what was asked for, cut down to the cap without an error."""
    size: int = call.query.get("page_size", DEFAULT_PAGE_SIZE)
    if size > cap:
        call.notes.append(f"page_size: cut down to {cap}")
    return min(size, cap)


def pagination_meta(page: Sequence[str], size: int) -> dict[str, Any]:
    """Give a page's metadata: `after` is the last id of a full page, and absent on a short one. The size is capped."""
    meta: dict[str, Any] = {"page_size": min(size, PAGE_SIZE_CAP)}
    if len(page) == size:
        meta["after"] = page[-1]
    return meta


def unknown_cursor(after: str) -> Problem:
    """Make the 422 Problem for an `after` that names nothing in the list (an assumption)."""
    return invalid("after", f"after must be the id of a record that this endpoint returns: {after}")


def _is_paginated(call: Call) -> bool:
    # Older versions of some operations are not.
    return any(parameter.name == "page_size" for parameter in call.operation.parameters)


def page_of(
    store: Store, call: Call, collection: str, found: int, *, newest_first: bool = False
) -> dict[str, Any]:
    """Cut out the page that was asked for of the rows found (see `belongings`), under the name of their collection.

    Raises the 422 Problem for an unknown cursor.
    """
    index, size, after = store.belongings[collection], page_size(call), call.query.get("after")
    if after is not None:
        row = store.get(collection, after)
        if row is None or not is_visible(store, call, row["incident_id"]):
            raise unknown_cursor(after)
    paginated = _is_paginated(call)
    ids = index.page(found, after=after, size=size if paginated else len(index), newest_first=newest_first)
    page: dict[str, Any] = {collection: [store.row(collection, id_) for id_ in ids]}
    return {**page, "pagination_meta": pagination_meta(ids, size)} if paginated else page


def paged(rows: Sequence[Row], call: Call, key: str, cap: int = PAGE_SIZE_CAP) -> dict[str, Any]:
    """Cut out the page that was asked for, under its wrapper key. Raises the 422 Problem for an unknown cursor."""
    if not _is_paginated(call):
        return {key: rows}
    size = page_size(call, cap)
    start = 0
    if "after" in call.query:
        ids = [row["id"] for row in rows]
        if call.query["after"] not in ids:
            raise unknown_cursor(call.query["after"])
        start = ids.index(call.query["after"]) + 1
    page = rows[start : start + size]
    return {key: page, "pagination_meta": pagination_meta([row["id"] for row in page], size)}
