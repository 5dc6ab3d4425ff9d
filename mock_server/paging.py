"""Cutting a list into pages (BEHAVIOUR.md §4)."""

from collections.abc import Sequence
from typing import Any

from .assumptions import PAGE_SIZE_CAP
from .exchange import Call
from .problem import Problem, invalid
from .store import Row

DEFAULT_PAGE_SIZE = 25


def page_size(call: Call, cap: int = PAGE_SIZE_CAP) -> int:
    """How many rows to give: what was asked for, cut down to the cap as the real API does, without an error."""
    size: int = call.query.get("page_size", DEFAULT_PAGE_SIZE)
    if size > cap:
        call.notes.append(f"page_size: cut down to {cap}")
    return min(size, cap)


def pagination_meta(page: Sequence[str], size: int) -> dict[str, Any]:
    """`after` is the last id of a full page, and absent on a short one."""
    meta: dict[str, Any] = {"page_size": size}
    if len(page) == size:
        meta["after"] = page[-1]
    return meta


def unknown_cursor(after: str) -> Problem:
    """422 for an `after` that names nothing in the list (an assumption)."""
    return invalid("after", f"after must be the id of a record that this endpoint returns: {after}")


def paged(rows: Sequence[Row], call: Call, key: str, cap: int = PAGE_SIZE_CAP) -> dict[str, Any]:
    """The page that was asked for, under its wrapper key. Raises the 422 Problem for an unknown cursor."""
    if all(parameter.name != "page_size" for parameter in call.operation.parameters):
        return {key: rows}  # older versions of some operations are not paginated
    size = page_size(call, cap)
    start = 0
    if "after" in call.query:
        ids = [row["id"] for row in rows]
        if call.query["after"] not in ids:
            raise unknown_cursor(call.query["after"])
        start = ids.index(call.query["after"]) + 1
    page = rows[start : start + size]
    return {key: page, "pagination_meta": pagination_meta([row["id"] for row in page], size)}
