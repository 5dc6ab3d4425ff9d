"""Answering from the document alone: families keep state, single things too, the rest comes from the schema.

What is created takes the like-named properties of the payload; the rest is generated from the schema, stable by seed
and id.
"""

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ....openapi import Document, Json, Operation
from ...completions import Completion
from ...request.call import Call
from ...request.problem import not_found
from ...resources import Handler
from ...store.store import Row, Store
from ..composing.composer import Composer
from ..composing.fitting import Fitter
from ..composing.lacking import Lacking
from ..composing.pointing import CHOICES, Pointer
from ..composing.referring import References
from ..recognising.families import Family, Role, families
from ..recognising.paths import name_of, parameters, singular, template
from ..recognising.referents import Referents
from ..recognising.schemas import properties_of, required_of
from .bodies import Bodies
from .collection import Collection
from .collection_answers import CollectionAnswers
from .member_changes import MemberChanges
from .members import Members
from .single_answers import SingleAnswers

Finder = Callable[[Store, Call, str], Row | None]
"""The object with that id, of those that a resource with behaviour of its own keeps; None when there is none."""


@dataclass(frozen=True, slots=True)
class _Ancestor:
    """Something that an operation's path goes through, and that has to exist."""

    noun: str
    find: Callable[[Store, Call, list[str]], Row | None]
    """Finds it by the values of the path up to its own."""
    count: int
    """How many values that are."""


class Generic:
    """The handlers for a document's operations.

    `finders` know what resources keep, by the names of families, `completions` what they add to what is kept here, by
    operationId, and `given` names the collections that begin with rows of a data set. `is_tried` says that the
    document is known to permit a member of every family.
    """

    def __init__(
        self,
        document: Document,
        finders: Mapping[str, Finder],
        fitter: Fitter,
        completions: Mapping[str, Completion] | None = None,
        given: Container[str] = (),
        *,
        is_tried: bool = False,
    ) -> None:
        found = families(document)
        possible = {each for each in set(found.values()) if is_tried or can_be_made(each, fitter)}
        self.families = {id_: each for id_, each in found.items() if each in possible}
        self._finders = finders
        distinct = {id(each): each for each in self.families.values()}.values()
        kept = [each for each in distinct if each.key and each.name not in finders]
        referents = Referents(distinct)
        pointer = Pointer(referents, self._oldest, fitter)
        self._members = Members(fitter, kept, _needed(document, kept), pointer, given)
        self._references = References(referents, self._member, fitter)
        self.composer = Composer(fitter, self._references, Lacking(fitter))
        self._bodies = Bodies(fitter, self.composer, pointer)
        self._collections = {template(each.path): each for each in distinct if each.key}
        self._handlers: dict[int, Mapping[Role, Handler]] = {}
        for family in distinct:
            if family.key:
                of = Collection(
                    document, family, self._members, self._bodies, self.composer, self._references, fitter
                )
                of.completions = completions or {}
                answers = CollectionAnswers(of)
                changes = MemberChanges(of, answers.made)
                self._handlers[id(family)] = {**answers.handlers(), **changes.handlers()}
            else:
                singles = SingleAnswers(family, self._bodies, self.composer, fitter)
                self._handlers[id(family)] = singles.handlers()

    def _member(self, store: Store, call: Call, family: Family, key: str) -> Row | None:
        """The member of a collection with that key, whoever keeps it."""
        finder = self._finders.get(family.name)
        return self._members.find(store, family, (), key) if finder is None else finder(store, call, key)

    def _oldest(self, store: Store, family: Family) -> Sequence[Json]:
        """The keys of the oldest members of a collection, whoever keeps it."""
        if family.name in self._finders:
            return store.oldest(family.name, CHOICES)
        return self._members.oldest(store, family)

    def keeps_state(self, operation: Operation) -> bool:
        """Say whether the operation is answered from state that the document alone implies."""
        family = self.families.get(operation.id)
        return family is not None and family.name not in self._finders

    def handler(self, operation: Operation) -> Handler:
        """Give what answers the operation."""
        ancestors, names = self._ancestors(operation), parameters(operation.path)
        answer = self._from_state(operation) if self.keeps_state(operation) else None

        def handle(store: Store, call: Call) -> Any:
            values = [call.path[name] for name in names]
            found: Row = {}
            for ancestor in ancestors:
                row = ancestor.find(store, call, values[: ancestor.count])
                if row is None:
                    raise not_found(ancestor.noun)
                found = row
            if answer is not None:
                return answer(store, call)
            if operation.request_schema is not None:
                self._references.require(store, call, operation.request_schema, call.body, operation.path)
            return self._bodies.answered(store, call, found)

        return handle

    def _from_state(self, operation: Operation) -> Handler:
        family = self.families[operation.id]
        return self._handlers[id(family)][family.operations[operation.id]]

    def _ancestors(self, operation: Operation) -> list[_Ancestor]:
        """What the operation's path goes through: all but its last part."""
        ancestors = []
        before, *following = operation.path.split("/")
        for segment in following[:-1]:
            if segment.startswith("{") and segment.endswith("}"):
                find = self._find(before)
                if find is not None:
                    noun = singular(name_of(before).rpartition("/")[2]).replace("_", " ")
                    ancestors.append(_Ancestor(noun, find, len(parameters(before)) + 1))
            before = f"{before}/{segment}"
        return ancestors

    def _find(self, collection: str) -> Callable[[Store, Call, list[str]], Row | None] | None:
        """How a member of the collection is found; None where nothing keeps its members."""
        family = self._collections.get(template(collection))
        if family is None:
            return None
        finder = self._finders.get(family.name)
        if finder is not None:
            return lambda store, call, values: finder(store, call, values[-1])
        return lambda store, _, values: self._members.find(store, family, values[:-1], values[-1])


def can_be_made(family: Family, fitter: Fitter) -> bool:
    """Say whether the document permits any member at all."""
    try:
        fitter.sampler.sample(family.item)
    except ValueError:
        return False
    return True


def _needed(document: Document, collections: Sequence[Family]) -> dict[str, frozenset[str]]:
    """What payloads that make members must have and members show, by the names of their collections."""
    needed: dict[str, frozenset[str]] = {}
    for family in collections:
        shown = properties_of(document, family.item).keys()
        for id_, role in family.operations.items():
            if role == "create":
                sent = required_of(document, document.operations[id_].request_schema or {})
                needed[family.name] = needed.get(family.name, frozenset()) | (sent & shown)
    return needed
