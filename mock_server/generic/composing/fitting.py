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
        self._required: dict[int, tuple[Schema, set[str]]] = {}
        self._validators: dict[int, tuple[Schema, Any]] = {}

    def permits(self, schema: Schema, value: Json) -> bool:
        """Say whether the schema permits the value."""
        # By identity, which a schema keeps as long as it is held: finding out what it says takes longer.
        known = self._validators.get(id(schema))
        if known is None:
            validator = self._document.validator(schema) if isinstance(schema, Mapping) else None
            known = self._validators[id(schema)] = schema, validator
        return known[1] is None or bool(known[1].is_valid(value))

    def properties(self, schema: Schema) -> Mapping[str, Schema]:
        """Give the properties of an object schema."""
        known = self._properties.get(id(schema))
        if known is None:
            known = self._properties[id(schema)] = schema, properties_of(self._document, schema)
        return known[1]

    def property(self, schema: Schema, name: str) -> Schema:
        """Give the schema of one property, also of a free key; empty where nothing is known of it."""
        found = self.properties(schema).get(name)
        return self.values(schema) if found is None else found

    def items(self, schema: Schema) -> Schema:
        """Give the schema of what a list holds; empty where it is no list's."""
        return self._part(schema, "items")

    def values(self, schema: Schema) -> Schema:
        """Give the schema of what free keys hold; empty where there are none."""
        return self._part(schema, "additionalProperties")

    def _part(self, schema: Schema, keyword: str) -> Schema:
        part = followed(self._document, schema).get(keyword)
        return part if isinstance(part, Mapping) else {}

    def default(self, schema: Schema) -> Any:
        """Give the default that the document names; MISSING where it names none."""
        return followed(self._document, schema).get("default", MISSING)

    def required(self, schema: Schema) -> set[str]:
        """Give the properties that an object must have."""
        known = self._required.get(id(schema))
        if known is None:
            known = self._required[id(schema)] = schema, required_of(self._document, schema)
        return known[1]

    def values_of(self, schema: Schema) -> list[str]:
        """Give the strings of an `enum`."""
        values = followed(self._document, schema).get("enum", ())
        return [value for value in values if isinstance(value, str)]

    def format(self, schema: Schema) -> str:
        """Give the format of a string; empty where it has none."""
        return str(followed(self._document, schema).get("format", ""))

    def kind(self, schema: Schema) -> str:
        """Give the type of a schema; empty where it says nothing."""
        return kind_of(self._document, schema)

    def fit(self, schema: Schema, value: Json, *place: str, base: Json = None) -> Any:
        """Give the value, or what of it the schema permits, completed from `base` and then from the schema.

        A text may stand for an object with that name or id. MISSING when nothing fits.
        """
        if self.permits(schema, value):
            return value
        if isinstance(value, str) and _NUMBER.fullmatch(value) and self.permits(schema, int(value)):
            return int(value)  # as it stands in a path
        properties = self.properties(schema)
        if isinstance(value, dict) and properties:
            fitted = {name: self._fitted(properties, name, value[name], place) for name in value}
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

    def _fitted(
        self, properties: Mapping[str, Schema], name: str, value: Json, place: tuple[str, ...]
    ) -> Any:
        return self.fit(properties[name], value, *place, name) if name in properties else MISSING

    def project(self, schema: Schema, row: Mapping[str, Any], *place: str) -> Any:
        """Give the row as the schema shows it: like-named properties only, completed."""
        properties = self.properties(schema)
        shown = (
            {name: value for name, value in row.items() if name in properties} if properties else dict(row)
        )
        fitted = self.fit(schema, shown, *place)
        return self.sampler.sample(schema, *place) if fitted is MISSING else fitted

    def overlay(self, schema: Schema, row: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Give the row with the like-named properties of what was given.

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
        """Give the property that takes a value of that name: in any style, or an embedded `thing` for a `thing_id`.

        So are `things` for `thing_ids` and for `thing_names`.
        """
        properties = self.properties(schema)
        same = [each for each in properties if plain(each) == plain(name)]
        if name in properties or same:
            return name if name in properties else same[0]
        for ending, key in (("_ids", "id"), ("_id", "id"), ("_names", "name"), ("_name", "name")):
            noun = name.removesuffix(ending)
            embedded = f"{noun}s" if ending.endswith("s") else noun
            if noun != name and key in self.properties(self._item(properties.get(embedded, {}))):
                return embedded
        return name

    def _item(self, schema: Schema) -> Schema:
        """What a list holds; the schema itself where it is no list's."""
        return self.items(schema) or schema

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
