"""Who answers each operation of a document: a resource's own behaviour, or the document alone."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import orjson

from ...fixtures.domain.collections import every_collection
from ...fixtures.schema.samples import Sampler
from ...openapi import Document, Operation, Schema, bundled
from ..completions import completions
from ..generic.answering.answers import Finder, Generic
from ..generic.composing.fitting import Fitter
from ..generic.recognising.families import Family, families
from ..generic.recognising.paths import name_of, parameters
from ..generic.recognising.servable import require_servable
from ..request.call import Call
from ..request.messages import Parts
from ..resources import Handler, handlers
from ..store.store import Row, Store

_KEPT_APART = ("list", "create", "show", "update", "delete")


@dataclass(frozen=True, slots=True)
class Answer:
    """How one operation is answered."""

    handler: Handler
    how: str
    """`behaviour`, `behaviour of OPERATION` for another version of one that has it, `state` or `schema`."""
    family: str
    """The collection or single thing that it belongs to; empty for none."""


@lru_cache(maxsize=8)
def answers(document: Document, *, seed: int = 0) -> Mapping[str, Answer]:
    """Give the answer for each operation of the document, by its id.

    Handlers keep no state, so all doubles of one document and seed share them; the next one starts the sooner.

    Raises ValueError when a resource claims an operation that the bundled document doesn't have, and DocumentError
    for a document that can't be served.
    """
    return _Dispatch(document, seed).answers()


class _Dispatch:
    def __init__(self, document: Document, seed: int) -> None:
        self._document = document
        self._own = handlers()
        completing = completions()
        self._contract = bundled()
        unknown = (self._own.keys() | completing.keys()) - self._contract.operations.keys()
        if unknown:
            raise ValueError(f"resources claim operations that there are not: {', '.join(sorted(unknown))}")
        self._ours = families(self._contract)
        sampler = Sampler(document, seed=seed)
        is_tried = document is self._contract  # by a test
        if not is_tried:
            require_servable(document, sampler)
        self._behaved = {id_ for id_ in document.operations if self._has_behaviour(document.operations[id_])}
        self._fitter = Fitter(document, sampler)
        known = {id_: each for id_, each in completing.items() if self._is_ours(document.operations.get(id_))}
        self._generic = Generic(
            document, self._finders(), self._fitter, known, self._given(), is_tried=is_tried
        )
        self._versions = self._operations_by_role()

    def answers(self) -> dict[str, Answer]:
        return {operation.id: self._answer(operation) for operation in self._document.operations.values()}

    def _has_behaviour(self, operation: Operation) -> bool:
        """Whether a resource claims it."""
        return operation.id in self._own and self._is_ours(operation)

    def _is_ours(self, operation: Operation | None) -> bool:
        """Whether it is the very operation of the contract, and not another vendor's of that name."""
        ours = None if operation is None else self._contract.operations.get(operation.id)
        return (
            operation is not None
            and ours is not None
            and (ours.method, ours.path) == (operation.method, operation.path)
        )

    def _finders(self) -> dict[str, Finder]:
        """How to look for an object of each collection that a resource with behaviour keeps."""
        names = {self._ours[id_].name for id_ in self._behaved if id_ in self._ours}
        return {name: _find_incident if name == "incidents" else _finder(name) for name in names}

    def _given(self) -> set[str]:
        """The collections that this document has as the contract does, and a data set rows of."""
        names = {
            self._ours[operation.id].name
            for operation in self._document.operations.values()
            if self._is_ours(operation) and operation.id in self._ours
        }
        return names & every_collection().keys()

    def _operations_by_role(self) -> dict[tuple[str, str], str]:
        """The operations with behaviour by family and role, where the document has that family's behaviour."""
        return {
            (family.name, family.operations[id_]): id_
            for id_ in self._behaved
            if (family := self._ours.get(id_)) is not None and family.operations[id_] in _KEPT_APART
        }

    def _answer(self, operation: Operation) -> Answer:
        family = self._generic.families.get(operation.id)
        name = family.name if family is not None else ""
        if operation.id in self._behaved:
            return Answer(self._behaviour(operation), "behaviour", name)
        version = self._version(operation, family) if family is not None else None
        if version is not None and family is not None:
            return Answer(self._projected(version, operation, family), f"behaviour of {version}", name)
        how = "state" if self._generic.keeps_state(operation) else "schema"
        return Answer(self._generic.handler(operation), how, name)

    def _version(self, operation: Operation, family: Family) -> str | None:
        """The operation with behaviour of which this is another version: it does the same at the same place."""
        version = self._versions.get((family.name, family.operations[operation.id]))
        if version is None or name_of(self._contract.operations[version].path) != name_of(operation.path):
            return None
        return version

    def _behaviour(self, operation: Operation) -> Handler:
        """A resource's own handler, without the filters that this document has as plain texts."""
        own = self._own[operation.id]
        filters = _filters(self._contract.operations[operation.id]) - _filters(operation)
        if not filters:
            return own

        def handle(store: Store, call: Call) -> Any:
            bare = {name for name in filters & call.query.keys() if not isinstance(call.query[name], Mapping)}
            call.notes += [
                f"{name}: filter ignored, it is written {name}[operator]=value" for name in sorted(bare)
            ]
            return own(
                store,
                replace(call, query={name: each for name, each in call.query.items() if name not in bare}),
            )

        return handle

    def _projected(self, version: str, operation: Operation, family: Family) -> Handler:
        """The behaviour of another version of the operation, its answer in this version's shape."""
        answer, shape = operation.responses.get(operation.success), family.shapes.get(operation.id)
        wrapper = (
            self._ours[version].shapes[version].wrapper if version in self._ours[version].shapes else None
        )
        names = parameters(self._contract.operations[version].path)
        values = parameters(operation.path)

        def handle(store: Store, call: Call) -> Any:
            path = {ours: call.path[theirs] for ours, theirs in zip(names, values, strict=True)}
            content = self._own[version](store, replace(call, path=path, notes=call.notes))
            if answer is None or shape is None or wrapper is None or content is None:
                return None
            body = orjson.loads(bytes(content)) if isinstance(content, bytes | Parts) else content
            held = self._shown(shape.item, body[wrapper])
            if shape.wrapper is None:
                return held
            declared = self._fitter.properties(answer)
            return {name: each for name, each in body.items() if name in declared} | {shape.wrapper: held}

        return handle

    def _shown(self, schema: Schema, held: Any) -> Any:
        if isinstance(held, Mapping):
            return self._fitter.project(schema, held, str(held["id"]))
        return [self._shown(schema, row) for row in held]


def _filters(operation: Operation) -> set[str]:
    return {each.name for each in operation.parameters if each.style == "deepObject"}


def _find_incident(store: Store, _: Call, id_: str) -> Row | None:
    found = store.incidents.find(id_)
    return None if found is None else store.incidents.row(found)


def _finder(collection: str) -> Finder:
    return lambda store, _, id_: store.get(collection, id_)
