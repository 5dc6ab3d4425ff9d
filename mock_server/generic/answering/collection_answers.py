"""Answers that keep the members of a collection: list, create, show, update, delete, and act on one."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from ....openapi import Document, Json, Schema
from ...behaviour.idempotency import made_before, remembered
from ...request.call import Call
from ...request.problem import ErrorEntry, Problem, invalid, not_found
from ...resources import Handler
from ...store.store import Change, Row, Store
from ..recognising.families import Family, Role, bulk_list, list_of
from ..recognising.paths import action_of, noun_of, parameters, singular, template
from ..recognising.references import told_by_path
from ..recognising.shapes import answer_of
from .bodies import Bodies
from .changes import acted_on, meant, stamped
from .composing import Composer
from .filtering import filtered
from .fitting import Fitter
from .listing import cut, style_of
from .members import Members
from .page_facts import page_facts
from .referring import References
from .setting import Setting
from .versions import next_version


class _Place(NamedTuple):
    """Where a request's path leads: the values that name the parents, and the key of a member where it has one."""

    parents: list[str]
    key: str | None


class CollectionAnswers:
    """The handlers of one family."""

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
        self._document = document
        self._family = family
        self._members = members
        self._bodies = bodies
        self._composer = composer
        self._references = references
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
            "append": self.append_to_member,
            "bulk": self.change_members,
        }

    def list_members(self, store: Store, call: Call) -> Any:
        """A page of the members that the query's filters let pass."""
        shape, style = self._family.shapes[call.operation.id], self._styles[call.operation.id]
        rows = self._members.all(store, self._family, self._place(call).parents)
        rows = filtered(rows, call, self._fitter, shape.item, style.names)
        page = cut(rows, call, self._family.key, style)
        shown = [
            self._bodies.shown(self._family, shape.item, row, self._setting(store, call, row))
            for row in page.rows
        ]
        schema = answer_of(call.operation)
        beside = page_facts(self._fitter, schema, page, call, style) if schema is not None else {}
        return self._bodies.holding(call, shape, shown, beside)

    def create_member(self, store: Store, call: Call) -> Any:
        """A new member; the first one again for an idempotency key that was used. Raises the 422 Problem."""
        parents, payload = self._place(call).parents, self._payload(call)
        keyed = isinstance(call.body, Mapping) and isinstance(call.body.get("idempotency_key"), str)
        earlier = made_before(store, call) if keyed else None
        row = self._members.find(store, self._family, parents, earlier) if earlier is not None else None
        if row is not None:
            return self._bodies.member(call, self._family, row, self._setting(store, call, row))
        self._require_references(store, call)
        key = self._members.new_key(store, self._family, parents, payload)
        row = self._made(store, call, parents, key, payload)
        return self._keep(store, call, parents, row, *([remembered(call, str(key))] if keyed else []))

    def _made(
        self, store: Store, call: Call, parents: Sequence[str], key: Json, payload: Mapping[str, Any]
    ) -> Row:
        """A new member that shows what was sent, not kept yet."""
        setting = replace(
            self._setting(store, call, {**payload, self._family.key: key}),
            siblings=self._members.all(store, self._family, parents),
        )
        sent = {**self._told(call), **payload, self._family.key: key}
        row = self._composer.composed(self._family.item, sent, setting, payload=self._payload_schema(call))
        row = {**row, **_unshown(payload, row), self._family.key: key}
        now = store.clock.now()
        return {**stamped(self._fitter, self._family.item, row, now, created=True), **_moments(row, payload)}

    def _told(self, call: Call) -> dict[str, Any]:
        """What the path says of a member."""
        path = call.operation.path
        return told_by_path(path, [call.path[name] for name in parameters(path)])

    def _setting(self, store: Store, call: Call, row: Row) -> Setting:
        """Where a member's values are composed."""
        annotations = row.get("annotations")
        return Setting(
            store,
            call,
            (self._family.name, *self._place(call).parents, str(row.get(self._family.key))),
            annotations=annotations if isinstance(annotations, Mapping) else {},
        )

    def _require_references(self, store: Store, call: Call) -> None:
        """Raise the 422 Problem for an id in the body that names nothing."""
        schema = call.operation.request_schema
        if schema is not None:
            self._references.require(store, call, schema, call.body, self._family.path)

    def show_member(self, store: Store, call: Call) -> Any:
        """One member."""
        row = self._existing(store, call)
        return self._bodies.member(call, self._family, row, self._setting(store, call, row))

    def update_member(self, store: Store, call: Call) -> Any:
        """A member with what the payload says; PUT replaces it. It is new where the document lets PUT create.

        Raises the 412 Problem for a version that isn't the next one.
        """
        payload, parents = self._payload(call), self._place(call).parents
        if self._creates(call) and self._found(store, call) is None:
            return self._keep(
                store, call, parents, self._made(store, call, parents, self._own_key(call), payload)
            )
        row = self._existing(store, call)
        self._require_references(store, call)
        shown = self._as_shown(store, call, row)
        payload = meant(payload, payload, row)
        setting = self._setting(store, call, {**row, **payload, self._family.key: row[self._family.key]})
        changed = self._composer.composed(
            self._family.item,
            payload,
            setting,
            payload=self._payload_schema(call),
            before=shown,
            keep=call.operation.method != "PUT",
        )
        changed = {**changed, **_unshown(payload, changed)}
        if not self._rotates():
            changed = next_version(shown, changed, payload)
        return self._save(store, call, row, changed, _moments(changed, payload))

    def delete_member(self, store: Store, call: Call) -> Any:
        """A member no longer, nor what goes with it. Raises the 422 Problem while something else refers to it."""
        row = self._existing(store, call)
        status = next((each for each in (422, 409) if each in call.operation.responses), None)
        if status is not None:
            self._require_unused(store, row, status)
        body = self._bodies.member(call, self._family, row, self._setting(store, call, row))
        self._members.remove(store, self._family, self._place(call).parents, row)
        return body

    def _require_unused(self, store: Store, row: Row, status: int) -> None:
        """Raise the Problem while a member of another collection, which can be without this one, refers to it."""
        key = str(row[self._family.key])
        for family, other in self._members.begun(store):
            if family.name == self._family.name or self._members.depends_on(family, self._family):
                continue
            if self._references.mentions(family.item, other, self._family, key):
                noun = singular(noun_of(self._family.path)).replace("_", " ")
                used = singular(noun_of(family.path)).replace("_", " ")
                raise Problem(
                    status, ErrorEntry("in_use", f"The {noun} is still in use by a {used}", "id", "id")
                )

    def act_on_member(self, store: Store, call: Call) -> Any:
        """A member after an action, as far as names tell what it does. Raises the 412 Problem for a stale version."""
        row, now = self._existing(store, call), store.clock.now()
        self._require_references(store, call)
        found = action_of(template(call.operation.path))
        action = found[1] if found is not None else ""
        shown, shows = self._as_shown(store, call, row), call.operation.id in self._family.shapes
        payload = self._payload(call) if shows else {}
        setting = self._setting(store, call, row)

        def patched(schema: Schema, before: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
            return self._composer.composed(schema, given, setting, before=before, keep=True)

        changed = acted_on(self._fitter, patched, self._family.item, shown, action, payload, now)
        if action.startswith("rotate"):
            changed = next_version(shown, changed, {})
        if not shows and changed == shown:
            return self._bodies.member(call, self._family, row, setting)
        return self._save(store, call, row, changed)

    def append_to_member(self, store: Store, call: Call) -> Any:
        """A new item of a list that a member holds; what else was sent changes the member itself."""
        self._require_references(store, call)
        shape = self._family.shapes[call.operation.id]
        key = call.body[f"{singular(noun_of(self._family.path))}_{self._family.key}"]
        row = self._members.find(store, self._family, (), str(key))
        held = list_of(self._document, self._family.item, shape.item)
        if row is None or held is None:
            raise not_found(singular(noun_of(self._family.path)).replace("_", " "))
        setting = self._setting(store, call, row).at(held)
        item = self._composer.composed(
            shape.item, call.body, setting.at(str(len(row.get(held, [])))), payload=self._payload_schema(call)
        )
        item = stamped(self._fitter, shape.item, item, store.clock.now(), created=True)
        changed = self._composer.composed(self._family.item, call.body, setting, before=row, keep=True)
        changed = stamped(self._fitter, self._family.item, changed, store.clock.now(), created=False)
        after = {**row, **changed, self._family.key: row[self._family.key], held: [*row.get(held, []), item]}
        self._members.put(store, self._family, (), after)
        return self._bodies.holding(call, shape, item, {})

    def change_members(self, store: Store, call: Call) -> Any:
        """Several members with what the body says of each: all of them, or none. Raises the 422 Problem."""
        parents, schema = self._place(call).parents, call.operation.request_schema or {}
        found = bulk_list(self._document, schema, self._family)
        if found is None:
            return self._bodies.made_up(call, {})
        name, named = found
        items = self._fitter.items(self._fitter.property(schema, name))
        rows: dict[str, Row] = {}
        for number, each in enumerate(call.body[name]):
            key = str(each[named])
            row = rows.get(key) or self._members.find(store, self._family, parents, key)
            if row is None:
                field = f"{name}.{number}.{named}"
                raise invalid(field, f"{field} does not refer to anything that exists: {key}")
            given = {inner: value for inner, value in each.items() if inner != named}
            given = meant(given, {**call.body, **given}, row)
            setting = self._setting(store, call, row)
            changed = self._composer.composed(
                self._family.item, given, setting, payload=items, before=row, keep=True
            )
            changed = stamped(self._fitter, self._family.item, changed, store.clock.now(), created=False)
            rows[key] = {**row, **changed, self._family.key: row[self._family.key]}
        self._members.put_all(store, self._family, parents, list(rows.values()))
        shape = self._family.shapes.get(call.operation.id)
        if shape is None:
            return self._bodies.made_up(call, {})
        shown = [
            self._bodies.shown(self._family, shape.item, row, self._setting(store, call, row))
            for row in self._members.all(store, self._family, parents)
        ]
        return self._bodies.holding(call, shape, shown, {})

    def _rotates(self) -> bool:
        """Whether versions count rotations rather than changes."""
        actions = [id_ for id_, role in self._family.operations.items() if role == "action"]
        return any(self._document.operations[id_].path.endswith("/rotate") for id_ in actions)

    def _keep(self, store: Store, call: Call, parents: Sequence[str], row: Row, *more: Change) -> Any:
        self._members.put(store, self._family, parents, row, *more)
        return self._bodies.member(call, self._family, row, self._setting(store, call, row))

    def _save(
        self, store: Store, call: Call, row: Row, changed: Row, moments: Mapping[str, Any] | None = None
    ) -> Any:
        """Keep a changed member, with what only other versions of it show, and the moments that were given."""
        key, now = self._family.key, store.clock.now()
        changed = stamped(self._fitter, self._family.item, changed, now, created=False)
        shown = self._as_shown(store, call, row)
        elsewhere = {name: value for name, value in row.items() if name not in shown}
        return self._keep(
            store, call, self._place(call).parents, {**elsewhere, **changed, **(moments or {}), key: row[key]}
        )

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

    def _payload_schema(self, call: Call) -> Schema:
        """The schema of what the body says of the object."""
        schema = call.operation.request_schema or {}
        shape = self._family.shapes.get(call.operation.id)
        inner = call.body.get(shape.wrapper) if shape is not None and isinstance(call.body, Mapping) else None
        if shape is not None and shape.wrapper is not None and isinstance(inner, Mapping):
            return self._fitter.property(schema, shape.wrapper)
        return schema

    def _creates(self, call: Call) -> bool:
        """Whether a PUT may name a new member: the document says 201, or has no other way to make one."""
        if call.operation.method != "PUT":
            return False
        return 201 in call.operation.responses or not self._family.can("list", "create")

    def _as_shown(self, store: Store, call: Call, row: Row) -> Row:
        setting = self._setting(store, call, row)
        shown = self._bodies.shown(self._family, self._family.item, row, setting)
        return shown if isinstance(shown, Mapping) else row


def _unshown(payload: Mapping[str, Any], row: Row) -> dict[str, Any]:
    """What is kept of a payload although no member shows it: who manages the member, the key it was made with."""
    return {
        name: payload[name]
        for name in ("annotations", "idempotency_key")
        if name in payload and name not in row
    }


def _moments(row: Row, payload: Mapping[str, Any]) -> dict[str, Any]:
    """The moments that a client sets itself: they aren't those of its request."""
    return {name: row[name] for name in payload if name in row and name.endswith("_at")}
