"""One collection of members, as the requests that are about it see it: where they lead, what they say of a member."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from ....openapi import Document, Json, Schema
from ...behaviour.lookups import is_visible
from ...completions import Completion
from ...request.call import Call
from ...request.problem import not_found
from ...store.store import Change, Row, Store
from ..composing.changes import stamped
from ..composing.composer import Composer
from ..composing.fitting import Fitter
from ..composing.referring import References
from ..composing.setting import Setting
from ..recognising.families import Family
from ..recognising.paths import noun_of, parameters, singular
from ..recognising.references import properties_in_path
from .bodies import Bodies
from .members import Members

_KEPT_UNSHOWN = ("annotations", "idempotency_key")
"""What is kept of a payload although no member shows it: who manages the member, the key it was made with."""


class Location(NamedTuple):
    """Where a request's path leads: the values that name the parents, and the key of a member where it has one."""

    parents: list[str]
    key: str | None


class Collection:
    """The members of one family, with all that it takes to compose, keep and show them."""

    def __init__(
        self,
        document: Document,
        family: Family,
        members: Members,
        bodies: Bodies,
        composer: Composer,
        references: References,
        fitter: Fitter,
    ) -> None:
        self.document = document
        self.family = family
        self.members = members
        self.bodies = bodies
        self.composer = composer
        self.references = references
        self.fitter = fitter
        self.completions: Mapping[str, Completion] = {}
        """What resources add to members before they are kept, by operationId."""
        self.noun = singular(noun_of(family.path))

    def location(self, call: Call) -> Location:
        """Say where the request's path leads."""
        values = [call.path[name] for name in parameters(call.operation.path)]
        count = len(parameters(self.family.path))
        return Location(values[:count], values[count] if len(values) > count else None)

    def properties_in_path(self, call: Call) -> dict[str, Any]:
        """Give what the request's path says of a member."""
        path = call.operation.path
        return properties_in_path(path, [call.path[name] for name in parameters(path)])

    def setting(self, store: Store, call: Call, row: Row) -> Setting:
        """Say where a member's values are composed."""
        annotations = row.get("annotations")
        return Setting(
            store,
            call,
            (self.family.name, *self.location(call).parents, str(row.get(self.family.key))),
            annotations=annotations if isinstance(annotations, Mapping) else {},
        )

    def require_references(self, store: Store, call: Call) -> None:
        """Raise the Problem for an id in the body that names nothing."""
        schema = call.operation.request_schema
        if schema is not None:
            self.references.require(store, call, schema, call.body, self.family.path)

    def payload(self, call: Call) -> Mapping[str, Any]:
        """Give what the body says of the object: some documents wrap it as they wrap the answer. None takes away."""
        if not isinstance(call.body, Mapping):
            return {}
        inner = self._wrapped(call)
        return inner if inner is not None else {**call.body, **dict.fromkeys(call.nulls)}

    def payload_schema(self, call: Call) -> Schema:
        """Give the schema of what the body says of the object."""
        schema, shape = call.operation.request_schema or {}, self.family.shapes.get(call.operation.id)
        if shape is None or shape.wrapper is None or self._wrapped(call) is None:
            return schema
        return self.fitter.property(schema, shape.wrapper)

    def _wrapped(self, call: Call) -> Mapping[str, Any] | None:
        shape = self.family.shapes.get(call.operation.id)
        if shape is None or shape.wrapper is None or not isinstance(call.body, Mapping):
            return None
        inner = call.body.get(shape.wrapper)
        return inner if isinstance(inner, Mapping) else None

    def own_key(self, call: Call) -> Json:
        """Give the key that the path or the body names, as the schema has it."""
        key = self.location(call).key
        if key is None:
            return self.payload(call).get(self.family.key)
        schema = self.fitter.properties(self.family.item)[self.family.key]
        return int(key) if key.isdecimal() and self.fitter.permits(schema, int(key)) else key

    def found(self, store: Store, call: Call) -> Row | None:
        """Give the member that the path or the body names; None when there is none that the key may see."""
        row = self.members.find(store, self.family, self.location(call).parents, str(self.own_key(call)))
        return row if row is not None and self.is_seen(store, call, row) else None

    def is_seen(self, store: Store, call: Call, row: Row) -> bool:
        """Say whether the key may see a member: not that of an incident that is hidden (behaviour.md#hidden-is-404)."""
        incident = str(row.get("incident_id"))
        return store.incidents.mode(incident) is None or is_visible(store, call, incident)

    def existing(self, store: Store, call: Call) -> Row:
        """Give the member that the path or the body names. Raises the 404 Problem."""
        row = self.found(store, call)
        if row is None:
            raise not_found(self.noun.replace("_", " "))
        return row

    def shown(self, store: Store, call: Call, row: Row) -> Row:
        """Give a member in the shape in which its collection keeps it."""
        shown = self.bodies.shown(self.family, self.family.item, row, self.setting(store, call, row))
        return shown if isinstance(shown, Mapping) else row

    def answer(self, store: Store, call: Call, row: Row) -> Any:
        """Give the body that shows a member."""
        return self.bodies.member(call, self.family, row, self.setting(store, call, row))

    def keep(self, store: Store, call: Call, row: Row, *more: Change) -> Any:
        """Keep a new member, and change more together with it; the body that shows it."""
        parents, complete = self.location(call).parents, self.completions.get(call.operation.id)
        if complete is not None:
            before = self.members.find(store, self.family, parents, str(row[self.family.key]))
            row = complete(store, call, row, before)
        self.members.put(store, self.family, parents, row, *more)
        return self.answer(store, call, row)

    def save(self, store: Store, call: Call, row: Row, changed: Row, payload: Mapping[str, Any]) -> Any:
        """Keep a changed member, with what only other versions of it show; the body that shows it."""
        key, now = self.family.key, store.clock.now()
        stamps = stamped(self.fitter, self.family.item, changed, now, created=False)
        shown = self.shown(store, call, row)
        elsewhere = {name: value for name, value in row.items() if name not in shown}
        after = {**elsewhere, **stamps, **given_moments(changed, payload), key: row[key]}
        return self.keep(store, call, after)


def unshown(payload: Mapping[str, Any], row: Row) -> dict[str, Any]:
    """Give what is kept of a payload although the member doesn't show it."""
    return {name: payload[name] for name in _KEPT_UNSHOWN if name in payload and name not in row}


def given_moments(row: Row, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Give the moments that a client sets itself: they aren't those of its request."""
    return {name: row[name] for name in payload if name in row and name.endswith("_at")}
