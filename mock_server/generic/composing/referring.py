"""References from one object to others: refused when they name nothing, shown as what they name is now."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ....openapi import Json, Schema
from ...request.call import Call
from ...request.problem import dangling
from ...store.store import Row, Store
from ..recognising.families import Family
from ..recognising.referents import Referents, snake
from .fitting import Fitter

Find = Callable[[Store, Call, Family, str], Row | None]
"""Finds a member of a collection by its key, whoever keeps it."""
_ULID = re.compile("[0-7][0-9A-HJKMNP-TV-Z]{25}")
_REFUSALS = ((422, "invalid_value"), (404, "resource_not_found"), (400, "invalid_value"))


class References:
    """What the names in the bodies of one document refer to."""

    def __init__(self, referents: Referents, find: Find, fitter: Fitter) -> None:
        self._referents = referents
        self._find = find
        self._fitter = fitter
        self._holding: dict[int, tuple[Schema, bool]] = {}

    def require(self, store: Store, call: Call, schema: Schema, body: Json, near: str) -> None:
        """Raise the Problem for the first id in a body that names nothing, if the document has one for it.

        `near` is the path of the collection that the body is about.
        """
        refusal = next(((each, code) for each, code in _REFUSALS if each in call.operation.responses), None)
        if refusal is None:
            return
        for field, family, id_ in self._ids(schema, body, "", near, ""):
            # What is only called an id, and comes with a `type`, may be a name that somebody has elsewhere.
            may_be_a_name = field.endswith(".id") and not _ULID.fullmatch(id_)
            if not may_be_a_name and self._find(store, call, family, id_) is None:
                raise dangling(field, id_, status=refusal[0], code=refusal[1])

    def mentions(self, schema: Schema, value: Json, family: Family, key: str) -> bool:
        """Say whether a value has the id of that member of a collection anywhere."""
        found = self._ids(schema, value, "", "", "")
        return any(id_ == key and each.name == family.name for _, each, id_ in found)

    def _ids(
        self, schema: Schema, value: Json, name: str, near: str, place: str
    ) -> Iterator[tuple[str, Family, str]]:
        """Every id in a value that refers to a kept collection: where it stands, of what it is, itself."""
        if isinstance(value, list):
            items = self._fitter.items(schema)
            for number, each in enumerate(value):
                yield from self._ids(items, each, name, near, f"{place}.{number}")
        elif isinstance(value, Mapping):
            for inner, each in value.items():
                field = f"{place}.{inner}".lstrip(".")
                family = self._referents.of_property(schema, value, name, inner, near)
                if family is None:
                    part = self._fitter.property(schema, inner)
                    yield from self._ids(part, each, inner, near, field)
                    continue
                for id_ in each if isinstance(each, list) else [each]:
                    if isinstance(id_, str | int) and id_ != "":
                        yield field, family, str(id_)

    def named(
        self, store: Store, call: Call, schema: Schema, name: str, value: Mapping[str, Any]
    ) -> Row | None:
        """Find the object that a value under that name means, by its key or another property that identifies it."""
        family = self._referents.of_object(name, schema, value)
        return None if family is None else self._row(store, call, family, value)

    def _row(self, store: Store, call: Call, family: Family, value: Mapping[str, Any]) -> Row | None:
        key = value.get(family.key)
        if isinstance(key, str | int):
            return self._find(store, call, family, str(key))
        return self._person(store, family, value)

    def _person(self, store: Store, family: Family, value: Mapping[str, Any]) -> Row | None:
        """A person by e-mail or Slack, where the resource keeps its rows by the family's name."""
        given = {name: each for name, each in value.items() if name in ("email", "slack_user_id") and each}
        rows = store.all(family.name) if given else ()
        return next((row for row in rows if given.items() <= row.items()), None)

    def refreshed(self, store: Store, call: Call, schema: Schema, value: Json, name: str = "") -> Json:
        """Give the value with what it embeds as that is now; a copy of what is gone stays as it was."""
        if not self._holds(schema) and not self._is_embedded(name, schema):
            return value
        if isinstance(value, list):
            items = self._fitter.items(schema)
            return [self.refreshed(store, call, items, each, name) for each in value]
        if not isinstance(value, Mapping):
            return value
        result = {
            inner: self.refreshed(store, call, self._fitter.property(schema, inner), each, inner)
            for inner, each in value.items()
        }
        is_named = bool(name) and isinstance(value.get("id"), str)
        family = self._referents.of_object(name, schema, value) if is_named else None
        row = None if family is None else self._row(store, call, family, value)
        if family is None or row is None:
            return result
        newer = {inner: row[inner] for inner in result if inner in row and inner != "type"}
        gone = self._fitter.properties(family.item).keys() - row.keys()
        now = {inner: each for inner, each in {**result, **newer}.items() if inner not in gone}
        return now if self._fitter.permits(schema, now) else result

    def _holds(self, schema: Schema) -> bool:
        """Whether a value of the schema may embed anything."""
        known = self._holding.get(id(schema))
        if known is None:
            found = any(self._is_embedded(name, part) for name, part in self._within(schema))
            known = self._holding[id(schema)] = schema, found
        return known[1]

    def _within(self, schema: Schema) -> Iterator[tuple[str, Schema]]:
        """The schemas of everything inside a value, each once, with the names they stand under."""
        waiting, met = [("", schema)], set[int]()
        while waiting:
            name, each = waiting.pop()
            yield name, each
            if id(each) not in met:
                met.add(id(each))
                waiting += self._fitter.properties(each).items()
                waiting += [(name, part) for part in (self._fitter.items(each),) if part]

    def _is_embedded(self, name: str, schema: Schema) -> bool:
        inner = self._fitter.items(schema) or schema
        return (
            bool(name)
            and "id" in self._fitter.properties(inner)
            and self._referents.of_object(snake(name), inner, {}) is not None
        )
