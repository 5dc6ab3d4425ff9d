"""Which rows have what: the set of rows for each value of a facet.

A set of rows is an integer in which bit p stands for the row at position p, so that `&`, `|` and `^` combine sets and
`int.bit_count` is an exact total. Those operations take no longer for large sets than a page takes to be put together;
`~` and `-` do. A value that few rows have keeps their ids instead: a mostly empty integer would waste memory.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

Facet = tuple[str, str | int]
"""Name and value, such as `("severity", "01H…")` or `("updated_on", 740137)`; numbers can be found by a range too."""

_FEW = 2048
"""A value is held by few while there are so many times as many rows: an integer takes 256 bytes for each of them."""
_STEP = 3
_LEVELS = 9
LARGEST = (1 << _STEP * _LEVELS) - 1
"""Numbers go from `-LARGEST - 1` to `LARGEST`."""

_Span = tuple[int, int]
"""The numbers that are alike after so many halvings by eight: level and what is left."""
_Value = str | _Span
Holders = dict[str, dict[_Value, list[str] | int]]


def _values(value: str | int) -> Iterator[_Value]:
    """What a value is kept as: a number as the spans that it lies in, of one number, of eight, of 64…"""
    if isinstance(value, str):
        yield value
        return
    for level in range(_LEVELS):
        yield level, value >> _STEP * level


def _below(number: int) -> Iterator[_Span]:
    """Few spans that hold, those left out that lie in another of them, just the numbers below this one."""
    for level in range(_LEVELS - 1):
        beyond = number & 7
        if beyond <= 4:
            yield from ((level, number - step) for step in range(1, beyond + 1))
            number >>= _STEP
        else:  # sooner all eight, without those that are too many
            yield from ((level, number + step) for step in range(8 - beyond))
            number = (number >> _STEP) + 1
    yield from ((_LEVELS - 1, each) for each in range(-8, number))


class Facets:
    """The rows by facet. `positions` says where each row stands; it belongs to whoever keeps the order."""

    def __init__(self, positions: Mapping[str, int], holders: Holders | None = None) -> None:
        self._positions = positions
        self.holders: Holders = {} if holders is None else holders
        """For each name the rows of each value. Sets of rows are never changed in place."""

    def load(self, rows: Iterable[tuple[str, Iterable[Facet]]]) -> None:
        """Load the facets of many rows by their ids, much faster than row by row."""
        of_facets: defaultdict[Facet, list[str]] = defaultdict(list)
        for id_, facets in rows:
            for facet in facets:
                of_facets[facet].append(id_)
        of_values: defaultdict[str, defaultdict[_Value, list[str]]] = defaultdict(lambda: defaultdict(list))
        for (name, value), ids in of_facets.items():
            for each in _values(value):
                of_values[name][each] += ids
        self.holders = {
            name: {value: self._settled(ids) for value, ids in values.items()}
            for name, values in of_values.items()
        }

    def change(self, id_: str, old: set[Facet], new: set[Facet]) -> None:
        """Take note that a row has the new facets in place of the old ones."""
        bit = 1 << self._positions[id_]
        before, after = (
            {(name, each) for name, value in facets for each in _values(value)} for facets in (old, new)
        )
        for name, value in before - after:
            held = self.holders[name][value]
            if isinstance(held, int):
                self.holders[name][value] = held ^ bit
            else:
                self.holders[name][value] = [each for each in held if each != id_]
        for name, value in after - before:
            values = self.holders.setdefault(name, {})
            held = values.get(value, [])
            values[value] = held | bit if isinstance(held, int) else self._settled([*held, id_])

    def copied(self, positions: Mapping[str, int]) -> "Facets":
        """Give the same, to be changed apart, of rows that stand at these positions."""
        return Facets(positions, {name: dict(values) for name, values in self.holders.items()})

    def shift_from(self, position: int) -> None:
        """Move all rows from that position on by one."""
        below = (1 << position) - 1
        for values in self.holders.values():
            for value, held in values.items():
                if isinstance(held, int):
                    kept = held & below
                    values[value] = kept | (held ^ kept) << 1

    def having(self, name: str, values: Iterable[str]) -> int:
        """Give the rows with any of the values."""
        holders = self.holders.get(name, {})
        found = 0
        few: list[str] = []
        for value in values:
            held = holders.get(value, 0)
            if isinstance(held, int):
                found |= held
            else:
                few += held
        return found | self._bits(few) if few else found

    def between(self, name: str, first: int | None, last: int | None) -> int:
        """Find the rows whose number (one at most) is from `first` to `last`, both included; None for no bound."""
        lowest, highest = -LARGEST - 1 if first is None else first, LARGEST if last is None else last
        if lowest > highest:
            return 0
        holders = self.holders.get(name, {})
        found = 0
        few: set[str] = set()
        for span in {*_below(lowest)} ^ {*_below(highest + 1)}:
            held = holders.get(span, 0)
            if isinstance(held, int):
                found ^= held
            else:
                few ^= set(held)
        return found ^ self._bits([*few]) if few else found

    def values(self, name: str) -> list[str]:
        """Give the values that a facet has had, numbers aside."""
        return [value for value in self.holders.get(name, ()) if isinstance(value, str)]

    def _settled(self, ids: list[str]) -> list[str] | int:
        return self._bits(ids) if len(ids) * _FEW > len(self._positions) else list(dict.fromkeys(ids))

    def _bits(self, ids: list[str]) -> int:
        if len(ids) == 1:  # most days, and many a text
            return 1 << self._positions[ids[0]]
        positions = [self._positions[id_] for id_ in ids]
        lowest = min(positions)
        octets = bytearray((max(positions) - lowest) // 8 + 1)
        for position in positions:
            octets[position - lowest >> 3] |= 1 << (position - lowest & 7)
        return int.from_bytes(octets, "little") << lowest
