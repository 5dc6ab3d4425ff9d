"""Keys for the members of collections: like those that the document shows, and not taken."""

from collections.abc import Iterator, Sequence
from random import Random
from string import ascii_lowercase, ascii_uppercase, digits

from ....openapi import Json, Schema
from ..composing.fitting import Fitter
from ..recognising.families import Family

_FIRST_MEMBERS = 3
_TRIES = 20
_ULID_LENGTH = 26


class Keys:
    """Chooses the keys of members."""

    def __init__(self, fitter: Fitter) -> None:
        self._fitter = fitter

    def first(self, family: Family, name: str) -> list[Json]:
        """Give the keys of a collection's first members; only its name decides, so others can refer to them."""
        keys: list[Json] = []
        for number in range(_FIRST_MEMBERS):
            key = self._free(family, keys, f"{name} {number}", "")
            keys += [] if key is None else [key]
        return keys

    def new(self, family: Family, taken: Sequence[Json], new_id: str) -> Json:
        """Give a key that is not taken; None when there is none left. `new_id` is it where ids are ULIDs."""
        return self._free(family, taken, new_id, new_id)

    def schema(self, family: Family) -> Schema:
        """Give what a key of the family may be."""
        return self._fitter.properties(family.item)[family.key]

    def _free(self, family: Family, taken: Sequence[Json], place: str, new_id: str) -> Json:
        schema, texts = self.schema(family), {str(each) for each in taken}
        for key in self._candidates(family, taken, place, new_id):
            if key is not None and str(key) not in texts and self._fitter.permits(schema, key):
                return key
        return None

    def _candidates(self, family: Family, taken: Sequence[Json], place: str, new_id: str) -> Iterator[Json]:
        """Keys, the most fitting first."""
        sample, schema = self._fitter.sampler.sample, self.schema(family)
        highest = max((each for each in taken if isinstance(each, int)), default=0)
        yield highest + 1
        sampled = sample(schema, place, family.key)
        if isinstance(sampled, str):
            if new_id and len(sampled) == _ULID_LENGTH and sampled.isalnum():
                yield new_id
            yield sampled
            yield from _alike(sampled)
        elif isinstance(sampled, int):
            yield from range(max(sampled, highest + 1), max(sampled, highest + 1) + _TRIES)
        yield from (sample(schema, place, str(number), family.key) for number in range(_TRIES))


def _alike(text: str) -> Iterator[str]:
    """Texts of the same build: other letters and digits for an id, numbered ones for a name."""
    if not any(character in digits for character in text):
        yield from (f"{text}-{number}" for number in range(2, _TRIES))
    rng = Random(text)
    for _ in range(_TRIES):
        yield "".join(_another(character, rng) for character in text)


def _another(character: str, rng: Random) -> str:
    for alphabet in (digits, ascii_lowercase, ascii_uppercase):
        if character in alphabet:
            return rng.choice(alphabet)
    return character
