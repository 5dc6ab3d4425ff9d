"""The bodies of answers: what is kept, in the shape that the document gives it; the rest made up."""

from collections.abc import Mapping
from typing import Any

from ....openapi import Json, Operation, Schema
from ...request.call import Call
from ...store.store import Row, Store
from ..composing.composer import Composer
from ..composing.fitting import MISSING, Fitter
from ..composing.pointing import Pointer
from ..composing.setting import Setting
from ..recognising.families import Family
from ..recognising.paths import parameters
from ..recognising.references import properties_in_path
from ..recognising.shapes import Shape, answer_of


class Bodies:
    """Makes the bodies of answers; None where the document's answer has no JSON."""

    def __init__(self, fitter: Fitter, composer: Composer, pointer: Pointer) -> None:
        self._fitter = fitter
        self._composer = composer
        self._pointer = pointer
        self._beside: dict[str, Mapping[str, Any]] = {}

    def member(self, call: Call, family: Family, row: Row, setting: Setting) -> Any:
        """Give the answer that shows a member of a family, or as much of it as its schema holds."""
        shape = family.shapes.get(call.operation.id)
        if shape is None:
            return self.made_up(setting.store, call, {})
        held = self.shown(family, shape.item, row, setting)
        return self.holding(call, shape, held, self._about(call.operation, shape, row, setting))

    def _about(self, operation: Operation, shape: Shape, row: Row, setting: Setting) -> Mapping[str, Any]:
        """What an answer must have beside a member: what it refers to, who manages it."""
        schema = answer_of(operation)
        if schema is None or shape.wrapper is None or self._fitter.required(schema) <= {shape.wrapper}:
            return {}
        others = {name: value for name, value in row.items() if name != shape.wrapper}
        composed = self._composer.composed(schema, others, setting)
        return {name: value for name, value in composed.items() if name != shape.wrapper}

    def shown(self, family: Family, schema: Schema, row: Row, setting: Setting) -> Json:
        """Give a member as one operation shows it."""
        shown = self._composer.shown(schema, row, setting)
        if not isinstance(shown, dict) or family.key not in self._fitter.properties(schema):
            return shown
        if shown.get(family.key) == row[family.key]:
            return shown
        keyed = {**shown, family.key: row[family.key]}
        return keyed if self._fitter.permits(schema, keyed) else shown

    def holding(self, call: Call, shape: Shape, held: Json, beside: Mapping[str, Any]) -> Any:
        """Give the answer with an object or a list in its place, and beside it what the answer must have."""
        schema = answer_of(call.operation)
        if schema is None:
            return None
        if shape.wrapper is None:
            return held
        required = self._required_beside(call.operation, schema)
        bodies = ({**required, **beside, shape.wrapper: held}, {**required, shape.wrapper: held})
        return next((body for body in bodies if self._fitter.permits(schema, body)), bodies[1])

    def _required_beside(self, operation: Operation, schema: Schema) -> Mapping[str, Any]:
        if operation.id not in self._beside:
            sampled = self._fitter.sampler.sample(schema, operation.id, complete=False)
            self._beside[operation.id] = sampled if isinstance(sampled, dict) else {}
        return self._beside[operation.id]

    def pointed(self, store: Store, schema: Schema, sampled: Json, near: str, place: str) -> Any:
        """Give a made-up value, with ids of what is there where that can be; `near` is the path that it is about."""
        pointed = self._pointer.pointed(store, schema, sampled, near, place)
        return sampled if pointed is MISSING else pointed

    def made_up(self, store: Store, call: Call, known: Mapping[str, Any]) -> Any:
        """Make an answer from the schema, stable by seed and arguments, with what was given or is known in place."""
        schema = answer_of(call.operation)
        if schema is None:
            return None
        values = [call.path[name] for name in parameters(call.operation.path)]
        place = (
            call.operation.id,
            *values,
            *(f"{name}={value}" for name, value in sorted(call.query.items())),
        )
        sampled = self._fitter.sampler.sample(schema, *place)
        if not isinstance(sampled, dict):
            return sampled
        pointed = self.pointed(store, schema, sampled, call.operation.path, " ".join(place))
        answer = self._composer.refreshed(schema, pointed, store, call)
        body = call.body if isinstance(call.body, Mapping) else {}
        scalars = {name: value for name, value in call.query.items() if not isinstance(value, dict | list)}
        given = {**known, **properties_in_path(call.operation.path, values), **scalars, **body}
        wrapped = {
            name: self._fitter.overlay(each, answer[name], given)
            for name, each in self._fitter.properties(schema).items()
            if isinstance(answer.get(name), dict)
        }
        return self._fitter.overlay(schema, answer, {**wrapped, **given})

    def answered(self, store: Store, call: Call, known: Mapping[str, Any]) -> Any:
        """Make an answer of what was sent where nothing is kept: objects are composed of that, the rest is made up."""
        schema = answer_of(call.operation)
        if schema is None or not call.body or not self._fitter.properties(schema):
            return self.made_up(store, call, known)
        values = [call.path[name] for name in parameters(call.operation.path)]
        given = {**known, **properties_in_path(call.operation.path, values), **call.body}
        annotations = given.get("annotations")
        setting = Setting(
            store,
            call,
            (call.operation.id, *values),
            annotations=annotations if isinstance(annotations, Mapping) else {},
        )
        payload = call.operation.request_schema or {}
        objects = {
            name: self._composer.composed(each, given, setting.at(name), payload=payload, before=known)
            for name, each in self._fitter.properties(schema).items()
            if self._fitter.properties(each)
        }
        made_up = self.made_up(store, call, known)
        answer = {**made_up, **objects} if isinstance(made_up, dict) else made_up
        return answer if self._fitter.permits(schema, answer) else made_up
