"""Answers that change the members of a collection: update one, act on one, add to one, change many at once."""

from collections.abc import Callable, Mapping
from typing import Any

from ....openapi import Json, Schema
from ...request.call import Call
from ...request.problem import dangling, not_found
from ...resources import Handler
from ...store.store import Row, Store
from ..composing.changes import acted_on, meant, stamped
from ..composing.versions import next_version
from ..recognising.families import Role
from ..recognising.lists import bulk_list, list_of
from ..recognising.paths import action_of, template
from .collection import Collection, unshown

Make = Callable[[Store, Call, Json], Row]
"""Makes a new member with that key, not kept yet."""


class MemberChanges:
    """The handlers of one family that change members. `make` makes those that an update may create."""

    def __init__(self, collection: Collection, make: Make) -> None:
        self._collection = collection
        self._make = make

    def handlers(self) -> Mapping[Role, Handler]:
        """Give the handlers by what they do."""
        return {
            "update": self.update_member,
            "action": self.act_on_member,
            "append": self.append_to_member,
            "bulk": self.change_members,
        }

    def update_member(self, store: Store, call: Call) -> Any:
        """Give a member with what the payload says; PUT replaces it. It is new where the document lets PUT create.

        Raises the 412 Problem for a version that isn't the next one.
        """
        of, family = self._collection, self._collection.family
        if self._creates(call) and of.found(store, call) is None:
            return of.keep(store, call, self._make(store, call, of.own_key(call)))
        row = of.existing(store, call)
        of.require_references(store, call)
        payload = of.payload(call)
        shown, payload = of.shown(store, call, row), meant(payload, payload, row)
        changed: Row = of.composer.composed(
            family.item,
            payload,
            of.setting(store, call, {**row, **payload, family.key: row[family.key]}),
            payload=of.payload_schema(call),
            before=shown,
            keep=call.operation.method != "PUT",
        )
        changed = {**changed, **unshown(payload, changed)}
        if not self._rotates():
            changed = next_version(shown, changed, payload)
        return of.save(store, call, row, changed, payload)

    def _creates(self, call: Call) -> bool:
        """Whether a PUT may name a new member: the document says 201, or has no other way to make one."""
        if call.operation.method != "PUT":
            return False
        return 201 in call.operation.responses or not self._collection.family.can("list", "create")

    def _rotates(self) -> bool:
        """Whether versions count rotations rather than changes."""
        of = self._collection
        actions = [id_ for id_, role in of.family.operations.items() if role == "action"]
        return any(of.document.operations[id_].path.endswith("/rotate") for id_ in actions)

    def act_on_member(self, store: Store, call: Call) -> Any:
        """Answer with a member after an action, as far as names say what it does. Raises 412 for a stale version."""
        of, row = self._collection, self._collection.existing(store, call)
        of.require_references(store, call)
        found = action_of(template(call.operation.path))
        action = found[1] if found is not None else ""
        shown, shows = of.shown(store, call, row), call.operation.id in of.family.shapes
        payload, setting = of.payload(call) if shows else {}, of.setting(store, call, row)

        def patched(schema: Schema, before: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
            return of.composer.composed(schema, given, setting, before=before, keep=True)

        changed = acted_on(of.fitter, patched, of.family.item, shown, action, payload, store.clock.now())
        if action.startswith("rotate"):
            changed = next_version(shown, changed, {})
        if not shows and changed == shown:
            return of.answer(store, call, row)
        return of.save(store, call, row, changed, payload)

    def append_to_member(self, store: Store, call: Call) -> Any:
        """Give a new item of a list that a member holds; what else was sent changes the member itself."""
        of, family = self._collection, self._collection.family
        of.require_references(store, call)
        shape = family.shapes[call.operation.id]
        row = of.members.find(store, family, (), str(call.body[f"{of.noun}_{family.key}"]))
        held = list_of(of.document, family.item, shape.item)
        if row is None or held is None:
            raise not_found(of.noun.replace("_", " "))
        now, items = store.clock.now(), row.get(held, [])
        setting = of.setting(store, call, row).at(held)
        item: Row = of.composer.composed(
            shape.item, call.body, setting.at(str(len(items))), payload=of.payload_schema(call)
        )
        item = stamped(of.fitter, shape.item, item, now, created=True)
        changed: Row = of.composer.composed(family.item, call.body, setting, before=row, keep=True)
        changed = stamped(of.fitter, family.item, changed, now, created=False)
        after = {**row, **changed, family.key: row[family.key], held: [*items, item]}
        of.members.put(store, family, (), after)
        return of.bodies.holding(call, shape, item, {})

    def change_members(self, store: Store, call: Call) -> Any:
        """Give several members with what the body says of each: all of them, or none. Raises the 422 Problem."""
        of, family, parents = (
            self._collection,
            self._collection.family,
            self._collection.location(call).parents,
        )
        schema = call.operation.request_schema or {}
        found = bulk_list(of.document, schema, family.item, family.key)
        if found is None:
            return of.bodies.made_up(store, call, {})
        name, named = found
        items, rows = of.fitter.items(of.fitter.property(schema, name)), dict[str, Row]()
        for number, each in enumerate(call.body[name]):
            key = str(each[named])
            row = rows.get(key) or of.members.find(store, family, parents, key)
            if row is None:
                field = f"{name}.{number}.{named}"
                raise dangling(field, key)
            rows[key] = self._changed(store, call, row, {**each, named: None}, items)
        of.members.put_all(store, family, parents, list(rows.values()))
        shape = family.shapes.get(call.operation.id)
        if shape is None:
            return of.bodies.made_up(store, call, {})
        kept = of.members.all(store, family, parents)
        shown = [of.bodies.shown(family, shape.item, row, of.setting(store, call, row)) for row in kept]
        return of.bodies.holding(call, shape, shown, {})

    def _changed(self, store: Store, call: Call, row: Row, given: Mapping[str, Any], schema: Schema) -> Row:
        """A member with what one item of a body says of it."""
        of, family = self._collection, self._collection.family
        sent = {name: value for name, value in given.items() if value is not None}
        changed: Row = of.composer.composed(
            family.item,
            meant(sent, {**call.body, **sent}, row),
            of.setting(store, call, row),
            payload=schema,
            before=row,
            keep=True,
        )
        changed = stamped(of.fitter, family.item, changed, store.clock.now(), created=False)
        return {**row, **changed, family.key: row[family.key]}
