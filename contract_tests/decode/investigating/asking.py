"""Asking a target again and again, until that has cost enough."""

from ....openapi import Json
from ..inputs import encoded
from ..outcomes import Died, Hung, Outcome, Target

MOST = 2_000
_COSTS = {Died: 20, Hung: 300}
"""What an answer costs, in answers of the usual kind: deaths and hangs take their time."""


class Asking:
    """Asks a target until the answers have cost `most`."""

    def __init__(self, target: Target, most: int = MOST) -> None:
        self._target = target
        self._most = most
        self._cost = 0

    @property
    def is_half_spent(self) -> bool:
        """Whether it is time to leave some for what comes next."""
        return self._cost * 2 >= self._most

    def outcome(self, value: Json) -> Outcome | None:
        """Give what comes of a value; None when no more is asked, or the target can't be handed it."""
        if self._cost >= self._most:
            return None
        outcome = self._target.decode(encoded(value))
        self._cost += _COSTS.get(type(outcome), 1)
        return outcome
