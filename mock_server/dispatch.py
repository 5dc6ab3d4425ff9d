"""Who answers each operation of a document: a resource's own behaviour, or the document alone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import orjson

from ..fixtures.samples import Sampler
from ..openapi import Document, Operation, Schema, bundled
from .exchange import Call
from .generic.answers import Finder, Generic
from .generic.families import Family, families
from .generic.fitting import Fitter
from .resources import Handler, handlers
from .store import Store

_KEPT_APART = ("list", "create", "show", "update", "delete")


@dataclass(frozen=True, slots=True)
class Answer:
    """How one operation is answered."""

    handler: Handler
    how: str
    """`behaviour`, `behaviour of OPERATION` for another version of one that has it, `state` or `schema`."""
    family: str
    """The collection or single thing that it belongs to; empty for none."""


def answers(document: Document, *, seed: int = 0) -> Mapping[str, Answer]:
    """The answer for each operation of the document, by its id.

    Raises ValueError when a resource claims an operation that the bundled document doesn't have, and DocumentError
    for a document that can't be served.
    """
    return _Dispatch(document, seed).answers()


class _Dispatch:
    def __init__(self, document: Document, seed: int) -> None:
        self._document = document
        self._own = handlers()
        self._contract = bundled()
        unknown = self._own.keys() - self._contract.operations.keys()
        if unknown:
            raise ValueError(f"resources claim operations that there are not: {', '.join(sorted(unknown))}")
        self._behaved = {id_ for id_ in document.operations if self._has_behaviour(document.operations[id_])}
        self._generic = Generic(document, self._finders(), seed=seed)
        self._fitter = Fitter(document, Sampler(document, seed=seed))
        self._versions = self._operations_by_role()

    def answers(self) -> dict[str, Answer]:
        return {operation.id: self._answer(operation) for operation in self._document.operations.values()}

    def _has_behaviour(self, operation: Operation) -> bool:
        """Whether it is the very operation that a resource claims, and not another vendor's of that name."""
        ours = self._contract.operations.get(operation.id)
        return (
            operation.id in self._own
            and ours is not None
            and (ours.method, ours.path) == (operation.method, operation.path)
        )

    def _finders(self) -> dict[str, Finder]:
        """How to look for an object of each collection that a resource with behaviour keeps."""
        found: dict[str, Finder] = {}
        for id_ in self._behaved:
            name = self._document.operations[id_].path.strip("/").split("/")[1]
            found[name] = _find_incident if name == "incidents" else _finder(name)
        return found

    def _operations_by_role(self) -> dict[tuple[str, str], str]:
        """The operations with behaviour by family and role, where the document has that family's behaviour."""
        ours = families(self._contract)
        return {
            (family.name, family.operations[id_]): id_
            for id_ in self._behaved
            if (family := ours.get(id_)) is not None and family.operations[id_] in _KEPT_APART
        }

    def _answer(self, operation: Operation) -> Answer:
        family = self._generic.families.get(operation.id)
        name = family.name if family is not None else ""
        if operation.id in self._behaved:
            return Answer(self._own[operation.id], "behaviour", name)
        version = self._versions.get((name, family.operations[operation.id])) if family is not None else None
        if version is not None and family is not None:
            return Answer(self._projected(version, operation, family), f"behaviour of {version}", name)
        return Answer(self._generic.handler(operation), "schema" if family is None else "state", name)

    def _projected(self, version: str, operation: Operation, family: Family) -> Handler:
        """The behaviour of another version of the operation, its answer in this version's shape."""
        answer = operation.responses.get(operation.success)
        shape = family.shapes.get(operation.id)
        names = [part[1:-1] for part in self._contract.operations[version].path.split("/") if part[:1] == "{"]

        def handle(store: Store, call: Call) -> Any:
            path = dict(zip(names, call.path.values(), strict=True))
            content = self._own[version](store, replace(call, path=path, notes=call.notes))
            if answer is None or shape is None or shape.wrapper is None or content is None:
                return None
            body = orjson.loads(content) if isinstance(content, bytes) else dict(content)
            held = body[shape.wrapper]
            if isinstance(held, list):
                body[shape.wrapper] = [self._fitted(shape.item, row) for row in held]
            else:
                body[shape.wrapper] = self._fitted(shape.item, held)
            declared = self._fitter.properties(answer)
            return {name: value for name, value in body.items() if name in declared}

        return handle

    def _fitted(self, schema: Schema, row: Mapping[str, Any]) -> Any:
        return self._fitter.project(schema, row, str(row["id"]))


def _find_incident(store: Store, _: Call, id_: str) -> bool:
    return store.incidents.find(id_) is not None


def _finder(collection: str) -> Callable[[Store, Call, str], bool]:
    return lambda store, _, id_: store.get(collection, id_) is not None
