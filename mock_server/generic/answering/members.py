"""The members of the collections that a document implies: kept in the store, the first of them made up."""

from collections.abc import Container, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any

from ....openapi import Json
from ...request.problem import invalid
from ...store.first_members import BEGUN, beginning
from ...store.store import Change, Row, Store
from ..composing.fitting import MISSING, Fitter
from ..composing.pointing import CHOICES, Pointer
from ..recognising.families import Family
from ..recognising.paths import noun_of, singular
from ..recognising.references import properties_in_path
from .keys import Keys

_REMEMBERED = 512
"""Collections whose first members are remembered once they were asked for."""


class Members:
    """What the collections of one document hold.

    `parents` are the values in a collection's path, which keep members apart. A collection begins with a few members,
    the same whoever asks first, which the store has once one of them is changed. Versions of one collection hold the
    same members.
    `needed` has what the payload that makes a member must have, by the names of collections; `given` names those that
    begin with the rows of the data set.
    """

    def __init__(
        self,
        fitter: Fitter,
        collections: Sequence[Family],
        needed: Mapping[str, frozenset[str]],
        pointer: Pointer,
        given: Container[str] = (),
    ) -> None:
        self._fitter = fitter
        self._pointer = pointer
        self._given = given
        self._needed = needed
        self._keys = Keys(fitter)
        self._first = lru_cache(maxsize=_REMEMBERED)(self._first_members)
        """The members that a collection begins with, by the name of the collection and the values in its path."""
        self._first_version: dict[str, Family] = {}
        for family in collections:
            self._first_version.setdefault(family.name, family)

    def all(self, store: Store, family: Family, parents: Sequence[str]) -> list[Row]:
        """Give the members, oldest first."""
        held = self._held(store, family, parents)
        return list(self._begin_with(store, family, parents) if held is None else store.all(held))

    def find(self, store: Store, family: Family, parents: Sequence[str], key: str) -> Row | None:
        """Give the member with that key; None when there is none."""
        held = self._held(store, family, parents)
        if held is not None:
            return store.get(held, key)
        row = self._first(family.name, tuple(parents)).get(key)
        return None if row is None else self._pointed(store, family, parents, row)

    def oldest(self, store: Store, family: Family) -> list[Json]:
        """Give the keys of the oldest members of a collection that is no other's part."""
        held = self._held(store, family, ())
        rows = self._first(family.name, ()).values() if held is None else store.all(held)
        return [row[family.key] for row in islice(rows, CHOICES)]

    def put(self, store: Store, family: Family, parents: Sequence[str], row: Row, *more: Change) -> None:
        """Keep a new member, or a changed one, and change more together with it."""
        kept = Change(_name(family, parents), str(row[family.key]), row)
        store.apply([*self._beginning(store, family, parents), kept, *more])

    def put_all(self, store: Store, family: Family, parents: Sequence[str], rows: Sequence[Row]) -> None:
        """Keep several members, changed together."""
        name = _name(family, parents)
        kept = [Change(name, str(row[family.key]), row) for row in rows]
        store.apply([*self._beginning(store, family, parents), *kept])

    def remove(self, store: Store, family: Family, parents: Sequence[str], row: Row) -> None:
        """Keep a member no longer, nor what goes with it."""
        begun, below = self._beginning(store, family, parents), self.below(store, family, parents, row)
        store.apply([*begun, *below, Change(_name(family, parents), str(row[family.key]), None)])

    def _held(self, store: Store, family: Family, parents: Sequence[str]) -> str | None:
        """The name under which the store has the members; None where nobody has changed the first, which are made."""
        name = _name(family, parents)
        if store.get(BEGUN, name) is not None:
            return name
        return family.name if self._is_given(store, family, parents) else None

    def _is_given(self, store: Store, family: Family, parents: Sequence[str]) -> bool:
        """Whether the collection begins with rows of the data set."""
        return family.name in self._given and not parents and store.holds(family.name)

    def _beginning(self, store: Store, family: Family, parents: Sequence[str]) -> Iterator[Change]:
        """The changes after which the store keeps the members; none where it does."""
        name = _name(family, parents)
        if self._is_given(store, family, parents):
            yield from beginning(store, family.name)
        elif store.get(BEGUN, name) is None:
            yield Change(BEGUN, name, {"id": name})
            for row in self._begin_with(store, family, parents):
                yield Change(name, str(row[family.key]), row)

    def new_key(self, store: Store, family: Family, parents: Sequence[str], given: Mapping[str, Any]) -> Json:
        """Choose the key for a new member: the one given, or a free one. Raises the 422 Problem for one taken."""
        taken = [row[family.key] for row in self.all(store, family, parents) if family.key in row]
        wanted = given.get(family.key)
        if wanted is None or not self._fitter.permits(self._keys.schema(family), wanted):
            wanted = self._keys.new(family, taken, store.new_id())
        if wanted is None or str(wanted) in map(str, taken):
            raise invalid(family.key, f"{family.key} must be unique")
        return wanted

    def below(self, store: Store, family: Family, parents: Sequence[str], row: Row) -> Iterator[Change]:
        """Yield the changes that delete what goes with a member: what its path holds, and what can't be without it."""
        key, place = str(row[family.key]), " ".join([*parents, str(row[family.key])])
        own = f"{singular(noun_of(family.path))}_id"
        for child in self._first_version.values():
            if child.name.startswith(f"{family.name}/"):
                names = [each["id"] for each in store.all(BEGUN)]
                held = f"/{child.name} {place}"
                for name in names:
                    if name == held or name.startswith(f"{held} "):
                        yield from (Change(name, str(each[child.key]), None) for each in store.all(name))
            elif own in self._needed.get(child.name, ()) and store.get(BEGUN, _name(child, ())) is not None:
                for each in store.all(_name(child, ())):
                    if str(each.get(own)) == key:
                        yield from self.below(store, child, (), each)
                        yield Change(_name(child, ()), str(each[child.key]), None)

    def depends_on(self, child: Family, family: Family) -> bool:
        """Say whether a member of one collection can't be without a member of another."""
        own = f"{singular(noun_of(family.path))}_id"
        return child.name.startswith(f"{family.name}/") or own in self._needed.get(child.name, ())

    def held(self, store: Store) -> Iterator[tuple[Family, Row]]:
        """Yield every member that the store has, in whichever collection."""
        given = [name for name in self._first_version if name in self._given and store.holds(name)]
        begun = [str(collection["id"]) for collection in store.all(BEGUN)]
        for name in [*(each for each in given if f"/{each}" not in begun), *begun]:
            family = self._first_version.get(name.split(" ")[0].removeprefix("/"))
            if family is not None:
                for row in store.all(name):
                    yield family, row

    def _begin_with(self, store: Store, family: Family, parents: Sequence[str]) -> Iterator[Row]:
        for made in self._first(family.name, tuple(parents)).values():
            row = self._pointed(store, family, parents, made)
            if row is not None:
                yield row

    def _pointed(self, store: Store, family: Family, parents: Sequence[str], row: Row) -> Row | None:
        """A made member that refers to what the store has; None where it would have to refer to what there is not."""
        first, place = self._first_version[family.name], f"{_name(family, parents)} {row[family.key]}"
        pointed = self._pointer.pointed(store, first.item, row, family.path, place)
        if pointed is MISSING:
            return None
        known = {**properties_in_path(family.path, parents), family.key: row[family.key]}
        return {**pointed, **{name: row[name] for name in known if name in row}}

    def _first_members(self, name: str, parents: Sequence[str]) -> Mapping[str, Row]:
        return dict(self._made(self._first_version[name], parents))

    def _made(self, family: Family, parents: Sequence[str]) -> Iterator[tuple[str, Row]]:
        name = _name(family, parents)
        for number, key in enumerate(self._keys.first(family, name)):
            sampled = self._fitter.sampler.sample(family.item, name, str(number))
            row = {**(sampled if isinstance(sampled, dict) else {}), family.key: key}
            known = properties_in_path(family.path, parents)
            yield str(key), {**self._fitter.overlay(family.item, row, known), family.key: key}


def _name(family: Family, parents: Sequence[str]) -> str:
    return " ".join([f"/{family.name}", *parents])
