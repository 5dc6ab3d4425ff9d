"""Reading recorded exchanges: what a query asks for, which requests repeat one another, what a page holds."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from urllib.parse import parse_qsl

import orjson

from ...mock_server.assumptions import HIDDEN_BY_DEFAULT_CATEGORIES
from ...mock_server.behaviour import date_operators
from ...mock_server.faults import kinds
from ...mock_server.request.messages import Request
from ...mock_server.request.nesting import parsed
from ...mock_server.request.validation import filter_levels
from ...openapi import Document, Json, Operation
from .conversation import WireExchange

OPERATORS = frozenset({"one_of", "not_in", "is_blank", "is_set", *date_operators.OPERATORS})
"""What stands in the last bracket of a filter (behaviour.md#filter-form)."""
_NOT_CHOOSING = frozenset(
    {
        *("page_size", "after", "sort_by", "filter_mode"),
        *("created_at", "updated_at", "mode", "incident_mode", "status_category"),
    }
)
FEW = 3
"""How often a request must come to be taken for a habit: a person, or a test of idempotency, sends it twice."""


def is_the_vendors(document: Document) -> bool:
    """Say whether it describes incident.io: what is known of its parameters says nothing of another API's."""
    return "Incidents V2#List" in document.operations


def status_categories(document: Document) -> list[str]:
    """Give the words for the categories of statuses; none in the document of another API."""
    category = document.schemas.get("IncidentStatusV2", {}).get("properties", {}).get("category", {})
    return list(category.get("enum", ()))


def request_of(exchange: WireExchange) -> Request:
    """Give the request of an exchange as the pipeline has it."""
    return Request(
        exchange.method,
        exchange.path,
        exchange.query,
        authorization=exchange.headers.get("authorization"),
        headers=exchange.headers,
    )


def query_of(exchange: WireExchange) -> list[tuple[str, str]]:
    """Give the names and values of the query, decoded, in order."""
    return parse_qsl(exchange.query, keep_blank_values=True)


def base_of(name: str) -> str:
    """Give a parameter's name up to the first bracket or dot."""
    return re.split(r"[\[.]", name, maxsplit=1)[0]


def body_of(exchange: WireExchange) -> Json:
    """Give the parsed body of the request; None where it isn't JSON, or too deeply nested."""
    try:
        return parsed(exchange.body)
    except ValueError:
        return None


def filters_of(operation: Operation) -> frozenset[str]:
    """Give the names of its filters: the parameters that are written with brackets."""
    return frozenset(each.name for each in operation.parameters if each.style == "deepObject")


def declared_by(operation: Operation) -> frozenset[str]:
    """Give the names of its query parameters."""
    return frozenset(each.name for each in operation.parameters if each.location == "query")


def filter_values(exchange: WireExchange, filters: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    """Yield each value of those filters, as (filter, operator, value); of well-written ones only."""
    for name, value in query_of(exchange):
        parts = re.fullmatch(r"([^\[\]]+)(?:\[[^\[\]]+\])?\[([^\[\]]+)\]", name)
        if parts and parts[1] in filters:
            yield parts[1], parts[2], value


def is_well_written(document: Document, operation: Operation, name: str) -> bool:
    """Say whether a query parameter's name has as many brackets as its filter takes."""
    for parameter in operation.parameters:
        if parameter.style == "deepObject" and parameter.name == base_of(name):
            brackets = r"\[[^\[\]]+\]" * filter_levels(document, parameter)
            return re.fullmatch(re.escape(parameter.name) + brackets, name) is not None
    return False


def lost_filters(exchange: WireExchange) -> Iterator[str]:
    """Yield the parameters that no filter reads although one was meant: their names are not a filter's."""
    operation = exchange.operation
    if operation is None or not (filters := filters_of(operation)):
        return
    for name, _ in query_of(exchange):
        declared = {name, base_of(name)} & declared_by(operation)
        if not declared and _means_a_filter(name, filters):
            yield name


def _means_a_filter(name: str, filters: frozenset[str]) -> bool:
    if OPERATORS & set(re.findall(r"[a-z_]+", name)):  # one_of=x, severities[one_of]=x
        return True
    word = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", base_of(name)).lower()
    word = re.sub(rf"_+({'|'.join(OPERATORS)})$", "", word)  # created_at__gte
    singular = {word, word.removesuffix("s"), word.removesuffix("es"), re.sub("ies$", "y", word)}
    meant = singular | {re.sub("_ids?$", "", each) for each in singular}
    dates = {each.removesuffix("at") for each in filters if each.endswith("_at")}
    return bool(meant & filters) or any(word.startswith(each) for each in dates)  # created_after


def same_request(exchange: WireExchange) -> tuple[str, ...]:
    """Give what two requests have in common of which one repeats the other."""
    authorization = exchange.headers.get("authorization", "")
    return exchange.method, exchange.path, exchange.query, exchange.body.hex(), authorization


def repetitions(exchanges: Iterable[WireExchange]) -> Iterator[Sequence[WireExchange]]:
    """Yield the same request, every time it came, in order; whatever else was said in between."""
    found: dict[tuple[str, ...], list[WireExchange]] = {}
    for exchange in exchanges:
        found.setdefault(same_request(exchange), []).append(exchange)
    yield from found.values()


def in_a_row(exchanges: Iterable[WireExchange]) -> Iterator[Sequence[WireExchange]]:
    """Yield the same request as often as it came with no other between."""
    run: list[WireExchange] = []
    for exchange in exchanges:
        if run and same_request(run[-1]) != same_request(exchange):
            yield run
            run = []
        run.append(exchange)
    if run:
        yield run


def waits(repeated: Sequence[WireExchange]) -> Iterator[tuple[WireExchange, float]]:
    """Yield each request that was sent again once it had its answer, and the seconds until then."""
    for first, second in pairwise(repeated):
        if first.ended is not None and second.started >= first.ended:
            yield first, second.started - first.ended


def rows_of(exchange: WireExchange) -> Sequence[Json]:
    """Give the rows of a listed page: the one list beside its `pagination_meta`."""
    return _rows(exchange.answer())


def _rows(answer: Json) -> Sequence[Json]:
    lists = (
        [value for value in answer.values() if isinstance(value, list)] if isinstance(answer, dict) else []
    )
    return lists[0] if lists else []


def is_unreadable(exchange: WireExchange) -> bool:
    """Say whether an armed fault has let an answer begin that no client can read."""
    return exchange.fault is not None and kinds.is_unreadable(exchange.fault)


def page_size_of(exchange: WireExchange) -> int:
    """Say how many rows were asked for; 0 where that isn't said."""
    text = dict(query_of(exchange)).get("page_size", "")
    return int(text) if text.isdecimal() else 0


def next_of(exchange: WireExchange) -> str | None:
    """Give the `after` that a page gives for the next one."""
    return _cursors(exchange.answer_body)[0]


@lru_cache(maxsize=10_000)  # several rules ask, and a page may be large
def _cursors(answer_body: bytes) -> tuple[str | None, str | None]:
    """The `after` of a page, and what a client may ask with for the next one: that, or else its last id."""
    try:
        answer = orjson.loads(answer_body)
    except orjson.JSONDecodeError:
        return None, None
    meta = answer.get("pagination_meta") if isinstance(answer, dict) else None
    after = meta.get("after") if isinstance(meta, dict) else None
    rows = _rows(answer)
    last = rows[-1].get("id") if rows and isinstance(rows[-1], dict) else None
    return after or None, after or last


def walks(exchanges: Iterable[WireExchange]) -> Iterator[Sequence[WireExchange]]:
    """Yield the pages of one list that were read one after the other, each asked for with what the last one gave."""
    found: list[list[WireExchange]] = []
    going: dict[tuple[str, str | None], list[list[WireExchange]]] = {}
    for exchange in exchanges:
        if exchange.status != 200 or exchange.ended is None or is_unreadable(exchange):
            continue
        query = query_of(exchange)
        listed, after = _without_after(query), dict(query).get("after")
        waiting = going.get((listed, after)) if after else None
        if waiting:
            walk = waiting.pop()
        else:
            found.append(walk := [])
        walk.append(exchange)
        going.setdefault((listed, _cursors(exchange.answer_body)[1]), []).append(walk)
    yield from found


def _without_after(query: Sequence[tuple[str, str]]) -> str:
    return repr([(name, value) for name, value in query if name != "after"])


def whole_walks(exchanges: Iterable[WireExchange]) -> Iterator[Sequence[WireExchange]]:
    """Yield the pages of each list that was read from its beginning to its end, and not for a part of it only."""
    for walk in walks(exchanges):
        query = query_of(walk[0])
        if "after" not in dict(query) and next_of(walk[-1]) is None and not _is_for_a_part(query):
            yield walk


def whole_reads(exchanges: Iterable[WireExchange]) -> Iterator[WireExchange]:
    """Yield the first page of each of these."""
    yield from (walk[0] for walk in whole_walks(exchanges))


def ids_of(exchange: WireExchange) -> list[str]:
    """Give the ids of the rows of a listed page, in order."""
    return [
        row["id"] for row in rows_of(exchange) if isinstance(row, dict) and isinstance(row.get("id"), str)
    ]


def is_write(exchange: WireExchange) -> bool:
    """Say whether it may have changed something."""
    return exchange.method not in ("GET", "HEAD", "OPTIONS") and (
        exchange.status < 400 or exchange.status >= 500
    )


def _is_for_a_part(query: Sequence[tuple[str, str]]) -> bool:
    """Whether it asks for certain rows; those of some days, some modes or all categories are an export all the same."""
    categories = {value for name, value in query if base_of(name) == "status_category"}
    names = {base_of(name) for name, _ in query} - _NOT_CHOOSING
    return bool(names) or (bool(categories) and not categories.issuperset(HIDDEN_BY_DEFAULT_CATEGORIES))
