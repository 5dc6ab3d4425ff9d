"""Answering from the document alone: families keep state, single things too, the rest comes from the schema.

What is created takes the like-named properties of the payload; the rest is generated from the schema, stable by seed
and id. A collection begins with a few generated members, made when it is first asked for.
"""

from collections.abc import Callable, Mapping
from typing import Any

from ...fixtures.samples import Sampler
from ...openapi import Document, Operation, Schema
from ..exchange import Call
from ..problem import not_found
from ..resources import Handler
from ..store import Change, Row, Store
from . import listing
from .families import Family, Shape, families, template
from .fitting import Fitter

_FIRST_MEMBERS = 3
_SEEDED = "seeded collections"

Finder = Callable[[Store, Call, str], bool]
"""Whether a resource with behaviour of its own has an object with that id."""


class Generic:
    """The handlers for a document's operations. `finders` know the collections that resources keep, by plural name."""

    def __init__(self, document: Document, finders: Mapping[str, Finder], *, seed: int = 0) -> None:
        self._document = document
        self._finders = finders
        self._fitter = Fitter(document, Sampler(document, seed=seed))
        self.families = families(document)
        self._collections = {template(each.path): each for each in self.families.values() if each.key}
        names = [each.name for each in self._collections.values()]
        self._shared = {name for name in names if names.count(name) > 1}

    def handler(self, operation: Operation) -> Handler:
        """What answers the operation."""
        family = self.families.get(operation.id)
        role = family.operations[operation.id] if family is not None else ""
        answer: Callable[[Store, Call, Family], Any] = {
            "list": self._list,
            "create": self._create,
            "show": self._show,
            "update": self._update,
            "delete": self._delete,
            "action": self._act,
            "read": self._read,
            "write": self._write,
        }.get(role, self._stateless)

        def handle(store: Store, call: Call) -> Any:
            self._require_ancestors(store, call)
            return answer(store, call, family)  # type: ignore[arg-type]

        return handle

    def _require_ancestors(self, store: Store, call: Call) -> None:
        """Raise the 404 Problem when something that the path goes through doesn't exist."""
        segments = call.operation.path.split("/")
        values = list(call.path.values())
        seen = 0
        for depth, segment in enumerate(segments[:-1]):
            if not (segment.startswith("{") and segment.endswith("}")):
                continue
            collection, seen = "/".join(segments[:depth]), seen + 1
            family = self._collections.get(template(collection))
            finder = self._finders.get(segments[depth - 1])
            if finder is not None and family is not None:
                found = finder(store, call, values[seen - 1])
            elif family is not None:
                found = self._find(store, family, values[: seen - 1], values[seen - 1]) is not None
            else:
                found = True
            if not found:
                raise not_found(segments[depth - 1])

    def _collection(self, store: Store, family: Family, parents: list[str]) -> str:
        """The name under which the store keeps the members; filled with the first ones when it is new."""
        name = " ".join([family.name, *parents])
        if store.get(_SEEDED, name) is None:
            changes = [Change(_SEEDED, name, {"id": name})]
            for number in range(_FIRST_MEMBERS):
                row = self._fitter.sampler.sample(family.item, name, str(number))
                changes.append(Change(name, str(row[family.key]), row))
            store.apply(changes)
        return name

    def _find(self, store: Store, family: Family, parents: list[str], key: str) -> Row | None:
        return store.get(self._collection(store, family, parents), key)

    def _existing(self, store: Store, call: Call, family: Family) -> tuple[str, str, Row]:
        """The collection, key and row that the path names. Raises the 404 Problem."""
        values = list(call.path.values())
        parents, key = values[: len(family.parents)], values[len(family.parents)]
        row = self._find(store, family, parents, key)
        if row is None:
            raise not_found(family.path.rpartition("/")[2])
        return self._collection(store, family, parents), key, row

    def _list(self, store: Store, call: Call, family: Family) -> Any:
        shape = family.shapes[call.operation.id]
        name = self._collection(store, family, list(call.path.values()))
        rows = [self._shown(family, shape.item, row) for row in store.all(name)]
        rows = listing.filtered(rows, call, self._fitter.properties(shape.item))
        page = listing.cut(rows, call, family.key)
        return listing.rendered(self._fitter, self._answer_schema(call), shape, page, call.operation.id)

    def _shown(self, family: Family, schema: Schema, row: Row) -> Row:
        if family.name not in self._shared and self._fitter.permits(schema, row):
            return row
        shown: Row = self._fitter.project(schema, row, str(row[family.key]))
        return {**shown, family.key: row[family.key]}

    def _create(self, store: Store, call: Call, family: Family) -> Any:
        shape = family.shapes[call.operation.id]
        name = self._collection(store, family, list(call.path.values()))
        payload = _payload(call, shape)
        key = self._new_key(store, family, name, payload)
        row = self._fitter.sampler.sample(family.item, name, str(key), complete=False)
        row = self._fitter.stamped(
            family.item, {**row, family.key: key}, store.clock.timestamp(), created=True
        )
        row = self._fitter.overlay(family.item, row, payload)
        store.apply([Change(name, str(row[family.key]), row)])
        return self._body(call, family, row)

    def _new_key(self, store: Store, family: Family, name: str, payload: Mapping[str, Any]) -> Any:
        schema = self._fitter.properties(family.item)[family.key]
        if family.key in payload and self._fitter.permits(schema, payload[family.key]):
            return payload[family.key]
        taken = [row[family.key] for row in store.all(name)]
        numbers = [each for each in taken if isinstance(each, int)]
        for candidate in (max(numbers, default=0) + 1, store.new_id()):
            if candidate not in taken and self._fitter.permits(schema, candidate):
                return candidate
        return self._fitter.sampler.sample(schema, store.new_id(), family.key)

    def _show(self, store: Store, call: Call, family: Family) -> Any:
        return self._body(call, family, self._existing(store, call, family)[2])

    def _update(self, store: Store, call: Call, family: Family) -> Any:
        name, key, row = self._existing(store, call, family)
        payload = _payload(call, family.shapes.get(call.operation.id))
        if call.operation.method == "PUT":
            row = self._without_omitted(call, family, row, payload)
        changed = self._fitter.overlay(family.item, row, payload)
        changed[family.key] = row[family.key]
        return self._save(store, call, family, name, key, changed)

    def _without_omitted(self, call: Call, family: Family, row: Row, payload: Mapping[str, Any]) -> Row:
        """A PUT replaces: what it could have set and didn't is gone, unless a member must have it."""
        settable = self._fitter.properties(call.operation.request_schema or {})
        left = {name: value for name, value in row.items() if name not in settable or name in payload}
        required = self._document.resolve(family.item).get("required", ())
        return left | {name: row[name] for name in required if name in row}

    def _act(self, store: Store, call: Call, family: Family) -> Any:
        name, key, row = self._existing(store, call, family)
        action = call.operation.path.rpartition("/")[2]
        changed = self._fitter.acted_on(family.item, row, action)
        if call.operation.id not in family.shapes:
            self._save(store, call, family, name, key, changed)
            return self._stateless(store, call, family)
        payload = _payload(call, family.shapes[call.operation.id])
        return self._save(store, call, family, name, key, self._fitter.overlay(family.item, changed, payload))

    def _save(self, store: Store, call: Call, family: Family, name: str, key: str, row: Row) -> Any:
        row = self._fitter.stamped(family.item, row, store.clock.timestamp(), created=False)
        store.apply([Change(name, key, row)])
        return self._body(call, family, row)

    def _delete(self, store: Store, call: Call, family: Family) -> Any:
        name, key, row = self._existing(store, call, family)
        store.apply([Change(name, key, None)])
        return self._body(call, family, row)

    def _read(self, store: Store, call: Call, family: Family) -> Any:
        return self._body(call, family, self._single(store, call, family)[1])

    def _write(self, store: Store, call: Call, family: Family) -> Any:
        name, row = self._single(store, call, family)
        changed = self._fitter.overlay(family.item, row, _payload(call, family.shapes.get(call.operation.id)))
        store.apply([Change(_SEEDED, name, {"id": name, "row": changed})])
        return self._body(call, family, changed)

    def _single(self, store: Store, call: Call, family: Family) -> tuple[str, Row]:
        name = " ".join([family.name, *call.path.values()])
        kept = store.get(_SEEDED, name)
        return name, kept["row"] if kept is not None else self._fitter.sampler.sample(family.item, name)

    def _stateless(self, store: Store, call: Call, family: Family) -> Any:
        schema = call.operation.responses.get(call.operation.success)
        if schema is None:
            return None
        place = (call.operation.id, *call.path.values(), *(str(value) for value in call.query.values()))
        answer = self._fitter.sampler.sample(schema, *place)
        return self._fitter.overlay(schema, answer, call.body) if isinstance(answer, dict) else answer

    def _body(self, call: Call, family: Family, row: Row) -> Any:
        """The document's answer with the row in it."""
        if call.operation.responses.get(call.operation.success) is None:
            return None
        shape = family.shapes.get(call.operation.id)
        if shape is None:
            return self._stateless_body(call)
        shown = self._shown(family, shape.item, row) if family.key else row
        if shape.wrapper is None:
            return shown
        beside = self._fitter.sampler.sample(self._answer_schema(call), call.operation.id, complete=False)
        return {**beside, shape.wrapper: shown}

    def _stateless_body(self, call: Call) -> Any:
        return self._fitter.sampler.sample(self._answer_schema(call), call.operation.id, *call.path.values())

    def _answer_schema(self, call: Call) -> Schema:
        schema = call.operation.responses[call.operation.success]
        return {} if schema is None else schema


def _payload(call: Call, shape: Shape | None) -> Mapping[str, Any]:
    """What the body says of the object: some documents wrap it as they wrap the answer."""
    if not isinstance(call.body, Mapping):
        return {}
    wrapped = call.body.get(shape.wrapper) if shape is not None and shape.wrapper is not None else None
    return wrapped if isinstance(wrapped, Mapping) and len(call.body) == 1 else call.body
