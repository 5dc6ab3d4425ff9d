"""Answers that keep one thing, which is read and written at one path."""

from collections.abc import Mapping
from typing import Any

from ....openapi import Json
from ...request.call import Call
from ...resources import Handler
from ...store.store import Change, Store
from ..composing.changes import stamped
from ..composing.composer import Composer
from ..composing.fitting import MISSING, Fitter
from ..composing.setting import Setting
from ..composing.versions import stale
from ..recognising.families import Family, Role
from ..recognising.paths import parameters
from .bodies import Bodies

KEPT = "single things"


class SingleAnswers:
    """The handlers of one family: of one thing for each set of values in its path."""

    def __init__(self, family: Family, bodies: Bodies, composer: Composer, fitter: Fitter) -> None:
        self._family = family
        self._bodies = bodies
        self._composer = composer
        self._fitter = fitter

    def handlers(self) -> Mapping[Role, Handler]:
        """Give the handlers by what they do."""
        return {"read": self.read, "write": self.write}

    def read(self, store: Store, call: Call) -> Any:
        """Give the thing as it is."""
        return self._body(store, call, self._kept(store, call))

    def write(self, store: Store, call: Call) -> Any:
        """Give the thing with what the body says, by PUT instead of what was; replaced by it where it is no object.

        Raises the 412 Problem for the version of an earlier one.
        """
        name, before = self._name(call), self._kept(store, call)
        after: Json = MISSING
        if isinstance(before, dict) and isinstance(call.body, Mapping):
            after = self._changed(store, call, before)
        else:
            after = self._fitter.fit(self._family.item, call.body, name)
        if after is MISSING:
            after = before
        store.apply([Change(KEPT, name, {"id": name, "thing": after})])
        return self._body(store, call, after)

    def _changed(self, store: Store, call: Call, before: Mapping[str, Any]) -> Json:
        payload, schema = {**self._payload(call), **dict.fromkeys(call.nulls)}, call.operation.request_schema
        given, known = payload.get("version"), before.get("version")
        if isinstance(given, int) and isinstance(known, int) and given < known:
            raise stale(f"version must be {known} at least, that of the latest change")
        after = self._composer.composed(
            self._family.item,
            payload,
            Setting(store, call, (self._name(call),)),
            payload=schema or {},
            before=before,
            keep=call.operation.method != "PUT",
        )
        if not self._fitter.permits(self._family.item, after):
            after = self._fitter.overlay(self._family.item, before, payload)
        return stamped(self._fitter, self._family.item, after, store.clock.now(), created=False)

    def _name(self, call: Call) -> str:
        return " ".join([self._family.name, *(call.path[name] for name in parameters(call.operation.path))])

    def _kept(self, store: Store, call: Call) -> Json:
        name = self._name(call)
        kept = store.get(KEPT, name)
        if kept is not None:
            return kept["thing"]
        item = self._family.item
        sampled = self._fitter.sampler.sample(item, name)
        return self._bodies.pointed(store, item, sampled, self._family.path, name)

    def _payload(self, call: Call) -> Mapping[str, Any]:
        shape = self._family.shapes.get(call.operation.id)
        inner = call.body.get(shape.wrapper) if shape is not None and shape.wrapper is not None else None
        return inner if isinstance(inner, Mapping) else call.body

    def _body(self, store: Store, call: Call, thing: Json) -> Any:
        shape = self._family.shapes.get(call.operation.id)
        if shape is None:
            return self._bodies.made_up(store, call, thing if isinstance(thing, dict) else {})
        shown = (
            self._fitter.project(shape.item, thing, self._name(call)) if isinstance(thing, dict) else thing
        )
        return self._bodies.holding(call, shape, shown, {})
