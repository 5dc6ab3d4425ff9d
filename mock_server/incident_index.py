"""Which incidents have what: one bit for each incident, one integer for each value of a facet.

Bit p stands for the p-th incident in order of creation, so a set of incidents is an integer, `&` and `|` combine
filters, `int.bit_count` is the exact total, and a page is a run of bits. Values that hardly two incidents share
(texts, links, numbers) are kept as sets of ids instead, since a mostly empty integer would waste memory.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from ..openapi.rfc3339 import Instant, day_of, instant

Row = Mapping[str, Any]
Facet = tuple[str, str]
"""Name and value, such as `("severity", "01H…")` or `("field 01H…", "01J…")`."""

_SECONDS_A_DAY = 86400
_WINDOW = 2048
_SPARSE_VALUES = ("value_text", "value_link", "value_numeric")


class IncidentIndex:
    """The incidents in order of creation, and by facet.

    `is_setting` tells the severities that the organisation has, whose rank may change, from those that only an
    incident carries, whose rank is the incident's own.
    """

    def __init__(self, is_setting: Callable[[str], bool]) -> None:
        self._is_setting = is_setting
        self._ids: list[str] = []
        self._created: list[Instant] = []
        self._positions: dict[str, int] = {}
        self._dense: dict[str, dict[str, int]] = {}
        self._sparse: dict[str, dict[str, set[str]]] = {}

    def __len__(self) -> int:
        return len(self._ids)

    def load(self, rows: Iterable[Row]) -> None:
        """Fill an empty index, much faster than row by row."""
        ordered = sorted(((instant(row["created_at"]), row) for row in rows), key=lambda pair: pair[0])
        self._ids = [row["id"] for _, row in ordered]
        self._created = [created for created, _ in ordered]
        self._positions = {id_: position for position, id_ in enumerate(self._ids)}
        members: dict[Facet, list[int]] = {}
        for position, (_, row) in enumerate(ordered):
            for facet in self._dense_facets(row):
                members.setdefault(facet, []).append(position)
            for name, value in _sparse_facets(row):
                self._sparse.setdefault(name, {}).setdefault(value, set()).add(row["id"])
        for (name, value), positions in members.items():
            self._dense.setdefault(name, {})[value] = self._bits(positions)

    def put(self, before: Row | None, after: Row) -> None:
        """Take note of a new incident (`before` is None) or of a changed one. Creation times never change."""
        if before is None:
            self._insert(after["id"], instant(after["created_at"]))
        bit = 1 << self._positions[after["id"]]
        old = set() if before is None else set(self._dense_facets(before))
        new = set(self._dense_facets(after))
        for name, value in old ^ new:
            values = self._dense.setdefault(name, {})
            values[value] = values.get(value, 0) ^ bit
        for name, value in _sparse_facets(before) if before is not None else ():
            self._sparse[name][value].discard(after["id"])
        for name, value in _sparse_facets(after):
            self._sparse.setdefault(name, {}).setdefault(value, set()).add(after["id"])

    def _insert(self, id_: str, created: Instant) -> None:
        position = bisect_right(self._created, created)
        if position < len(self._ids):
            self._make_room(position)
        self._ids.insert(position, id_)
        self._created.insert(position, created)
        self._positions[id_] = position

    def _make_room(self, position: int) -> None:
        # Only for an incident that was created before others that are here already (a clock that stands in the past).
        for moved in self._ids[position:]:
            self._positions[moved] += 1
        low = (1 << position) - 1
        for values in self._dense.values():
            for value, bits in values.items():
                values[value] = (bits & low) | (bits >> position << position + 1)

    def everything(self) -> int:
        """All incidents."""
        return (1 << len(self._ids)) - 1

    def values(self, name: str) -> Iterator[str]:
        """The values that a facet has had."""
        yield from self._dense.get(name, ())
        yield from self._sparse.get(name, ())

    def having(self, name: str, values: Iterable[str]) -> int:
        """The incidents with any of the values."""
        dense, sparse = self._dense.get(name, {}), self._sparse.get(name, {})
        found = 0
        rare: list[int] = []
        for value in values:
            found |= dense.get(value, 0)
            rare.extend(self._positions[id_] for id_ in sparse.get(value, ()))
        return found | self._bits(rare) if rare else found

    def having_any(self, name: str) -> int:
        """The incidents with some value of the facet."""
        return self.having(name, self.values(name))

    def created_between(self, first: int | None, last: int | None) -> int:
        """The incidents created from day `first` to day `last`, both whole days included (see rfc3339.day)."""
        start = 0 if first is None else bisect_left(self._created, (first * _SECONDS_A_DAY, 0))
        end = len(self._ids)
        if last is not None:
            end = bisect_left(self._created, ((last + 1) * _SECONDS_A_DAY, 0))
        return ((1 << end) - 1) & ~((1 << min(start, end)) - 1)

    def updated_between(self, first: int | None, last: int | None) -> int:
        """The incidents last updated from day `first` to day `last`, both whole days included."""
        days = self._dense.get("updated_on", {})
        found = 0
        for text, bits in days.items():
            if (first is None or int(text) >= first) and (last is None or int(text) <= last):
                found |= bits
        return found

    def knows(self, id_: str) -> bool:
        """Whether there is an incident of that id."""
        return id_ in self._positions

    def rank_of(self, severity_id: str) -> int | None:
        """The rank of a severity that only incidents carry; None when none does."""
        ranks = self._dense.get(f"rank of severity {severity_id}", ())
        return next((int(rank) for rank in ranks), None)

    def has(self, id_: str, name: str, value: str) -> bool:
        """Whether that incident has that value of a (dense) facet."""
        return bool(self._dense.get(name, {}).get(value, 0) >> self._positions[id_] & 1)

    def page(self, found: int, *, after: str | None, size: int, newest_first: bool) -> list[str]:
        """The ids of up to `size` of the incidents found, in order, those after `after` in that order."""
        if newest_first:
            if after is not None:
                found &= (1 << self._positions[after]) - 1
            return self._take_from_top(found, size)
        return self._take_from_bottom(found, 0 if after is None else self._positions[after] + 1, size)

    def _take_from_top(self, found: int, size: int) -> list[str]:
        page: list[str] = []
        while found and len(page) < size:
            floor = max(0, found.bit_length() - _WINDOW)
            window = found >> floor
            while window and len(page) < size:
                top = window.bit_length() - 1
                page.append(self._ids[floor + top])
                window ^= 1 << top
            found &= (1 << floor) - 1
        return page

    def _take_from_bottom(self, found: int, start: int, size: int) -> list[str]:
        page: list[str] = []
        found >>= start
        while found and len(page) < size:
            window = found & ((1 << _WINDOW) - 1)
            while window and len(page) < size:
                low = (window & -window).bit_length() - 1
                page.append(self._ids[start + low])
                window &= window - 1
            found >>= _WINDOW
            start += _WINDOW
        return page

    def _dense_facets(self, row: Row) -> Iterator[Facet]:
        status, severity = row["incident_status"], row.get("severity")
        yield "status", status["id"]
        yield "status_category", status["category"]
        if severity is not None:
            yield "severity", severity["id"]
            if not self._is_setting(severity["id"]):
                yield "severity_rank", str(severity["rank"])
                yield f"rank of severity {severity['id']}", str(severity["rank"])
        if "incident_type" in row:
            yield "incident_type", row["incident_type"]["id"]
        yield "mode", row["mode"]
        yield "visibility", row["visibility"]
        yield "updated_on", str(day_of(instant(row["updated_at"])))
        for assignment in row["incident_role_assignments"]:
            if "assignee" in assignment:
                yield f"role {assignment['role']['id']}", assignment["assignee"]["id"]
        for entry in row["custom_field_entries"]:
            name = f"field {entry['custom_field']['id']}"
            for value in entry["values"]:
                if "value_option" in value:
                    yield name, value["value_option"]["id"]
                if "value_catalog_entry" in value:
                    for key in _names_of(value["value_catalog_entry"]):
                        yield name, key

    def _bits(self, positions: Sequence[int]) -> int:
        octets = bytearray(len(self._ids) // 8 + 1)
        for position in positions:
            octets[position >> 3] |= 1 << (position & 7)
        return int.from_bytes(octets, "little")


def _names_of(entry: Row) -> Iterator[str]:
    # A catalog entry may be asked for by id, external id or alias (BEHAVIOUR.md §5).
    yield entry["id"]
    if "external_id" in entry:
        yield entry["external_id"]
    yield from entry.get("aliases", ())


def _sparse_facets(row: Row) -> Iterator[Facet]:
    for entry in row["custom_field_entries"]:
        for value in entry["values"]:
            for kind in _SPARSE_VALUES:
                if kind in value:
                    yield f"field {entry['custom_field']['id']}", value[kind]
