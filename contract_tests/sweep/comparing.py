"""Comparing what two runs have done, apart from what differs by itself: ids, times, numbers and random names."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from .effects import Effects, Row, States

Path = tuple[str, ...]
Facts = frozenset[tuple[Path, str]]
"""What an object says, by place, in whatever order."""
_ULID = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}")
_SLACK_ID = re.compile(r"(?<![A-Za-z0-9])[CDGTUW]0[A-Z0-9]{7,10}(?![A-Za-z0-9])")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
_MEASURED = re.compile(r"seconds|minutes|duration|workload")
_NAMES = ("reference", "name", "title", "description", "text_content", "message", "value")
_GONE: Facts = frozenset({(("deleted",), "yes")})


@dataclass(frozen=True, slots=True)
class TouchedObject:
    """One object that a run has made, changed or deleted."""

    collection: str
    label: str
    """What to call it before a person."""
    states: tuple[Facts, ...]
    """What it said after each change."""

    @property
    def final(self) -> Facts:
        """What it said at the end."""
        return self.states[-1]


@dataclass(frozen=True, slots=True)
class StateDifference:
    """How what a run has done differs from what the clean run did."""

    missing: Sequence[TouchedObject] = ()
    """What wasn't done, or not to the end."""
    other: Sequence[TouchedObject] = ()
    """What was done that the clean run never did."""
    counts: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """Of each collection in which there are more objects: how many in the clean run, and how many now."""

    def described(self) -> str:
        """Give the difference in a line, as objects."""
        more = [
            f"{now} of {collection.replace('_', ' ')} instead of {clean}"
            for collection, (clean, now) in sorted(self.counts.items())
        ]
        odd = [f"{each.label} otherwise" for each in self.other if each.collection not in self.counts]
        lacking = [f"no {each.label}, or unfinished" for each in self.missing if not self.other]
        return "; ".join([*more, *odd, *lacking])


class CleanRuns:
    """What two runs without faults have done, and what of it differs by itself.

    Raises ValueError where too much does.
    """

    def __init__(self, first: Effects, second: Effects) -> None:
        one, two = list(first.objects()), list(second.objects())
        if [collection for collection, _ in one] != [collection for collection, _ in two]:
            raise ValueError("two runs without any fault did different things, so nothing can be compared")
        self._unstable: dict[str, set[Path]] = defaultdict(set)
        self._known = _ids(one) & _ids(two)
        for (collection, mine), (_, others) in zip(one, two, strict=True):
            for row, other in zip_longest(mine, others, fillvalue=None):
                self._unstable[collection] |= _differing(
                    self._facts(collection, row), self._facts(collection, other)
                )
        self.objects = self.touched(first)

    def touched(self, effects: Effects) -> list[TouchedObject]:
        """Give the objects that a run has touched, without what differs by itself."""
        return [
            TouchedObject(
                collection, _label(collection, states), tuple(self._facts(collection, row) for row in states)
            )
            for collection, states in effects.objects()
        ]

    def compare(self, effects: Effects) -> StateDifference:
        """Say how what a run has done differs from what the clean ones did."""
        found = self.touched(effects)
        wanted = Counter((each.collection, each.final) for each in self.objects)
        left = Counter(wanted)
        extra = []
        for each in found:
            if left[each.collection, each.final] > 0:
                left[each.collection, each.final] -= 1
            else:
                extra.append(each)
        missing = [each for each in self.objects if _take(left, (each.collection, each.final))]
        passed = {(each.collection, state) for each in self.objects for state in each.states}
        clean, now = _counted(self.objects), _counted(found)
        counts = {name: (clean[name], now[name]) for name in now if now[name] > clean[name]}
        other = [
            each for each in extra if each.collection in counts or (each.collection, each.final) not in passed
        ]
        return StateDifference(missing, other, counts)

    def _facts(self, collection: str, row: Row | None) -> Facts:
        if row is None:
            return _GONE
        number = str(row.get("reference", "")).rpartition("-")[2]
        unstable = self._unstable[collection]
        return frozenset(
            (path, self._shown(path, leaf, number)) for path, leaf in _leaves(row) if path not in unstable
        )

    def _shown(self, path: Path, leaf: Any, number: str) -> str:
        if not isinstance(leaf, str):
            is_measured = any(_MEASURED.search(step) for step in path)
            return "" if is_measured or str(leaf) == number else repr(leaf)
        if _ULID.fullmatch(leaf):
            return leaf if leaf in self._known else "id"
        if _TIME.match(leaf):
            return "time"
        text = _SLACK_ID.sub("id", _ULID.sub("id", leaf))
        return re.sub(rf"(?<!\d){number}(?!\d)", "number", text) if number.isdecimal() else text


def _take(left: Counter[tuple[str, Facts]], key: tuple[str, Facts]) -> bool:
    if left[key] > 0:
        left[key] -= 1
        return True
    return False


def _counted(objects: Sequence[TouchedObject]) -> Counter[str]:
    return Counter(each.collection for each in objects)


def _leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    if isinstance(value, Mapping):
        for name, each in value.items():
            yield from _leaves(each, (*path, name))
    elif isinstance(value, list | tuple):
        for number, each in enumerate(value):
            yield from _leaves(each, (*path, str(number)))
    else:
        yield path, value


def _ids(objects: Sequence[tuple[str, States]]) -> set[str]:
    return {
        leaf
        for _, states in objects
        for row in states
        if row is not None
        for _, leaf in _leaves(row)
        if isinstance(leaf, str) and _ULID.fullmatch(leaf)
    }


def _differing(first: Facts, second: Facts) -> set[Path]:
    return {path for path, _ in first ^ second}


def _label(collection: str, states: States) -> str:
    row = next((each for each in reversed(states) if each is not None), {})
    name = next((str(row[key]) for key in _NAMES if isinstance(row.get(key), str)), "")
    return f"{collection.removesuffix('s').replace('_', ' ')} {name[:40]}".strip()
