"""Bringing objects into the shape that a schema asks for."""

import re
from collections.abc import Mapping
from typing import Any

from ....fixtures.schema.samples import Sampler
from ....openapi import Document, Json, Schema
from ..recognising.paths import plain
from ..recognising.schemas import followed, kind_of, properties_of, required_of

_NUMBER = re.compile("-?[0-9]{1,18}")
NAMES = ("name", "id")
"""What a text says of an object that it stands for: a tag is given by its name."""

MISSING = object()
"""Stands for a value that can't be made to fit."""


class Fitter:
    """Fits values to the schemas of one document, with plausible ones where something is lacking."""

    def __init__(self, document: Document, sampler: Sampler) -> None:
        self._document = document
        self.sampler = sampler
        self._properties: dict[int, tuple[Schema, Mapping[str, Schema]]] = {}
        self._validators: dict[int, tuple[Schema, Any]] = {}

    def permits(self, schema: Schema, value: Json) -> bool:
        """Whether the schema permits the value."""
        # By identity, which a schema keeps as long as it is held: finding out what it says takes longer.
        known = self._validators.get(id(schema))
        if known is None:
            validator = self._document.validator(schema) if isinstance(schema, Mapping) else None
            known = self._validators[id(schema)] = schema, validator
        return known[1] is None or bool(known[1].is_valid(value))

    def properties(self, schema: Schema) -> Mapping[str, Schema]:
        """The properties of an object schema."""
        known = self._properties.get(id(schema))
        if known is None:
            known = self._properties[id(schema)] = schema, properties_of(self._document, schema)
        return known[1]

    def required(self, schema: Schema) -> set[str]:
        """The properties that an object must have."""
        return required_of(self._document, schema)

    def values_of(self, schema: Schema) -> list[str]:
        """The strings of an `enum`."""
        values = followed(self._document, schema).get("enum", ())
        return [value for value in values if isinstance(value, str)]

    def kind(self, schema: Schema) -> str:
        """The type of a schema; empty where it says nothing."""
        return kind_of(self._document, schema)

    def fit(self, schema: Schema, value: Json, *place: str, base: Json = None) -> Any:
        """The value, or what of it the schema permits, completed from `base` and then from the schema.

        A text may stand for an object with that name or id. MISSING when nothing fits.
        """
        if self.permits(schema, value):
            return value
        if isinstance(value, str) and _NUMBER.fullmatch(value) and self.permits(schema, int(value)):
            return int(value)  # as it stands in a path
        properties = self.properties(schema)
        if isinstance(value, dict) and properties:
            fitted = {name: self._part(properties, name, value[name], place) for name in value}
            sampled = self.sampler.sample(schema, *place, complete=False)
            completed = {
                **(sampled if isinstance(sampled, dict) else {}),
                **(base if isinstance(base, dict) else {}),
                **{name: each for name, each in fitted.items() if each is not MISSING},
            }
            return completed if self.permits(schema, completed) else MISSING
        if isinstance(value, str) and (named := next((each for each in NAMES if each in properties), None)):
            return self.fit(schema, {named: value}, *place, value)
        items = followed(self._document, schema).get("items")
        if isinstance(value, list) and items is not None:
            fitted_items = [self.fit(items, each, *place, str(number)) for number, each in enumerate(value)]
            kept = [each for each in fitted_items if each is not MISSING]
            return kept if self.permits(schema, kept) else MISSING
        return MISSING

    def _part(self, properties: Mapping[str, Schema], name: str, value: Json, place: tuple[str, ...]) -> Any:
        return self.fit(properties[name], value, *place, name) if name in properties else MISSING

    def project(self, schema: Schema, row: Mapping[str, Any], *place: str) -> Any:
        """The row as the schema shows it: like-named properties only, completed."""
        properties = self.properties(schema)
        shown = (
            {name: value for name, value in row.items() if name in properties} if properties else dict(row)
        )
        fitted = self.fit(schema, shown, *place)
        return self.sampler.sample(schema, *place) if fitted is MISSING else fitted

    def overlay(self, schema: Schema, row: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """The row with the like-named properties of what was given.

        `thing_id` sets the id of an embedded `thing`, and `thing_ids` those of embedded `things`.
        """
        properties, place = self.properties(schema), str(row.get("id", ""))
        result = dict(row)
        for name, value in given.items():
            target = self.target(schema, name)
            if target in properties:
                wanted = value if plain(target) == plain(name) else _with_ids(value)
                fitted = self.fit(properties[target], wanted, place, target, base=row.get(target))
                if fitted is not MISSING:
                    result[target] = fitted
        return result if self.permits(schema, result) else self._one_by_one(schema, row, result)

    def target(self, schema: Schema, name: str) -> str:
        """The property that takes a value of that name: in any style, and `thing` for `thing_id` or `thing_ids`."""
        properties = self.properties(schema)
        same = [each for each in properties if plain(each) == plain(name)]
        if name in properties or same:
            return name if name in properties else same[0]
        embedded = f"{name.removesuffix('_ids')}s" if name.endswith("_ids") else name.removesuffix("_id")
        return embedded if "id" in self.properties(self._item(properties.get(embedded, {}))) else name

    def _item(self, schema: Schema) -> Schema:
        """What a list holds; the schema itself where it is no list's."""
        items = followed(self._document, schema).get("items", {})
        return items if self.kind(schema) == "array" and isinstance(items, Mapping) else schema

    def _one_by_one(
        self, schema: Schema, row: Mapping[str, Any], wanted: Mapping[str, Any]
    ) -> dict[str, Any]:
        # Each property fits, but not together: keep those that leave the row valid.
        result = dict(row)
        for name, value in wanted.items():
            if self.permits(schema, {**result, name: value}):
                result[name] = value
        return result


def _with_ids(value: Json) -> Json:
    return [{"id": each} for each in value] if isinstance(value, list) else {"id": value}
