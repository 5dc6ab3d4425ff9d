"""Ids in what is made up: each is led to something that is there."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from zlib import crc32

from ....openapi import Json, Schema
from ...store.store import Store
from ..recognising.families import Family
from ..recognising.referents import Referents
from .fitting import MISSING, Fitter

CHOICES = 3
"""So many of the oldest members can be referred to: what is added later changes nothing that was shown before."""
Ids = Callable[[Store, Family], Sequence[Json]]
"""Gives the keys of the oldest members of a collection, whoever keeps it."""


class Pointer:
    """Leads the ids in values that are made up to members of the collections that their names refer to."""

    def __init__(self, referents: Referents, ids: Ids, fitter: Fitter) -> None:
        self._referents = referents
        self._ids = ids
        self._fitter = fitter

    def pointed(self, store: Store, schema: Schema, value: Json, near: str, place: str) -> Any:
        """Give the value with ids of what is there, wherever its names say of what; `place` decides of which.

        `near` is the path of the collection that the value is about. What refers to nothing is left out; MISSING where
        that can't be.
        """
        return self._value(store, schema, value, ("", near, place))

    def _value(self, store: Store, schema: Schema, value: Json, at: tuple[str, str, str]) -> Any:
        name, near, place = at
        if isinstance(value, list):
            items = self._fitter.items(schema)
            each_pointed = [
                self._value(store, items, each, (name, near, f"{place}.{number}"))
                for number, each in enumerate(value)
            ]
            return self._permitted(schema, [each for each in each_pointed if each is not MISSING])
        if not isinstance(value, Mapping):
            return value
        result, is_complete = {}, True
        for inner, each in value.items():
            part, below = self._fitter.property(schema, inner), f"{place}.{inner}"
            family = self._referents.of_property(schema, value, name, inner, near)
            if family is None:
                pointed = self._value(store, part, each, (inner, near, below))
            else:
                pointed = self._id(self._ids(store, family), part, each, below)
            if pointed is MISSING:
                is_complete = False
            else:
                result[inner] = pointed
        return result if is_complete else self._permitted(schema, result)

    def _permitted(self, schema: Schema, value: Any) -> Any:
        return value if self._fitter.permits(schema, value) else MISSING

    def _id(self, ids: Sequence[Json], schema: Schema, value: Json, place: str) -> Any:
        """An id, or several, in the place of those that were made up; MISSING where there is none to refer to."""
        if isinstance(value, list):
            items = self._fitter.items(schema)
            chosen = [self._id(ids, items, each, f"{place}.{number}") for number, each in enumerate(value)]
            return self._permitted(
                schema, list(dict.fromkeys(each for each in chosen if each is not MISSING))
            )
        if not isinstance(value, str | int):
            return value
        if not ids:
            return MISSING
        other = ids[crc32(place.encode()) % len(ids)]
        return other if self._fitter.permits(schema, other) else value
