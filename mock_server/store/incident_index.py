"""The incidents in order of creation, and by everything that a filter asks for."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from math import floor
from operator import ge, le
from typing import Any

from ...openapi.rfc3339 import day_of, instant
from ..assumptions import DEFAULT_MODES, HIDDEN_BY_DEFAULT_CATEGORIES
from .facets import LARGEST, Facet
from .row_index import RowIndex

Row = Mapping[str, Any]

_SECONDS_A_DAY = 86400
_TEXTS = ("value_text", "value_link", "value_numeric")


class IncidentIndex(RowIndex):
    """The incidents in order of creation, and by facet.

    `is_setting` distinguishes the severities that the organisation has, whose rank may change, from those that only an
    incident carries, whose rank is the incident's own.
    """

    def __init__(self, is_setting: Callable[[str], bool]) -> None:
        super().__init__(lambda row: instant(row["created_at"]), self._facets_of_incident)
        self._is_setting = is_setting
        self.numbers: dict[str, list[tuple[Decimal, str]]] = {}
        """The numbers in each custom field that has some, in order, with the texts that they were given as.

        Never changed in place once it is loaded: snapshots have it too.
        """

    def load(self, rows: Iterable[Row]) -> None:
        """Fill an empty index, much faster than row by row."""
        rows = list(rows)
        super().load(rows)
        texts = {each for row in rows for each in _numeric_values(row)}
        for name, text in texts:
            if (number := number_of(text)) is not None:
                self.numbers.setdefault(name, []).append((number, text))
        for numbers in self.numbers.values():
            numbers.sort()

    def change(self, before: Row | None, after: Row | None) -> None:
        """Take note of a new incident (`before` is None) or of a changed one. Creation times never change."""
        super().change(before, after)
        for name, text in _numeric_values(after or {"custom_field_entries": ()}):
            if (number := number_of(text)) is not None:
                numbers = self.numbers.get(name, [])
                place = bisect_left(numbers, (number, text))
                if numbers[place : place + 1] != [(number, text)]:
                    added = [*numbers[:place], (number, text), *numbers[place:]]
                    self.numbers = {**self.numbers, name: added}

    def having_any(self, name: str) -> int:
        """Give the incidents with some value of a facet that an incident may lack."""
        return self.having("has value", [name])

    def created_between(self, first: int | None, last: int | None) -> int:
        """Give the incidents created from day `first` to day `last`, both whole days included (see rfc3339.day)."""
        count = len(self._keys)
        start = 0 if first is None else bisect_left(self._keys, (first * _SECONDS_A_DAY, 0))
        end = count if last is None else bisect_left(self._keys, ((last + 1) * _SECONDS_A_DAY, 0))
        # Ones up to `end`, less ones up to `start`.
        return (self.all_rows >> count - end) ^ (self.all_rows >> count - min(start, end))

    def updated_between(self, first: int | None, last: int | None) -> int:
        """Give the incidents last updated from day `first` to day `last`, both whole days included."""
        return self.between("updated_on", first, last)

    def compared(self, name: str, operator: str, limit: Decimal) -> int:
        """Give the incidents whose number in a custom field is at least (`gte`) or at most (`lte`) the limit."""
        whole, numbers = _whole(limit), self.numbers.get(name, [])
        fits = ge if operator == "gte" else le
        nearby = numbers[
            bisect_left(numbers, whole, key=_whole_of) : bisect_right(numbers, whole, key=_whole_of)
        ]
        near = self.having(name, [text for number, text in nearby if fits(number, limit)])
        if operator == "gte":
            return near | self.between(f"most {name}", whole + 1, None)
        return near | self.between(f"least {name}", None, whole - 1)

    def knows(self, id_: str) -> bool:
        """Say whether there is an incident of that id."""
        return id_ in self._positions

    def rank_of(self, severity_id: str) -> int | None:
        """Give the rank of a severity that only incidents carry; None when none does."""
        ranks = self.values(f"rank of severity {severity_id}")
        return next((int(rank) for rank in ranks), None)

    def _facets_of_incident(self, row: Row) -> Iterator[Facet]:
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
        if status["category"] not in HIDDEN_BY_DEFAULT_CATEGORIES:
            yield "shown", "by category"
        if row["mode"] in DEFAULT_MODES:
            yield "shown", "by mode"
        yield "updated_on", day_of(instant(row["updated_at"]))
        for assignment in row["incident_role_assignments"]:
            if "assignee" in assignment:
                yield from _facets_of_values(
                    f"role {assignment['role']['id']}", [assignment["assignee"]["id"]]
                )
        for entry in row["custom_field_entries"]:
            yield from _facets_of_values(f"field {entry['custom_field']['id']}", _names_in(entry["values"]))
            yield from _ends(f"field {entry['custom_field']['id']}", entry["values"])


def _facets_of_values(name: str, values: Iterable[str]) -> Iterator[Facet]:
    some = False
    for value in values:
        yield name, value
        some = True
    if some:
        yield "has value", name


def _ends(name: str, values: Iterable[Row]) -> Iterator[Facet]:
    """The least and the most of the numbers among the values; of a numeric field's only value both are the same."""
    texts = (value["value_numeric"] for value in values if "value_numeric" in value)
    numbers = [_whole(number) for text in texts if (number := number_of(text)) is not None]
    if numbers:
        yield f"least {name}", min(numbers)
        yield f"most {name}", max(numbers)


def _names_in(values: Iterable[Row]) -> Iterator[str]:
    for value in values:
        for kind in _TEXTS:
            if kind in value:
                yield value[kind]
        if "value_option" in value:
            yield value["value_option"]["id"]
        if "value_catalog_entry" in value:
            # It may be asked for by id, external id or alias (behaviour.md#filter-custom-field-catalog).
            entry = value["value_catalog_entry"]
            yield entry["id"]
            if "external_id" in entry:
                yield entry["external_id"]
            yield from entry.get("aliases", ())


def _numeric_values(row: Row) -> Iterator[tuple[str, str]]:
    for entry in row["custom_field_entries"]:
        for value in entry["values"]:
            if "value_numeric" in value:
                yield f"field {entry['custom_field']['id']}", value["value_numeric"]


def number_of(text: str) -> Decimal | None:
    """Give the number that a text is; None for any other text."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _whole(number: Decimal) -> int:
    """The whole number at or below it, of those that facets have: the ends stand for all beyond."""
    return floor(max(Decimal(-LARGEST), min(Decimal(LARGEST), number)))


def _whole_of(pair: tuple[Decimal, str]) -> int:
    return _whole(pair[0])
