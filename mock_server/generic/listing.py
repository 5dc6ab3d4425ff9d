"""Filtering and paging lists of which only the document is known, in the styles that documents have."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...openapi import Schema
from ..exchange import Call
from ..paging import DEFAULT_PAGE_SIZE, unknown_cursor
from ..store import Row
from .families import Shape
from .fitting import MISSING, Fitter

_SIZE = ("page_size", "limit", "per_page", "pageSize", "perPage", "size", "count", "max_results")
_CURSOR = ("after", "cursor", "starting_after", "page_token", "pageToken", "next_token")
_OFFSET = ("offset", "skip", "start")
_NUMBER = ("page", "page_number", "pageNumber")
_CONTROL = (*_SIZE, *_CURSOR, *_OFFSET, *_NUMBER)


@dataclass(frozen=True, slots=True)
class Page:
    """What was cut out of a list, and where."""

    rows: Sequence[Row]
    total: int
    size: int
    start: int
    last_id: str | None
    """Where the next page goes on; None when there is none."""

    def says(self, name: str) -> Any:
        """The value of a property of the answer that tells about the page; MISSING when its name means nothing."""
        plain = re.sub(r"[_-]", "", name).lower()
        more = self.last_id is not None
        meanings = (
            ("hasmore|hasnext|hasnextpage|more", more),
            (
                "after|next|cursor|nextcursor|nextpagetoken|nexttoken|endcursor",
                self.last_id if more else MISSING,
            ),
            ("pagesize|limit|perpage|size", self.size),
            ("total.*|.*totalcount|count|.*recordcount", self.total),
            ("offset|skip|start", self.start),
            ("page|pagenumber|currentpage", self.start // self.size + 1 if self.size else 1),
            ("pages|totalpages|pagecount", -(-self.total // self.size) if self.size else 1),
        )
        return next((value for pattern, value in reversed(meanings) if re.fullmatch(pattern, plain)), MISSING)


def filtered(rows: Sequence[Row], call: Call, properties: Mapping[str, Schema]) -> list[Row]:
    """The rows whose properties are as the like-named query parameters have them."""
    wanted = {
        name: value
        for name, value in call.query.items()
        if name in properties and name not in _CONTROL and not isinstance(value, dict)
    }
    return [row for row in rows if all(_has(row, name, value) for name, value in wanted.items())]


def _has(row: Row, name: str, value: Any) -> bool:
    if isinstance(value, list):
        return str(row.get(name)) in value
    return bool(row.get(name) == value)


def cut(rows: Sequence[Row], call: Call, key: str) -> Page:
    """The page that the query asks for. Raises the 422 Problem for an unknown cursor."""
    declared = {each.name for each in call.operation.parameters if each.location == "query"}
    sized = [name for name in _SIZE if name in declared]
    size = next((call.query[name] for name in sized if name in call.query), None)
    if not isinstance(size, int):
        size = DEFAULT_PAGE_SIZE if sized else len(rows)
    start = _start(rows, call, key, max(size, 0))
    page = rows[start : start + max(size, 0)]
    more = start + len(page) < len(rows)
    return Page(page, len(rows), size, start, str(page[-1][key]) if page and more else None)


def _start(rows: Sequence[Row], call: Call, key: str, size: int) -> int:
    for name in _CURSOR:
        if name in call.query:
            ids = [str(row[key]) for row in rows]
            if str(call.query[name]) not in ids:
                raise unknown_cursor(str(call.query[name]))
            return ids.index(str(call.query[name])) + 1
    for name in _OFFSET:
        if isinstance(call.query.get(name), int):
            return max(0, int(call.query[name]))
    for name in _NUMBER:
        if isinstance(call.query.get(name), int):
            return max(0, int(call.query[name]) - 1) * size
    return 0


def rendered(fitter: Fitter, answer: Schema, shape: Shape, page: Page, place: str) -> Any:
    """The body of the answer: the page, and beside it what tells about it and whatever else is required."""
    if shape.wrapper is None:
        return list(page.rows)
    beside = fitter.sampler.sample(answer, place, complete=False)
    told = _told(fitter, answer, page)
    body = {**beside, **told, shape.wrapper: list(page.rows)}
    return body if fitter.permits(answer, body) else {**beside, shape.wrapper: list(page.rows)}


def _told(fitter: Fitter, schema: Schema, page: Page) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for name, each in fitter.properties(schema).items():
        inner = _told(fitter, each, page) if fitter.properties(each) else {}
        value = inner or page.says(name)
        if value is not MISSING and fitter.permits(each, value):
            told[name] = value
    return told
