"""What an answer says of its page beside the list, going by the names of the properties."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from ....openapi import Schema
from ...request.call import Call
from ..composing.fitting import MISSING, Fitter
from ..recognising.paths import plain
from .listing import Page, Style

_NEXT = re.compile("after|cursor|endcursor|next|next(cursor|token|page|pagetoken|pageurl|url|link|offset)")
_PREVIOUS = re.compile("before|prev|previous|(prev|previous)(cursor|token|page|pagetoken|pageurl|url|link)")


def page_facts(fitter: Fitter, schema: Schema, page: Page, call: Call, style: Style) -> dict[str, Any]:
    """Give the properties of an answer whose names speak of a page, as far as the schema permits their values."""
    facts: dict[str, Any] = {}
    required = fitter.required(schema)
    for name, each in fitter.properties(schema).items():
        if fitter.kind(each) == "object":
            inner = page_facts(fitter, each, page, call, style)
            values = [inner] if inner else []
        else:
            values = _values(plain(name), page, call, style, is_required=name in required)
        value = next((value for value in values if fitter.permits(each, value)), MISSING)
        if value is not MISSING:
            facts[name] = value
    return facts


def _values(name: str, page: Page, call: Call, style: Style, *, is_required: bool) -> list[Any]:
    """What a property of that name may say, the best first; nothing when its name means nothing."""
    following = page.next_query
    if _NEXT.fullmatch(name) and following is not None:
        url = _url(call, following)
        if name.endswith(("url", "link")):
            return [url]
        return [*(following[each] for each in (style.cursor, style.number, style.offset) if each), url]
    if _NEXT.fullmatch(name) or _PREVIOUS.fullmatch(name):
        # A client goes on as long as there is something to go on with.
        return [None, ""] if is_required else [None]
    pages = max(1, -(-page.total // page.size)) if page.size else 1
    meanings = {
        "hasmore|hasnext|hasnextpage|more": following is not None,
        "last|islast|islastpage": following is None,
        "hasprevious|hasprev|hasprevpage|haspreviouspage": page.start > 0,
        "pagesize|limit|perpage|size|itemsperpage": page.size,
        "(total)?(count|items|results|elements|records|hits)|total|totalsize|totalitemcount": page.total,
        "offset|skip|start|startindex": page.start,
        "page|pagenumber|currentpage": page.number,
        "pages|totalpages|pagecount|lastpage|numpages": pages,
    }
    return [value for pattern, value in meanings.items() if re.fullmatch(pattern, name)]


def _url(call: Call, query: Mapping[str, Any]) -> str:
    """Where the next page is found: the address of this one with other paging parameters."""
    path = call.operation.path
    for name, value in call.path.items():
        path = path.replace(f"{{{name}}}", quote(value, safe=""))
    kept = {name: _text(value) for name, value in call.query.items() if not isinstance(value, dict)}
    return f"{call.base_url}{path}?{urlencode({**kept, **query}, doseq=True)}"


def _text(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value
