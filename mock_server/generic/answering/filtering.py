"""Which rows a query's filters let pass, going by the names of the filters and by what the rows are like."""

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from ....openapi import Schema
from ...behaviour.date_operators import ends, moment, require_one_bound
from ...request.call import Call
from ...request.problem import Problem
from ...store.store import Row
from ..composing.fitting import Fitter

_SEARCH = ("search", "query", "q")
_SEARCHED = (
    "name",
    "title",
    "label",
    "description",
    "content",
    "definition",
    "term",
    "external_id",
    "summary",
)
_FROM = ("from", "start_at", "since", "start", "window_start")
_TO = ("to", "end_at", "until", "end", "window_end")
_BEGINS = ("start_at", "starts_at", "started_at", "published_at", "created_at")
_ENDS = ("end_at", "ends_at", "ended_at", "resolved_at")
_COMPARED = {"gte": operator.ge, "gt": operator.gt, "lte": operator.le, "lt": operator.lt}
Test = Callable[[Any], bool]


def filtered(rows: Sequence[Row], call: Call, fitter: Fitter, schema: Schema, paging: set[str]) -> list[Row]:
    """Give the rows that every filter of the query lets pass, in the order that it asks for.

    What says nothing about the rows is ignored, and noted on the call. Raises the 422 Problem for a moment that
    can't be read.
    """
    found = list(rows)
    for name, wanted in call.query.items():
        if name in paging:
            continue
        if name in ("sort_by", "sort", "order_by"):
            found = _sorted(found, str(wanted), call)
            continue
        passes = _filter(name, wanted, call, fitter, schema)
        if passes is None:
            call.notes.append(f"{name}: what it does is not known from the document, ignored")
        else:
            found = [row for row in found if passes(row)]
    return found


def _filter(name: str, wanted: Any, call: Call, fitter: Fitter, schema: Schema) -> Test | None:
    """What one parameter of the query asks of a row; None when nothing is known of it."""
    place = _place(name, fitter, schema)
    if place:
        if isinstance(wanted, Mapping):
            tests = [
                _operation(name, operator, each, call) for operator, each in _operators(wanted, call, name)
            ]
            return lambda row: all(test(_read(row, place)) for test in tests)
        return lambda row: _has(_read(row, place), wanted)
    if name == "idempotency_key" and isinstance(wanted, Mapping):
        tests = [_operation(name, operator, each, call) for operator, each in wanted.items()]
        return lambda row: all(test(row.get(name)) for test in tests)
    if name in _SEARCH:
        text = str(wanted).casefold()
        return lambda row: any(text in str(row.get(each, "")).casefold() for each in _SEARCHED)
    if name in (*_FROM, *_TO) and any(each in fitter.properties(schema) for each in (*_BEGINS, *_ENDS)):
        return _window(name, moment(name, str(wanted), end=name in _TO))
    return None


def _place(name: str, fitter: Fitter, schema: Schema) -> tuple[str, ...]:
    """Where a row has what a filter is called after: itself, its id, some of them, in a part; empty for nowhere."""
    properties = fitter.properties(schema)
    noun = name.removesuffix("_ids").removesuffix("_id")
    for each in (name, f"{noun}_id", noun, f"{noun}_ids", f"{noun}s", f"related_{noun}s"):
        if each in properties:
            return (each,)
    for part, held in properties.items():
        if name in fitter.properties(fitter.items(held) or held):
            return (part, name)
    return ()


def _read(value: Any, place: Sequence[str]) -> Any:
    for number, step in enumerate(place):
        if isinstance(value, list):
            return [_read(each, place[number:]) for each in value]
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def _operators(wanted: Mapping[str, Any], call: Call, name: str) -> Iterator[tuple[str, Any]]:
    # Seen live on every list of the vendor's that has such a filter.
    if call.operation.scopes and name.endswith("_at"):
        require_one_bound(name, wanted)
    yield from wanted.items()


def _operation(name: str, verb: str, operands: Any, call: Call) -> Test:
    """What `name[verb]=operand` asks of a value; an unknown verb asks nothing."""
    if isinstance(operands, Mapping):  # name[id][operator]=operand
        tests = [_operation(name, each, inner, call) for each, inner in operands.items()]
        return lambda value: all(test(_texts(_under(value, verb))) for test in tests)
    if not isinstance(operands, list):
        return lambda _: True
    match verb:
        case "one_of" | "in" | "is" | "eq" | "any_of":
            return lambda value: _has(value, operands)
        case "not_in" | "ne" | "not" | "none_of":
            return lambda value: not _has(value, operands)
        case "is_blank":
            return lambda value: (value in (None, "", [], {})) is (operands[-1] == "true")
        case "gte" | "gt" | "lte" | "lt":
            return _bound(name, verb, operands)
        case "date_range":
            return _ranges(name, operands)
    call.notes.append(f"{name}: no operator {verb} is known, ignored")
    return lambda _: True


def _bound(name: str, verb: str, operands: list[str]) -> Test:
    compared = _COMPARED[verb]
    if not name.endswith(("_at", "_date", "date")):
        limits = [_number(each) for each in operands]
        return lambda value: value is not None and all(compared(_number(value), each) for each in limits)
    moments = [moment(name, each, end=verb in ("gt", "lte")) for each in operands]

    def passes(value: Any) -> bool:
        at = _moment(value)
        return at is not None and all(compared(at, each) for each in moments)

    return passes


def _ranges(name: str, operands: list[str]) -> Test:
    windows = []
    for each in operands:
        first, last = ends(each)
        windows.append((moment(name, first), moment(name, last, end=True)))

    def passes(value: Any) -> bool:
        at = _moment(value)
        return at is not None and any(first <= at <= last for first, last in windows)

    return passes


def _window(name: str, limit: int) -> Test:
    """Whether a row lasts until after the beginning, or has begun by the end, of a window of time."""

    def passes(row: Any) -> bool:
        begun = next((_moment(row[each]) for each in _BEGINS if row.get(each)), None)
        ended = next((_moment(row[each]) for each in _ENDS if row.get(each)), None)
        if name in _TO:
            return begun is None or begun <= limit
        return ended is None or ended >= limit

    return passes


def _moment(value: Any) -> int | None:
    try:
        return moment("", str(value))
    except Problem:
        return None


def _number(value: Any) -> Any:
    try:
        return (0, float(value))
    except (TypeError, ValueError):
        return (1, str(value))


def _sorted(rows: list[Row], how: str, call: Call) -> list[Row]:
    """The rows in the order that a name such as `created_at_newest_first` asks for."""
    for ending, reverse in (
        ("_newest_first", True),
        ("_oldest_first", False),
        ("_desc", True),
        ("_asc", False),
    ):
        name = how.removesuffix(ending)
        if name != how:
            return sorted(rows, key=lambda row: _number(row.get(name)), reverse=reverse)
    call.notes.append(f"sort_by: nothing is known of {how}, ignored")
    return rows


def _under(value: Any, id_: str) -> Any:
    """What a map has under an id, or those items of a list that have it, themselves or in a part."""
    if isinstance(value, Mapping):
        return value.get(id_)
    if not isinstance(value, list):
        return None
    return [each for each in value if isinstance(each, Mapping) and id_ in (*_own(each), *_parts(each))]


def _own(item: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(each for each in item.values() if isinstance(each, str))


def _parts(item: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(each.get("id") for each in item.values() if isinstance(each, Mapping))


def _texts(value: Any) -> list[str]:
    """Every text in a value."""
    if isinstance(value, Mapping | list):
        return [
            text
            for each in (value.values() if isinstance(value, Mapping) else value)
            for text in _texts(each)
        ]
    return [] if value is None else [_text(value)]


def _has(value: Any, wanted: Any) -> bool:
    if isinstance(wanted, dict):
        return True
    if isinstance(value, list):
        return any(_has(each, wanted) for each in value)
    if isinstance(value, Mapping):
        return any(_has(value[each], wanted) for each in ("id", "name", "value", "key") if each in value)
    if isinstance(wanted, list):
        return any(_has(value, each) for each in wanted)
    return bool(value == wanted or (value is not None and _text(value) == _text(wanted)))


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
