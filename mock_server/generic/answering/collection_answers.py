"""Answers that keep the members of a collection: list, create, show, delete. `member_changes` has the others."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ....openapi import Json
from ...behaviour.idempotency import made_before, remembered
from ...request.call import Call
from ...request.problem import ErrorEntry, Problem
from ...resources import Handler
from ...store.store import Row, Store
from ..composing.changes import stamped
from ..recognising.families import Role
from ..recognising.paths import noun_of, singular
from ..recognising.shapes import answer_of
from .collection import Collection, given_moments, unshown
from .filtering import filtered
from .listing import cut, style_of
from .page_facts import page_facts

_REFUSALS = (422, 409)
"""Of these the first that the document declares says that something is still in use."""


class CollectionAnswers:
    """The handlers of one family."""

    def __init__(self, collection: Collection) -> None:
        self._collection = collection
        document, family = collection.document, collection.family
        self._styles = {
            id_: style_of(document, document.operations[id_])
            for id_, role in family.operations.items()
            if role == "list"
        }

    def handlers(self) -> Mapping[Role, Handler]:
        """Give the handlers by what they do."""
        return {
            "list": self.list_members,
            "create": self.create_member,
            "show": self.show_member,
            "delete": self.delete_member,
        }

    def list_members(self, store: Store, call: Call) -> Any:
        """Give a page of the members that the query's filters let pass."""
        of, family = self._collection, self._collection.family
        shape, style = family.shapes[call.operation.id], self._styles[call.operation.id]
        rows = of.members.all(store, family, of.location(call).parents)
        rows = [row for row in rows if of.is_seen(store, call, row)]
        rows = filtered(rows, call, of.fitter, shape.item, style.names)
        page = cut(rows, call, family.key, style)
        shown = [of.bodies.shown(family, shape.item, row, of.setting(store, call, row)) for row in page.rows]
        schema = answer_of(call.operation)
        beside = page_facts(of.fitter, schema, page, call, style) if schema is not None else {}
        return of.bodies.holding(call, shape, shown, beside)

    def create_member(self, store: Store, call: Call) -> Any:
        """Give a new member; the first one again for an idempotency key that was used. Raises the 422 Problem."""
        of, family, parents = (
            self._collection,
            self._collection.family,
            self._collection.location(call).parents,
        )
        keyed = isinstance(call.body, Mapping) and isinstance(call.body.get("idempotency_key"), str)
        earlier = made_before(store, call) if keyed else None
        row = of.members.find(store, family, parents, earlier) if earlier is not None else None
        if row is not None:
            return of.answer(store, call, row)
        of.require_references(store, call)
        key = of.members.new_key(store, family, parents, of.payload(call))
        changes = [remembered(call, str(key))] if keyed else []
        return of.keep(store, call, self.made(store, call, key), *changes)

    def made(self, store: Store, call: Call, key: Json) -> Row:
        """Give a new member that shows what was sent, not kept yet."""
        of, family, payload = self._collection, self._collection.family, self._collection.payload(call)
        setting = replace(
            of.setting(store, call, {**payload, family.key: key}),
            siblings=of.members.all(store, family, of.location(call).parents),
        )
        sent = {**of.properties_in_path(call), **payload, family.key: key}
        row: Row = of.composer.composed(family.item, sent, setting, payload=of.payload_schema(call))
        row = {**row, **unshown(payload, row), family.key: key}
        stamps = stamped(of.fitter, family.item, row, store.clock.now(), created=True)
        return {**stamps, **given_moments(row, payload)}

    def show_member(self, store: Store, call: Call) -> Any:
        """Give one member."""
        return self._collection.answer(store, call, self._collection.existing(store, call))

    def delete_member(self, store: Store, call: Call) -> Any:
        """Give a member no longer, nor what goes with it. Raises the Problem while something else refers to it."""
        of = self._collection
        row = of.existing(store, call)
        status = next((each for each in _REFUSALS if each in call.operation.responses), None)
        if status is not None:
            self._require_unused(store, row, status)
        body = of.answer(store, call, row)
        of.members.remove(store, of.family, of.location(call).parents, row)
        return body

    def _require_unused(self, store: Store, row: Row, status: int) -> None:
        """Raise the Problem while a member of another collection, which can be without this one, refers to it."""
        of, key = self._collection, str(row[self._collection.family.key])
        for family, other in of.members.held(store):
            if family.name == of.family.name or of.members.depends_on(family, of.family):
                continue
            if of.references.mentions(family.item, other, of.family, key):
                user = singular(noun_of(family.path)).replace("_", " ")
                message = f"The {of.noun.replace('_', ' ')} is still in use by: {user}"
                raise Problem(status, ErrorEntry("in_use", message, "id", "id"))
