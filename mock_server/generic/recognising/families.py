"""What a document implies about state: which of its operations belong together, and what each of them does.

Recognised by the shape of paths and answers, not by verbs: a collection `/things` with its members `/things/{id}`,
whatever their operationIds say; a single thing that is read and written at one path; everything else.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from ....openapi import Document, Operation, Schema
from .lists import bulk_list, list_of
from .paths import action_of, collection_of, name_of, noun_of, parameters, singular, template
from .schemas import properties_of
from .shapes import Shape, answer_of, key_of, list_shape, object_shape

Role = Literal["list", "create", "show", "update", "delete", "action", "append", "bulk", "read", "write"]
"""`read` and `write` are of a single thing; the others of a collection and its members.

`append` adds to a list that a member holds; `bulk` changes the members that its body lists.
"""

_UPDATING = ("PUT", "PATCH", "POST")
_CREATED = 201
_ON_ALL = re.compile(r"(/actions/[^/{}]+|/(bulk|batch)[^/{}]*|/[^/{}]*_(bulk|batch))$")


@dataclass(slots=True, eq=False)
class Family:
    """The operations on one collection, or on one single thing."""

    path: str
    """The path of the collection, or of the single thing."""
    key: str = ""
    """The property of a member that stands in its path; empty for a single thing."""
    operations: dict[str, Role] = field(default_factory=dict)
    """What each operation does, by its id."""
    shapes: dict[str, Shape] = field(default_factory=dict)
    """How each operation answers, by its id; none where its answer has no object."""
    item: Schema = field(default_factory=dict)
    """The schema of a member as it is shown."""

    @property
    def name(self) -> str:
        """The path without version and parameters, such as `schedules/replicas`: versions of one thing share it."""
        return name_of(self.path) or "/"

    def add(self, operation: Operation, role: Role, shape: Shape | None) -> None:
        """Take in an operation."""
        self.operations[operation.id] = role
        if shape is not None:
            self.shapes[operation.id] = shape

    def can(self, *roles: Role) -> bool:
        """Say whether one of its operations does one of these things."""
        return any(role in roles for role in self.operations.values())


@lru_cache(maxsize=8)
def families(document: Document) -> Mapping[str, Family]:
    """Give the family of each operation that belongs to one, by operationId."""
    return _Reading(document).families()


class _Reading:
    """A document's operations by the templates of their paths, and the families that were found among them."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._at: dict[str, list[Operation]] = {}
        self._members: dict[str, list[Operation]] = {}
        for operation in document.operations.values():
            place = template(operation.path)
            self._at.setdefault(place, []).append(operation)
            collection = collection_of(place)
            if collection is not None:
                self._members.setdefault(collection, []).append(operation)
        self._collections: dict[str, Family] = {}
        self._found: dict[str, Family] = {}

    def families(self) -> Mapping[str, Family]:
        places = dict.fromkeys([*self._at, *self._members])
        # What can only be listed may be some of another collection's members, so the others come first.
        for place in sorted(places, key=self._is_only_read):
            if self._is_only_read(place):
                self._add_to_collection(self._at[place][0])
            if not any(each.id in self._found for each in self._at.get(place, ())):
                family = self._collection(place)
                if family is not None:
                    self._collections[place] = family
                    self._claim(family)
        for place in self._at:
            family = self._single(place)
            if family is not None:
                self._claim(family)
        for operation in self._document.operations.values():
            if operation.id not in self._found:
                self._add_to_collection(operation)
        for operation in self._document.operations.values():
            if operation.id not in self._found and operation.method in _UPDATING:
                self._add_from_elsewhere(operation)
        return self._found

    def _is_only_read(self, place: str) -> bool:
        return place not in self._members and {each.method for each in self._at[place]} == {"GET"}

    def _claim(self, family: Family) -> None:
        self._found |= dict.fromkeys(family.operations, family)

    def _collection(self, place: str) -> Family | None:
        """The family of the collection at `place`; None when nothing there can be kept."""
        at, members = self._at.get(place, []), self._members.get(place, [])
        family = Family(at[0].path if at else members[0].path.rpartition("/")[0])
        if not noun_of(family.path):
            return None
        parameter = parameters(members[0].path)[-1] if members else ""
        for operation in members:
            self._add_member_operation(family, operation, parameter)
        for operation in at:
            self._add_list_or_create(family, operation, parameter)
        if not self._settle(family, parameter):
            return None
        for operation in at:
            self._add_by_body(family, operation)
        is_kept = family.can("list") or (members and family.can("create")) or _is_kept_by_name(members)
        return family if is_kept else None

    def _add_member_operation(self, family: Family, operation: Operation, parameter: str) -> None:
        shape = object_shape(self._document, operation, noun_of(family.path), parameter)
        if operation.method == "DELETE":
            family.add(operation, "delete", shape)
        elif operation.method in _UPDATING:
            family.add(operation, "update", shape)
        elif operation.method == "GET" and shape is not None:
            family.add(operation, "show", shape)

    def _add_list_or_create(self, family: Family, operation: Operation, parameter: str) -> None:
        noun = noun_of(family.path)
        if operation.method == "GET":
            shape, role = list_shape(self._document, operation, noun), "list"
        else:
            shape, role = object_shape(self._document, operation, noun, parameter), "create"
        if shape is not None and operation.method in ("GET", "POST"):
            family.add(operation, "list" if role == "list" else "create", shape)

    def _settle(self, family: Family, parameter: str) -> bool:
        """Choose the schema of a member and its key; False when the family can't keep state."""
        for role in ("show", "create", "update", "list"):
            for operation_id, shape in family.shapes.items():
                if family.operations[operation_id] == role:
                    key = key_of(self._document, shape.item, parameter)
                    if key is not None:
                        family.item, family.key = shape.item, key
                        return True
        return False

    def _add_by_body(self, family: Family, operation: Operation) -> None:
        """Take in what creates without showing, and what updates the member that the body names."""
        sent = properties_of(self._document, operation.request_schema)
        if (
            operation.id in family.operations
            or not sent.keys() & properties_of(self._document, family.item).keys()
        ):
            return
        if operation.method == "POST" and answer_of(operation) is None:
            family.add(operation, "create", None)
        elif operation.method in ("PUT", "PATCH") and family.key in sent:
            family.add(operation, "update", object_shape(self._document, operation, noun_of(family.path)))

    def _single(self, place: str) -> Family | None:
        """The family of one thing that is read (GET) and written (PUT, PATCH or POST) at the same path."""
        operations = [each for each in self._at[place] if each.id not in self._found]
        reading = next((each for each in operations if each.method == "GET"), None)
        writing = [each for each in operations if each.method in _UPDATING]
        answer = answer_of(reading) if reading is not None else None
        if reading is None or answer is None or not writing:
            return None
        noun = noun_of(reading.path)
        shape = object_shape(self._document, reading, noun) or Shape(None, answer)
        family = Family(reading.path, item=shape.item)
        family.add(reading, "read", shape)
        for operation in writing:
            family.add(operation, "write", object_shape(self._document, operation, noun))
        return family

    def _add_to_collection(self, operation: Operation) -> None:
        """Take in what else a collection's path leads to: actions on members, and lists of some of them."""
        place = template(operation.path)
        collection, action = action_of(place) or (place.rpartition("/")[0], "")
        family = self._collections.get(collection)
        if family is None:
            return
        noun = noun_of(family.path)
        if action and operation.method in _UPDATING:
            shape = object_shape(self._document, operation, noun, parameters(operation.path)[-1])
            if self._makes_another(family, operation, shape):
                return
            family.add(operation, "action", shape if self._is_of(family, shape) else None)
        elif not action and operation.method == "GET":
            shape = list_shape(self._document, operation, noun)
            if not self._is_of(family, shape):
                return
            family.add(operation, "list", shape)
        self._claim(family)

    def _makes_another(self, family: Family, operation: Operation, shape: Shape | None) -> bool:
        """Whether an action on a member makes a member of another collection."""
        others = [each for each in self._collections.values() if each is not family]
        makes = operation.success == _CREATED and not self._is_of(family, shape)
        return makes and any(self._is_of(each, shape) for each in others)

    def _add_from_elsewhere(self, operation: Operation) -> None:
        """Take in what makes or changes members at another path than theirs."""
        collection = _ON_ALL.sub("", template(operation.path))
        family = self._collections.get(collection)
        sent = operation.request_schema or {}
        if (
            family is not None
            and collection != template(operation.path)
            and bulk_list(self._document, sent, family.item, family.key) is not None
        ):
            family.add(operation, "bulk", list_shape(self._document, operation, noun_of(family.path)))
            self._claim(family)
            return
        shape = object_shape(self._document, operation, noun_of(operation.path))
        if shape is None or operation.method != "POST" or operation.success != _CREATED:
            return
        for each in self._collections.values():
            # Parents would have to stand in the path.
            if parameters(each.path):
                continue
            if self._is_of(each, shape):
                each.add(operation, "create", shape)
                self._claim(each)
                return
            if self._appends_to(each, operation, shape):
                each.add(operation, "append", shape)
                self._claim(each)
                return

    def _appends_to(self, family: Family, operation: Operation, shape: Shape) -> bool:
        """Whether the answer is an item of a list that members hold, and the body names the member."""
        sent = properties_of(self._document, operation.request_schema)
        if f"{singular(noun_of(family.path))}_{family.key}" not in sent:
            return False
        return list_of(self._document, family.item, shape.item) is not None

    def _is_of(self, family: Family, shape: Shape | None) -> bool:
        """Whether the shape holds members of the family, going by their schema."""
        if shape is None:
            return False
        item = self._document.resolve(shape.item)
        return any(self._document.resolve(each.item) == item for each in family.shapes.values())


def _is_kept_by_name(members: list[Operation]) -> bool:
    """Whether members come and go under names that their clients choose."""
    return {"GET", "PUT", "DELETE"} <= {operation.method for operation in members}
