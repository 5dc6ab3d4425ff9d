"""Rows in an order and by facet: which page of a list they make, without a look at the others."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, NamedTuple

from .facets import Facet, Facets, Holders

Row = Mapping[str, Any]

_WINDOW = 1024


class IndexSnapshot(NamedTuple):
    """An index as it was."""

    ids: list[str]
    keys: list[Any]
    positions: dict[str, int]
    facets: Holders
    all_rows: int
    """Nothing in it is ever changed: whoever keeps on from it copies at its first change."""


class RowIndex:
    """The rows of a collection, in ascending order of their keys and by facet.

    `key` and `facets` give what a row has; the key of a row never changes. Sets of rows are integers (see `facets`).
    """

    def __init__(self, key: Callable[[Row], Any], facets: Callable[[Row], Iterable[Facet]]) -> None:
        self._key = key
        self._facets_of = facets
        self._ids: list[str] = []
        self._keys: list[Any] = []
        self._positions: dict[str, int] = {}
        self._facets = Facets(self._positions)
        self.all_rows = 0
        """All rows."""
        self._is_shared = False
        """Whether a snapshot has these rows too, so that they are copied before they change."""

    def __len__(self) -> int:
        return self.all_rows.bit_count()

    def load(self, rows: Iterable[Row]) -> None:
        """Fill an empty index, much faster than row by row."""
        ordered = sorted(((self._key(row), row) for row in rows), key=lambda pair: pair[0])
        self._keys = [key for key, _ in ordered]
        self._ids = [row["id"] for _, row in ordered]
        self._positions.update({id_: position for position, id_ in enumerate(self._ids)})
        self._facets.load((row["id"], self._facets_of(row)) for _, row in ordered)
        self.all_rows = (1 << len(ordered)) - 1

    def change(self, before: Row | None, after: Row | None) -> None:
        """Take note of a row that is new (`after` only), changed, or gone (`before` only): its place stays empty."""
        row = after if after is not None else before
        if row is None:
            return
        self._own()
        if before is None:
            self._insert(row["id"], self._key(row))
        old, new = (set() if each is None else set(self._facets_of(each)) for each in (before, after))
        self._facets.change(row["id"], old, new)
        if after is None:
            self.all_rows ^= 1 << self._positions[row["id"]]

    def _insert(self, id_: str, key: Any) -> None:
        position = bisect_right(self._keys, key)
        if position < len(self._ids):
            self._shift_from(position)
        self._ids.insert(position, id_)
        self._keys.insert(position, key)
        self._positions[id_] = position
        self.all_rows |= 1 << position

    def _shift_from(self, position: int) -> None:
        # Only for a row that comes before others that are here already (a clock that stands in the past).
        for moved in self._ids[position:]:
            self._positions[moved] += 1
        kept = self.all_rows & ((1 << position) - 1)
        self.all_rows = kept | (self.all_rows ^ kept) << 1
        self._facets.shift_from(position)

    def snapshot(self) -> "IndexSnapshot":
        """Give the rows as they are. Nothing is copied before something changes."""
        self._is_shared = True
        return IndexSnapshot(self._ids, self._keys, self._positions, self._facets.holders, self.all_rows)

    def restore(self, snapshot: "IndexSnapshot") -> None:
        """Go to a snapshot of this index, or of another one that is made of the same."""
        self._ids, self._keys, self._positions = snapshot.ids, snapshot.keys, snapshot.positions
        self._facets = Facets(self._positions, snapshot.facets)
        self.all_rows = snapshot.all_rows
        self._is_shared = True

    def _own(self) -> None:
        """Have copies of what a snapshot has too, to change them."""
        if self._is_shared:
            self._ids, self._keys, self._positions = [*self._ids], [*self._keys], {**self._positions}
            self._facets = self._facets.copied(self._positions)
            self._is_shared = False

    def values(self, name: str) -> list[str]:
        """Give the values that a facet has had, numbers aside."""
        return self._facets.values(name)

    def having(self, name: str, values: Iterable[str]) -> int:
        """Give the rows with any of the values."""
        return self._facets.having(name, values)

    def between(self, name: str, first: int | None, last: int | None) -> int:
        """Give the rows with a number from `first` to `last` (see `facets`)."""
        return self._facets.between(name, first, last)

    def bit(self, id_: str) -> int:
        """Give the set of that row alone."""
        return 1 << self._positions[id_]

    def page(self, found: int, *, after: str | None, size: int, newest_first: bool) -> list[str]:
        """Give the ids of up to `size` of the rows found, in order, those after `after` in that order."""
        if newest_first:
            if after is not None:
                found &= (1 << self._positions[after]) - 1
            positions = _falling(found)
        else:
            start = 0 if after is None else self._positions[after] + 1
            positions = _rising(found >> start, start)
        return [self._ids[position] for position in islice(positions, size)]

    def ids(self, found: int) -> list[str]:
        """Give the ids of all rows found, in order."""
        return [self._ids[position] for position in _rising(found)]


def _falling(bits: int) -> Iterator[int]:
    """Where the bits stand, highest first."""
    for place, part in _parts(bits, highest_first=True):
        left = part
        while left:
            highest = left.bit_length() - 1
            yield place + highest
            left ^= 1 << highest


def _rising(bits: int, start: int = 0) -> Iterator[int]:
    """Where the bits stand, counted from `start`, lowest first."""
    for place, part in _parts(bits, highest_first=False):
        left = part
        while left:
            lowest = left & -left
            yield start + place + lowest.bit_length() - 1
            left ^= lowest


def _parts(bits: int, *, highest_first: bool) -> Iterator[tuple[int, int]]:
    """The bits in parts that are quick to take bit by bit, each with where it begins."""
    # Most pages need no more than the first part, and it costs next to nothing to cut that off.
    start = max(0, bits.bit_length() - _WINDOW) if highest_first else 0
    first = bits >> start if highest_first else bits & (1 << _WINDOW) - 1
    yield start, first
    yield from _halves(bits ^ (first << start), 0, highest_first=highest_first)


def _halves(bits: int, start: int, *, highest_first: bool) -> Iterator[tuple[int, int]]:
    if (width := bits.bit_length()) <= _WINDOW:
        yield start, bits
        return
    half = width // 2
    for is_high in (highest_first, not highest_first):
        if is_high:
            yield from _halves(bits >> half, start + half, highest_first=highest_first)
        else:
            yield from _halves(bits & (1 << half) - 1, start, highest_first=highest_first)
