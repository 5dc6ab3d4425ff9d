"""Values that a client is known to take: what is compared with those that it doesn't."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import islice

from ....fixtures.schema.kinds import Node
from ....fixtures.schema.samples import Sampler
from ....openapi import Document, Json, Schema
from ..inputs import encoded, realistic_values
from ..outcomes import Outcome, Returned, Target
from .asking import Asking
from .pairs import ABSENT, Pair, thinned

_TAKEN = 6
"""How many are wanted."""
_TRIES_TO_TAKE = 30
_MOST_TO_TAKE = 120
"""What it may cost to find them: deaths and hangs count for more (see Asking)."""
_THINNED = 3
"""Of how many the smallest is made."""


class KnownValues:
    """Finds values of a schema, by its name in a document, that a client takes."""

    def __init__(self, target: Target, document: Document, name: str, node: Node) -> None:
        self._target = target
        self._document = document
        self._name = name
        self._schema: Schema = {"$ref": f"#/components/schemas/{name}"}
        self._node = node
        self._is_valid = document.validator(self._schema).is_valid
        self._remembered: list[Json] = []

    def remember(self, value: Json) -> None:
        """Keep a permitted value that the client has taken, if there are not enough yet."""
        if len(self._remembered) < _TAKEN:
            self._remembered.append(value)

    @cached_property
    def taken(self) -> Sequence[Json]:
        """Realistic values that the client takes, the first with no more in it than it needs.

        Where it takes none of those, it may take one that has every property; or else what it took in the run.
        """
        for found in (self._realistic, self._completed, lambda: iter(self._remembered)):
            asking = Asking(self._target, _MOST_TO_TAKE)
            taken = list(islice((each for each in found() if is_taken(asking.outcome(each))), _TAKEN))
            if taken:
                thin = [self._thin(each) for each in taken[:_THINNED]]
                return [min(thin, key=lambda value: len(encoded(value))), *taken]
        return ()

    def _realistic(self) -> Iterator[Json]:
        return islice(realistic_values(self._document, self._name, seed=0), _TRIES_TO_TAKE)

    def _completed(self) -> Iterator[Json]:
        """Realistic values with every property that others have, and plausible ones that none has."""
        try:
            sample = Sampler(self._document).sample(self._schema)
        except ValueError:
            return
        rows = list(self._realistic())
        for each in rows if isinstance(sample, dict) else ():
            everything = dict(sample)
            for row in (*rows, each):
                everything.update(row)
            if self._is_valid(everything):
                yield everything
        yield sample

    def _thin(self, value: Json) -> Json:
        asking = Asking(self._target)
        return thinned(
            self._node,
            Pair(value, (), ABSENT),
            lambda pair: self._is_valid(pair.good) and is_taken(asking.outcome(pair.good)),
        ).good


def is_taken(outcome: Outcome | None) -> bool:
    """Say whether the client returned."""
    return isinstance(outcome, Returned)
