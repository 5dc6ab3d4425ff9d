"""Bringing objects into the shape that a schema asks for."""

import re
from collections.abc import Mapping
from typing import Any

from ...fixtures.samples import Sampler
from ...openapi import Document, Json, Schema
from .families import properties_of

MISSING = object()
"""Stands for a value that can't be made to fit."""

_NOW = re.compile(r"(created|updated|modified|last_modified)(_?at|_on|At|On)?")
_CREATED = re.compile(r"created(_?at|_on|At|On)?")
_STATE = re.compile(r"(^|_)(status|state)$|(Status|State)$")


class Fitter:
    """Fits values to the schemas of one document, with plausible ones where something is lacking."""

    def __init__(self, document: Document, sampler: Sampler) -> None:
        self._document = document
        self.sampler = sampler

    def permits(self, schema: Schema, value: Json) -> bool:
        """Whether the schema permits the value."""
        return self._document.validator(schema).is_valid(value)

    def properties(self, schema: Schema) -> Mapping[str, Schema]:
        """The properties of an object schema."""
        return properties_of(self._document, schema)

    def fit(self, schema: Schema, value: Json, *place: str) -> Any:
        """The value, or what of it the schema permits, completed; MISSING when nothing does."""
        if self.permits(schema, value):
            return value
        properties = self.properties(schema)
        if isinstance(value, dict) and properties:
            fitted = {
                name: each
                for name, given in value.items()
                if name in properties
                and (each := self.fit(properties[name], given, *place, name)) is not MISSING
            }
            base = self.sampler.sample(schema, *place, complete=False)
            completed = base | fitted if isinstance(base, dict) else base
            return completed if self.permits(schema, completed) else MISSING
        items = self._document.resolve(schema).get("items")
        if isinstance(value, list) and items is not None:
            each_fitted = [self.fit(items, each, *place, str(number)) for number, each in enumerate(value)]
            kept = [each for each in each_fitted if each is not MISSING]
            return kept if self.permits(schema, kept) else MISSING
        return MISSING

    def project(self, schema: Schema, row: Mapping[str, Any], *place: str) -> Any:
        """The row as another version of its resource shows it: like-named properties, completed."""
        fitted = self.fit(schema, dict(row), *place)
        return self.sampler.sample(schema, *place) if fitted is MISSING else fitted

    def overlay(self, schema: Schema, row: Mapping[str, Any], payload: Mapping[str, Any]) -> dict[str, Any]:
        """The row with the like-named properties of a payload; `thing_id` sets the id of an embedded `thing`."""
        properties = self.properties(schema)
        result = dict(row)
        for name, value in payload.items():
            embedded = name.removesuffix("_id")
            if name in properties:
                fitted = self.fit(properties[name], value, str(row.get("id", "")), name)
                if fitted is not MISSING:
                    result[name] = fitted
            elif embedded != name and "id" in self.properties(properties.get(embedded, {})):
                thing = self.sampler.sample(properties[embedded], str(value), complete=False) | {"id": value}
                if self.permits(properties[embedded], thing):
                    result[embedded] = thing
        return result if self.permits(schema, result) else self._one_by_one(schema, row, result)

    def _one_by_one(
        self, schema: Schema, row: Mapping[str, Any], wanted: Mapping[str, Any]
    ) -> dict[str, Any]:
        # Each property fits, but not together: keep those that leave the row valid.
        result = dict(row)
        for name, value in wanted.items():
            if self.permits(schema, {**result, name: value}):
                result[name] = value
        return result

    def stamped(self, schema: Schema, row: Mapping[str, Any], now: str, *, created: bool) -> dict[str, Any]:
        """The row with the present moment in the properties that are named for it."""
        pattern = _NOW if created else re.compile(f"(?!{_CREATED.pattern}$){_NOW.pattern}")
        properties = self.properties(schema)
        moments = {
            name: now
            for name in properties
            if pattern.fullmatch(name) and self.permits(properties[name], now)
        }
        kept = {name: value for name, value in moments.items() if created is False or name in row}
        return {**row, **kept}

    def acted_on(self, schema: Schema, row: Mapping[str, Any], action: str) -> dict[str, Any]:
        """The row after an action whose name tells its new state: `resolve` makes a status `resolved`."""
        stem = re.sub(r"e$|y$", "", action.lower())
        result = dict(row)
        for name, each in self.properties(schema).items():
            values = self._document.resolve(each).get("enum", ())
            reached = [value for value in values if isinstance(value, str) and value.lower().startswith(stem)]
            if _STATE.search(name) and reached:
                result[name] = reached[0]
        return result if self.permits(schema, result) else dict(row)
