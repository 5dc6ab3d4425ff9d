"""Answers that keep the members of a collection: list, create, show, update, delete, and act on one."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ....openapi import Document, Json
from ...request.call import Call
from ...request.problem import not_found
from ...resources import Handler
from ...store.store import Row, Store
from ..recognising.families import Family, Role
from ..recognising.paths import action_of, noun_of, parameters, singular, template
from ..recognising.shapes import answer_of
from .bodies import Bodies
from .changes import acted_on, stamped
from .fitting import Fitter
from .listing import cut, filtered, style_of
from .members import Members
from .page_facts import page_facts


class _Place(NamedTuple):
    """Where a request's path leads: the values that name the parents, and the key of a member where it has one."""

    parents: list[str]
    key: str | None


class CollectionAnswers:
    """The handlers of one family."""

    def __init__(
        self, document: Document, family: Family, members: Members, bodies: Bodies, fitter: Fitter
    ) -> None:
        self._document = document
        self._family = family
        self._members = members
        self._bodies = bodies
        self._fitter = fitter
        self._styles = {
            id_: style_of(document, document.operations[id_])
            for id_, role in family.operations.items()
            if role == "list"
        }

    def handlers(self) -> Mapping[Role, Handler]:
        """The handlers by what they do."""
        return {
            "list": self.list_members,
            "create": self.create_member,
            "show": self.show_member,
            "update": self.update_member,
            "delete": self.delete_member,
            "action": self.act_on_member,
        }

    def list_members(self, store: Store, call: Call) -> Any:
        """A page of the members that the query's filters let pass."""
        shape, style = self._family.shapes[call.operation.id], self._styles[call.operation.id]
        rows = self._members.all(store, self._family, self._place(call).parents)
        rows = filtered(rows, call, self._fitter.properties(shape.item), style.names)
        page = cut(rows, call, self._family.key, style)
        shown = [self._bodies.shown(self._family, shape.item, row) for row in page.rows]
        schema = answer_of(call.operation)
        beside = page_facts(self._fitter, schema, page, call, style) if schema is not None else {}
        return self._bodies.holding(call, shape, shown, beside)

    def create_member(self, store: Store, call: Call) -> Any:
        """A new member. Raises the 422 Problem for a key that is taken."""
        parents, payload = self._place(call).parents, self._payload(call)
        key = self._members.new_key(store, self._family, parents, payload)
        return self._keep(
            store, call, parents, self._members.made(store, self._family, parents, key, payload)
        )

    def show_member(self, store: Store, call: Call) -> Any:
        """One member."""
        return self._bodies.member(call, self._family, self._existing(store, call))

    def update_member(self, store: Store, call: Call) -> Any:
        """A member with what the payload says; PUT replaces it. It is new where the document lets PUT create."""
        payload = self._payload(call)
        if self._creates(call) and self._found(store, call) is None:
            parents = self._place(call).parents
            row = self._members.made(store, self._family, parents, self._own_key(call), payload)
            return self._keep(store, call, parents, row)
        row = self._existing(store, call)
        shown = self._as_shown(row)
        left = self._left(call, shown, payload)
        return self._save(store, call, row, self._fitter.overlay(self._family.item, left, payload))

    def delete_member(self, store: Store, call: Call) -> Any:
        """A member no longer."""
        row = self._existing(store, call)
        self._members.remove(store, self._family, self._place(call).parents, row)
        return self._bodies.member(call, self._family, row)

    def act_on_member(self, store: Store, call: Call) -> Any:
        """A member after an action, as far as names tell what it does."""
        row, now = self._existing(store, call), store.clock.now()
        found = action_of(template(call.operation.path))
        action = found[1] if found is not None else ""
        shown, shows = self._as_shown(row), call.operation.id in self._family.shapes
        payload = self._payload(call) if shows else {}
        changed = acted_on(self._fitter, self._family.item, shown, action, payload, now)
        if not shows and changed == shown:
            return self._bodies.member(call, self._family, row)
        return self._save(store, call, row, changed)

    def _keep(self, store: Store, call: Call, parents: Sequence[str], row: Row) -> Any:
        self._members.put(store, self._family, parents, row)
        return self._bodies.member(call, self._family, row)

    def _save(self, store: Store, call: Call, row: Row, changed: Row) -> Any:
        """Keep a changed member, with what only other versions of it show."""
        key, now = self._family.key, store.clock.now()
        changed = stamped(self._fitter, self._family.item, changed, now, created=False)
        elsewhere = {name: value for name, value in row.items() if name not in self._as_shown(row)}
        return self._keep(store, call, self._place(call).parents, {**elsewhere, **changed, key: row[key]})

    def _place(self, call: Call) -> _Place:
        values = [call.path[name] for name in parameters(call.operation.path)]
        count = len(parameters(self._family.path))
        return _Place(values[:count], values[count] if len(values) > count else None)

    def _own_key(self, call: Call) -> Json:
        """The key that the path or the body names, as the schema has it."""
        key = self._place(call).key
        if key is None:
            return self._payload(call).get(self._family.key)
        schema = self._fitter.properties(self._family.item)[self._family.key]
        return int(key) if key.isdecimal() and self._fitter.permits(schema, int(key)) else key

    def _found(self, store: Store, call: Call) -> Row | None:
        return self._members.find(store, self._family, self._place(call).parents, str(self._own_key(call)))

    def _existing(self, store: Store, call: Call) -> Row:
        """The member that the path or the body names. Raises the 404 Problem."""
        row = self._found(store, call)
        if row is None:
            raise not_found(singular(noun_of(self._family.path)).replace("_", " "))
        return row

    def _payload(self, call: Call) -> Mapping[str, Any]:
        """What the body says of the object: some documents wrap it as they wrap the answer. None takes away."""
        if not isinstance(call.body, Mapping):
            return {}
        shape = self._family.shapes.get(call.operation.id)
        inner = call.body.get(shape.wrapper) if shape is not None and shape.wrapper is not None else None
        return inner if isinstance(inner, Mapping) else {**call.body, **dict.fromkeys(call.nulls)}

    def _creates(self, call: Call) -> bool:
        """Whether a PUT may name a new member: the document says 201, or has no other way to make one."""
        if call.operation.method != "PUT":
            return False
        return 201 in call.operation.responses or not self._family.can("list", "create")

    def _as_shown(self, row: Row) -> Row:
        shown = self._bodies.shown(self._family, self._family.item, row)
        return shown if isinstance(shown, Mapping) else row

    def _left(self, call: Call, row: Row, payload: Mapping[str, Any]) -> Row:
        """What an update leaves of a member: not what null takes away, nor what a PUT could have set and didn't."""
        settable = self._fitter.properties(call.operation.request_schema or {})
        omitted = settable.keys() - payload.keys() if call.operation.method == "PUT" else set()
        gone = {self._fitter.target(self._family.item, name) for name in {*omitted, *call.nulls}}
        kept = self._fitter.required(self._family.item)
        return {name: value for name, value in row.items() if name not in gone or name in kept}
