"""What a run has done to the state of its account: the objects that it made, changed and deleted, step by step."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ...mock_server.pipeline import Double
from ...mock_server.store.store import Applied

_OWN = frozenset({"counters", "idempotency_keys"})
"""The collections of the double itself, which no client sees."""
Row = Mapping[str, Any]
States = Sequence[Row | None]
"""An object as each change left it; None once it is gone."""


class Effects:
    """Notes what happens to a double from now on, until it ends."""

    def __init__(self, double: Double) -> None:
        self._states: dict[tuple[str, str], list[Row | None]] = {}
        self._watch = double.store.watch(self._note)

    def end(self) -> None:
        """Note no more."""
        self._watch.end()

    def _note(self, applied: Sequence[Applied]) -> None:
        for each in applied:
            if each.collection not in _OWN:
                self._states.setdefault((each.collection, each.id), []).append(each.after)

    def objects(self) -> Iterator[tuple[str, States]]:
        """Yield every object that was touched, with its collection and its states, in the order of the first change."""
        for (collection, _), states in self._states.items():
            yield collection, states
