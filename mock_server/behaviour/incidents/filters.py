"""The filters of the incidents list: from query parameters to the set of incidents they leave.

See behaviour.md#filters-of-the-incidents-list.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import reduce
from operator import and_, or_

from ....openapi import rfc3339
from ...assumptions import CATEGORY_ALIASES
from ...request.call import Call
from ...request.problem import invalid
from ...store.incident_index import number_of
from ...store.store import Store
from ..date_operators import spans, unknown_operator
from ..lookups import visible_rows

Operators = Mapping[str, list[str]]
Reader = Callable[[Store, Call, Operators], Iterator[int]]


def matching(store: Store, call: Call) -> int:
    """Find the incidents (see incident_index) that the query asks for and the key may see. Raises the 422 Problem."""
    index = store.incidents.index
    clauses = list(_clauses(store, call))
    if call.query.get("filter_mode") == "any" and clauses:
        clauses = [reduce(or_, clauses)]
    if "mode" not in call.query:
        clauses.append(index.having("shown", ["by mode"]))
    if "status_category" not in call.query and "one_of" not in call.query.get("status", {}):
        clauses.append(index.having("shown", ["by category"]))
    return reduce(and_, clauses, visible_rows(call, index))


def _clauses(store: Store, call: Call) -> Iterator[int]:
    """One set for each operator of each filter."""
    for name, read in _FILTERS.items():
        if name in call.query:
            yield from read(store, call, call.query[name])
    for role_id, operators in call.query.get("incident_role", {}).items():
        yield from _role(store, call, role_id, operators)
    for field_id, operators in call.query.get("custom_field", {}).items():
        yield from _custom_field(store, call, field_id, operators)


def _membership(store: Store, facet: str, name: str, operators: Operators) -> Iterator[int]:
    """`one_of` and `not_in`; what has no value at all is in no list, so `not_in` keeps it."""
    index = store.incidents.index
    for operator, values in operators.items():
        if operator == "one_of":
            yield index.having(facet, values)
        elif operator == "not_in":
            yield index.all_rows ^ index.having(facet, values)
        else:
            raise unknown_operator(name, operator, ("one_of", "not_in"))


def _by_id(facet: str, collection: str) -> Reader:
    def read(store: Store, call: Call, operators: Operators) -> Iterator[int]:
        _note_unknown(store, call, facet, collection, operators)
        return _membership(store, facet, facet, operators)

    return read


def _note_unknown(store: Store, call: Call, facet: str, collection: str, operators: Operators) -> None:
    seen = store.incidents.index.values(facet)
    for value in (value for values in operators.values() for value in values):
        if value not in seen and store.get(collection, value) is None:
            call.notes.append(f"{facet}: nothing has the id {value}")


def _category(store: Store, call: Call, operators: Operators) -> Iterator[int]:
    known = call.document.schemas["IncidentStatusV1"]["properties"]["category"]["enum"]
    meant: dict[str, list[str]] = {}
    for operator, values in operators.items():
        meant[operator] = [CATEGORY_ALIASES.get(value, value) for value in values]
        for value in meant[operator]:
            if value not in known:
                raise invalid("status_category", f"no such status category: {value}")
    return _membership(store, "status_category", "status_category", meant)


def _mode(store: Store, call: Call, operators: Operators) -> Iterator[int]:
    known = call.document.schemas["IncidentV2"]["properties"]["mode"]["enum"]
    for operator, values in operators.items():
        if operator != "one_of":
            raise unknown_operator("mode", operator, ("one_of",))
        for value in values:
            if value not in known:
                raise invalid("mode", f"no such mode: {value}")
        yield store.incidents.index.having("mode", values)


def _severity(store: Store, call: Call, operators: Operators) -> Iterator[int]:
    _note_unknown(store, call, "severity", "severities", operators)
    for operator, values in operators.items():
        if operator in ("gte", "lte"):
            yield reduce(or_, (_ranked(store, operator, value) for value in values))
        elif operator in ("one_of", "not_in"):
            yield from _membership(store, "severity", "severity", {operator: values})
        else:
            raise unknown_operator("severity", operator, ("one_of", "not_in", "gte", "lte"))


def _ranked(store: Store, operator: str, severity_id: str) -> int:
    """The incidents at least (`gte`) or at most (`lte`) as bad as that severity: higher rank, worse."""
    index = store.incidents.index
    severity = store.get("severities", severity_id)
    limit = index.rank_of(severity_id) if severity is None else severity["rank"]
    if limit is None:
        return 0

    def fits(rank: int) -> bool:
        return rank >= limit if operator == "gte" else rank <= limit

    settings = [row["id"] for row in store.all("severities") if fits(row["rank"])]
    foreign = [rank for rank in index.values("severity_rank") if fits(int(rank))]
    return index.having("severity", settings) | index.having("severity_rank", foreign)


def _dates(name: str) -> Reader:
    def day(text: str) -> int:
        try:
            return rfc3339.day(text)
        except ValueError:
            # The live message names date_range whatever the operator was (behaviour.md#date-filter-names-date-range).
            message = "Filter field date_range must provide a date in the format yyyy-mm-dd"
            raise invalid(name, message) from None

    def read(store: Store, _: Call, operators: Operators) -> Iterator[int]:
        index = store.incidents.index
        between = index.created_between if name == "created_at" else index.updated_between
        for days in spans(name, operators, day, day):
            yield reduce(or_, (between(first, last) for first, last in days))

    return read


def _blank(store: Store, call: Call, name: str, facet: str, operator: str, values: list[str]) -> int:
    index = store.incidents.index
    assigned = index.having_any(facet)
    if operator == "is_set":
        call.notes.append(
            f"{name}[is_set]: the vendor's own example reads it the other way round; is_blank is safe"
        )
    found = 0
    for value in values:
        if value not in ("true", "false"):
            raise invalid(name, f"{operator} takes true or false")
        wants_blank = (value == "true") == (operator == "is_blank")
        found |= index.all_rows ^ assigned if wants_blank else assigned
    return found


def _role(store: Store, call: Call, role_id: str, operators: Operators) -> Iterator[int]:
    facet, name = f"role {role_id}", f"incident_role[{role_id}]"
    if store.get("incident_roles", role_id) is None and not store.incidents.index.values(facet):
        call.notes.append(f"{name}: no such role")
    for operator, values in operators.items():
        if operator in ("is_blank", "is_set"):
            yield _blank(store, call, name, facet, operator, values)
        elif operator == "one_of":
            yield store.incidents.index.having(facet, values)
        else:
            raise unknown_operator(name, operator, ("one_of", "is_blank", "is_set"))


def _custom_field(store: Store, call: Call, field_id: str, operators: Operators) -> Iterator[int]:
    facet, name = f"field {field_id}", f"custom_field[{field_id}]"
    field = store.get("custom_fields", field_id)
    if field is None and not store.incidents.index.values(facet):
        call.notes.append(f"{name}: no such custom field")
    numeric = field is not None and field["field_type"] == "numeric"
    for operator, values in operators.items():
        if operator in ("is_blank", "is_set"):
            yield _blank(store, call, name, facet, operator, values)
        elif operator in ("gte", "lte") and numeric:
            yield reduce(or_, (_compared(store, name, facet, operator, value) for value in values))
        else:
            yield from _membership(store, facet, name, {operator: values})


def _compared(store: Store, name: str, facet: str, operator: str, text: str) -> int:
    limit = number_of(text)
    if limit is None:
        raise invalid(name, f"{operator} takes a number")
    return store.incidents.index.compared(facet, operator, limit)


_FILTERS: Mapping[str, Reader] = {
    "status": _by_id("status", "incident_statuses"),
    "status_category": _category,
    "severity": _severity,
    "incident_type": _by_id("incident_type", "incident_types"),
    "mode": _mode,
    "created_at": _dates("created_at"),
    "updated_at": _dates("updated_at"),
}
