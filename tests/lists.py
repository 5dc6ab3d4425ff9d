"""What a list can be asked for, and data sets of any size in which the same things are asked for."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import product
from urllib.parse import urlencode

from incident_double.fixtures import Dataset
from incident_double.fixtures.domain.dataset import Row
from incident_double.mock_server import DEFAULT_TOKEN, Double, Request

BELONGINGS = ("incident_updates", "actions", "follow_ups", "incident_attachments")
Pairs = list[tuple[str, str]]

_FEW_ENOUGH = ("page_size", "2")
"""Even among a thousand incidents there are so many with any value, and with none."""


def repeated(dataset: Dataset, times: int) -> Dataset:
    """As many times the incidents, with all that belongs to them; a page looks the same, whatever it asks for."""
    collections = dict(dataset.collections)
    for name in ("incidents", *BELONGINGS):
        rows = dataset.collections[name]
        collections[name] = [_copy(row, copy) for copy in range(times) for row in rows]
    return replace(dataset, collections=collections)


def _copy(row: Row, copy: int) -> Row:
    changed = {name: f"{row[name][:20]}{copy:06}" for name in ("id", "incident_id") if name in row}
    if "reference" in row:
        changed["reference"] = f"{row['reference']}{copy:06}"
    return {**row, **changed}


def read(path: str, query: str) -> Request:
    """A request with the key that may do everything."""
    return Request(method="GET", path=path, query=query, authorization=f"Bearer {DEFAULT_TOKEN}", body=b"")


def lists(double: Double) -> dict[str, Request]:
    """Requests for lists by what they show: every filter with each of its operators, every order, deep pages.

    Values and cursors come from the double itself, so that there is something to find.
    """
    asked = {
        **{
            f"/v2/incidents {what}": ("/v2/incidents", pairs) for what, pairs in _of_incidents(double).items()
        },
        **{f"{path} {what}": (path, pairs) for path, what, pairs in _of_others(double)},
    }
    return {what: read(path, urlencode(pairs)) for what, (path, pairs) in asked.items()}


def _of_incidents(double: Double) -> dict[str, Pairs]:
    filters = {f"by {pairs[0][0]}": pairs for pairs in _filters(double)}
    middle, oldest_first = _cursor(double), ("sort_by", "created_at_oldest_first")
    together = [
        pair for name, pairs in filters.items() if name.endswith(("one_of]", "is_blank]")) for pair in pairs
    ]
    return {
        "without a filter": [],
        **filters,
        "by all of that": [
            *filters["by severity[gte]"],
            *filters["by mode[one_of]"],
            *filters["by status[not_in]"],
        ],
        "by any of that": [*together, ("filter_mode", "any")],
        "oldest first": [oldest_first],
        "far on": [("after", middle)],
        "far on, oldest first": [("after", middle), oldest_first],
        "far on, filtered": [("after", middle), *filters["by status_category[one_of]"]],
        "250 at once": [("page_size", "250")],
        "250 far on, filtered": [("after", middle), ("page_size", "250"), *filters["by severity[lte]"]],
    }


def _filters(double: Double) -> Iterator[Pairs]:
    store = double.store
    severities = sorted(store.all("severities"), key=lambda row: row["rank"])
    named: Mapping[str, list[str]] = {
        "status": [row["id"] for row in store.all("incident_statuses")][1:3],
        "status_category": ["closed", "live"],
        "severity": [row["id"] for row in severities][:2],
        "incident_type": [row["id"] for row in store.all("incident_types")][:1],
    }
    for (name, values), operator in product(named.items(), ("one_of", "not_in")):
        yield [(f"{name}[{operator}]", value) for value in values]
    yield from ([(f"severity[{operator}]", severities[1]["id"])] for operator in ("gte", "lte"))
    yield [("mode[one_of]", "standard"), ("mode[one_of]", "test")]
    for name in ("created_at", "updated_at"):
        day = store.incidents.row(_cursor(double))[name][:10]
        yield from ([(f"{name}[{operator}]", day)] for operator in ("gte", "lte"))
        yield [(f"{name}[date_range]", f"2000-01-01~{day}")]
    lead = next(iter(store.all("incident_roles")))["id"]
    holders = [row["id"] for row in store.all("users")][:5]
    yield [(f"incident_role[{lead}][one_of]", user) for user in holders]
    yield from _presence(f"incident_role[{lead}]")
    for field in store.all("custom_fields"):
        yield from _field_filters(double, field)


def _presence(name: str) -> Iterator[Pairs]:
    for operator in ("is_blank", "is_set"):
        yield [(f"{name}[{operator}]", "true"), _FEW_ENOUGH]


def _field_filters(double: Double, field: Row) -> Iterator[Pairs]:
    name = f"custom_field[{field['id']}]"
    values = double.store.incidents.index.values(f"field {field['id']}")
    for operator in ("one_of", "not_in"):
        yield [(f"{name}[{operator}]", value) for value in values[:3]] + [_FEW_ENOUGH]
    yield from _presence(name)
    if field["field_type"] == "numeric":
        yield from ([(f"{name}[{operator}]", "20.5")] for operator in ("gte", "lte"))


def _of_others(double: Double) -> Iterator[tuple[str, str, Pairs]]:
    store = double.store
    middle = {name: sorted(row["id"] for row in store.all(name)) for name in BELONGINGS}
    cursors = {name: ("after", ids[len(ids) // 2]) for name, ids in middle.items()}
    with_all = set.intersection(*({row["incident_id"] for row in store.all(name)} for name in BELONGINGS))
    of_one = [("incident_id", min(with_all))]
    yield from (("/v1/incidents", what, pairs) for what, pairs in _of_old_incidents(double).items())
    attached = next(iter(store.all("incident_attachments")))
    resource = [(name, attached["resource"][name]) for name in ("resource_type", "external_id")]
    yield "/v1/incident_attachments", "of one incident", of_one
    yield "/v1/incident_attachments", "of a resource", [("incident_id", attached["incident_id"]), *resource]
    yield "/v2/incident_updates", "without a filter", []
    yield "/v2/incident_updates", "of one incident", of_one
    yield "/v2/incident_updates", "far on", [cursors["incident_updates"], ("page_size", "50")]
    for name in ("actions", "follow_ups"):
        path = f"/v3/{name}"
        yield path, "without a filter", []
        yield path, "of one incident", of_one
        yield path, "by mode", [("incident_mode", "standard")]
        yield path, "far on", [cursors[name], ("page_size", "50")]
        for time, operator in product(("created_at", "updated_at"), ("gte", "lte")):
            yield path, f"by {time}[{operator}]", [(f"{time}[{operator}]", "2026-04-01")]
        yield path, "by date_range", [("updated_at[date_range]", "2026-03-01~2026-04-20T12:30:00Z")]
    team = next(iter(store.all("teams")))["id"]
    yield "/v3/follow_ups", "by team", [("assignee_team_id", team)]


def _of_old_incidents(double: Double) -> dict[str, Pairs]:
    return {
        "without a filter": [],
        "by status": [("status", "closed"), ("status", "fixing")],
        "far on": [("after", _cursor(double)), ("page_size", "50")],
    }


def _cursor(double: Double) -> str:
    """The incident in the middle of all."""
    index = double.store.incidents.index
    return index.page(index.all_rows, after=None, size=len(index) // 2, newest_first=True)[-1]
