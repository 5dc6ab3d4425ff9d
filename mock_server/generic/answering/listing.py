"""Filtering and paging lists of which only the document is known, in the styles that documents have."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ....openapi import Document, Operation
from ...behaviour.paging import DEFAULT_PAGE_SIZE, unknown_cursor
from ...request.call import Call
from ...store.store import Row
from ..recognising.paths import plain
from ..recognising.schemas import followed

_SIZE = ("pagesize", "limit", "perpage", "size", "count", "maxresults", "pagelimit", "top", "first")
_CURSOR = ("after", "cursor", "startingafter", "pagetoken", "nexttoken", "nextpagetoken", "continuationtoken")
_OFFSET = ("offset", "skip", "start", "startindex")
_NUMBER = ("page", "pagenumber")


@dataclass(frozen=True, slots=True)
class Style:
    """How one operation pages: the query parameters that say so, by what they mean; empty for one it lacks."""

    size: str
    cursor: str
    offset: str
    number: str
    default_size: int
    first_number: int
    """What the first page is called where pages are numbered."""

    @property
    def names(self) -> set[str]:
        """The parameters that are about paging."""
        return {each for each in (self.size, self.cursor, self.offset, self.number) if each}


@dataclass(frozen=True, slots=True)
class Page:
    """What was cut out of a list, and where."""

    rows: Sequence[Row]
    total: int
    size: int
    start: int
    number: int
    next_query: Mapping[str, Any] | None
    """The paging parameters of the next page; None when there is none."""


def style_of(document: Document, operation: Operation) -> Style:
    """Say how the operation pages."""
    declared = {plain(each.name): each for each in operation.parameters if each.location == "query"}
    size, cursor, offset, number = (
        next((declared[name] for name in names if name in declared), None)
        for names in (_SIZE, _CURSOR, _OFFSET, _NUMBER)
    )
    limits = followed(document, size.schema) if size is not None else {}
    default, most = limits.get("default"), limits.get("maximum")
    if not isinstance(default, int):
        default = min(DEFAULT_PAGE_SIZE, most) if isinstance(most, int) else DEFAULT_PAGE_SIZE
    numbered = followed(document, number.schema) if number is not None else {}
    return Style(
        size=size.name if size is not None else "",
        cursor=cursor.name if cursor is not None else "",
        offset=offset.name if offset is not None else "",
        number=number.name if number is not None else "",
        default_size=default,
        first_number=0 if numbered.get("default", numbered.get("minimum")) == 0 else 1,
    )


def cut(rows: Sequence[Row], call: Call, key: str, style: Style) -> Page:
    """Give the page that the query asks for. Raises the 422 Problem for an unknown cursor."""
    query = call.query
    size = query.get(style.size, style.default_size) if style.size or style.number else len(rows)
    size = size if isinstance(size, int) and size >= 0 else style.default_size
    start, number = 0, style.first_number
    if style.cursor in query:
        ids = [str(row[key]) for row in rows]
        if str(query[style.cursor]) not in ids:
            raise unknown_cursor(str(query[style.cursor]))
        start = ids.index(str(query[style.cursor])) + 1
    elif isinstance(query.get(style.offset), int):
        start = max(0, query[style.offset])
    elif isinstance(query.get(style.number), int):
        number = max(style.first_number, query[style.number])
        start = (number - style.first_number) * size
    page = rows[start : start + size]
    end = start + len(page)
    following: dict[str, Any] | None = None
    if page and end < len(rows):
        by_name = {style.cursor: str(page[-1][key]), style.offset: end, style.number: number + 1}
        following = {name: value for name, value in by_name.items() if name}
    return Page(page, len(rows), size, start, number, following)
