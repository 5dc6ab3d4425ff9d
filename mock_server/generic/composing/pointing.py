"""Ids in what is made up: each is led to something that is there."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from zlib import crc32

from ....openapi import Json, Schema
from ...store.store import Store
from ..recognising.families import Family
from ..recognising.referents import Referents
from .fitting import Fitter

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
        """The value with ids of what is there, wherever its names say of what; `place` decides of which.

        `near` is the path of the collection that the value is about. A list holds no id where there is nothing.
        """
        pointed = self._value(store, schema, value, ("", near, place))
        return pointed if self._fitter.permits(schema, pointed) else value

    def _value(self, store: Store, schema: Schema, value: Json, at: tuple[str, str, str]) -> Any:
        name, near, place = at
        if isinstance(value, list):
            items = self._fitter.items(schema)
            return [
                self._value(store, items, each, (name, near, f"{place}.{number}"))
                for number, each in enumerate(value)
            ]
        if not isinstance(value, Mapping):
            return value
        result = {}
        for inner, each in value.items():
            part, below = self._fitter.property(schema, inner), f"{place}.{inner}"
            family = self._family(schema, value, name, inner, near)
            if family is None:
                result[inner] = self._value(store, part, each, (inner, near, below))
            else:
                result[inner] = self._id(self._ids(store, family), part, each, below)
        return result

    def _family(
        self, schema: Schema, value: Mapping[str, Any], name: str, inner: str, near: str
    ) -> Family | None:
        if inner == "id":
            # The id of the whole value is its own.
            return self._referents.of_object(name, schema, value) if name else None
        return self._referents.of_id(inner, value, near)

    def _id(self, ids: Sequence[Json], schema: Schema, value: Json, place: str) -> Json:
        """An id, or several, in the place of those that were made up; these where no other will do."""
        if isinstance(value, list):
            items = self._fitter.items(schema)
            chosen = [self._id(ids, items, each, f"{place}.{number}") for number, each in enumerate(value)]
            some = list(dict.fromkeys(each for each in chosen if each in ids))
            return some if self._fitter.permits(schema, some) else value
        if not ids or not isinstance(value, str | int):
            return value
        other = ids[crc32(place.encode()) % len(ids)]
        return other if self._fitter.permits(schema, other) else value
