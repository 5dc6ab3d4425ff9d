"""What a document implies about state: which of its operations belong together, and what each of them does.

Recognised by the shape of paths and answers, not by verbs: a collection `/things` with its members `/things/{id}`,
whatever their operationIds say; a single thing that is read and written at one path; everything else.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from ...openapi import Document, Operation, Schema

_PAGING = re.compile(
    "pag|meta|total|count|next|prev|cursor|limit|offset|more|link|size|object|url", re.IGNORECASE
)
"""Names of what stands beside a list in an answer without being part of its meaning."""

Role = Literal["list", "create", "show", "update", "delete", "action", "read", "write"]
"""`read` and `write` are of a single thing; the others of a collection and its members."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How one answer holds an object, or a list of them."""

    wrapper: str | None
    """The property that holds it; None when the whole answer is it."""
    item: Schema
    """The schema of the object."""


@dataclass(slots=True)
class Family:
    """The operations on one collection, or on one single thing."""

    path: str
    """The path of the collection, or of the single thing."""
    parents: tuple[str, ...]
    """The names of the path parameters in `path`."""
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
        return "/".join(part for part in _parts(self.path) if not part.startswith("{"))


def families(document: Document) -> Mapping[str, Family]:
    """The family of each operation that belongs to one, by operationId."""
    by_path: dict[str, list[Operation]] = {}
    for operation in document.operations.values():
        by_path.setdefault(operation.path, []).append(operation)
    found: dict[str, Family] = {}
    for path in by_path:
        family = _collection(document, path, by_path) or _single(document, path, by_path)
        if family is not None:
            found |= dict.fromkeys(family.operations, family)
    for family in {id(each): each for each in found.values() if each.key}.values():
        for operation in document.operations.values():
            if operation.id not in found and _add_action(document, family, operation):
                found[operation.id] = family
    return found


def _parts(path: str) -> list[str]:
    parts = [part for part in path.split("/") if part]
    return parts[1:] if parts and parts[0][0] == "v" and parts[0][1:].isdigit() else parts


def _parameters(path: str) -> tuple[str, ...]:
    return tuple(part[1:-1] for part in path.split("/") if part.startswith("{") and part.endswith("}"))


def template(path: str) -> str:
    """The path with every parameter as `{}`: what a parameter is called varies from operation to operation."""
    return re.sub(r"\{[^{}]*\}", "{}", path)


def _below(path: str, collection: str) -> str | None:
    """What follows `/things/{id}` in a path, without its slash; None when the path isn't below the collection."""
    rest = template(path).removeprefix(f"{template(collection)}/{{}}")
    if rest == template(path) or not (rest == "" or rest.startswith("/")):
        return None
    return path.split("/", path.count("/") - rest.count("/") + 1)[-1] if rest else ""


def _collection(document: Document, path: str, by_path: Mapping[str, list[Operation]]) -> Family | None:
    """The family of the collection at `path`; None when there is no member path, nor a list at it."""
    if path.endswith("}"):
        return None
    family = Family(path, _parameters(path))
    for operation in by_path[path]:
        _add_collection_operation(document, family, operation)
    below = {each: rest for each in by_path if (rest := _below(each, path)) is not None}
    if not below and "list" not in family.operations.values():
        return None
    for member in (each for each, rest in below.items() if not rest):
        for operation in by_path[member]:
            _add_member_operation(document, family, operation)
    return family if _settle(document, family, below) else None


def _add_collection_operation(document: Document, family: Family, operation: Operation) -> None:
    noun = _parts(family.path)[-1] if _parts(family.path) else ""
    if operation.method == "GET":
        shape = list_shape(document, operation, noun)
        if shape is not None:
            _add(family, operation, "list", shape)
    elif operation.method == "POST":
        shape = object_shape(document, operation, noun)
        if shape is not None:
            _add(family, operation, "create", shape)


def _add_member_operation(document: Document, family: Family, operation: Operation) -> None:
    shape = object_shape(document, operation, _parts(family.path)[-1])
    if operation.method == "DELETE":
        _add(family, operation, "delete", shape)
    elif operation.method in ("PUT", "PATCH", "POST"):
        _add(family, operation, "update", shape)
    elif operation.method == "GET" and shape is not None:
        _add(family, operation, "show", shape)


def _add_action(document: Document, family: Family, operation: Operation) -> bool:
    """Whether the operation is an action on a member: `POST /things/{id}/resolve` or `/things/{id}/actions/resolve`."""
    rest = _below(operation.path, family.path)
    if not rest or operation.method not in ("POST", "PUT", "PATCH") or "{" in rest:
        return False
    if "/" in rest and not rest.startswith("actions/"):
        return False
    shape = object_shape(document, operation, _parts(family.path)[-1])
    known = {each.wrapper for each in family.shapes.values()}
    _add(family, operation, "action", shape if shape is not None and shape.wrapper in known else None)
    return True


def _add(family: Family, operation: Operation, role: Role, shape: Shape | None) -> None:
    family.operations[operation.id] = role
    if shape is not None:
        family.shapes[operation.id] = shape


def _settle(document: Document, family: Family, below: Mapping[str, str]) -> bool:
    """Choose the schema of a member and its key; False when the family can't keep state."""
    for role in ("show", "create", "update", "list"):
        for operation_id, shape in family.shapes.items():
            if family.operations[operation_id] == role and not family.item:
                family.item = shape.item
    if not family.item:
        return False
    properties = properties_of(document, family.item)
    for name in (*(_parameters(path)[-1] for path, rest in below.items() if not rest), "id"):
        if name in properties:
            family.key = name
            return True
    return False


def _single(document: Document, path: str, by_path: Mapping[str, list[Operation]]) -> Family | None:
    """The family of one thing that is read (GET) and written (PUT, PATCH or POST) at the same path."""
    if path.endswith("}"):
        return None
    operations = {operation.method: operation for operation in by_path[path]}
    writes = [operations[method] for method in ("PUT", "PATCH", "POST") if method in operations]
    reading = operations.get("GET")
    if reading is None or not writes or reading.responses.get(reading.success) is None:
        return None
    noun = _parts(path)[-1] if _parts(path) else ""
    shape = object_shape(document, reading, noun) or Shape(None, reading.responses[reading.success] or {})
    family = Family(path, _parameters(path), item=shape.item)
    _add(family, reading, "read", shape)
    for writing in writes:
        _add(family, writing, "write", object_shape(document, writing, noun))
    return family


def properties_of(document: Document, schema: Schema) -> dict[str, Schema]:
    """The properties of an object schema, those of its `allOf` included."""
    schema = document.resolve(schema)
    found: dict[str, Schema] = {}
    for part in schema.get("allOf", ()):
        found |= properties_of(document, part)
    return found | dict(schema.get("properties", {}))


def _answer(document: Document, operation: Operation) -> Schema | None:
    schema = operation.responses.get(operation.success) if operation.responses else None
    return None if schema is None else document.resolve(schema)


def _type(document: Document, schema: Schema) -> str:
    schema = document.resolve(schema)
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = next((each for each in kind if each != "null"), None)
    if kind is None and (properties_of(document, schema) or "additionalProperties" in schema):
        kind = "object"
    return kind or ("array" if "items" in schema else "")


def list_shape(document: Document, operation: Operation, noun: str) -> Shape | None:
    """How the operation answers with a list of objects; None when it doesn't."""
    answer = _answer(document, operation)
    if answer is None:
        return None
    if _type(document, answer) == "array":
        return _list_of_objects(document, None, answer)
    lists = {
        name: shape
        for name, schema in properties_of(document, answer).items()
        if _type(document, schema) == "array"
        and (shape := _list_of_objects(document, name, document.resolve(schema))) is not None
    }
    beside = [
        name for name in properties_of(document, answer) if name not in lists and not _PAGING.search(name)
    ]
    chosen = _related(lists, noun, only=not beside)
    return None if chosen is None else lists[chosen]


def _list_of_objects(document: Document, wrapper: str | None, schema: Schema) -> Shape | None:
    items = schema.get("items", {})
    return Shape(wrapper, items) if _type(document, items) == "object" else None


def object_shape(document: Document, operation: Operation, noun: str) -> Shape | None:
    """How the operation answers with one object; None when it doesn't."""
    answer = _answer(document, operation)
    if answer is None or _type(document, answer) != "object":
        return None
    properties = properties_of(document, answer)
    if "id" in properties:
        return Shape(None, answer)
    objects = {
        name: Shape(name, schema) for name, schema in properties.items() if _is_thing(document, schema)
    }
    chosen = _related(objects, noun)
    if chosen is not None:
        return objects[chosen]
    return Shape(None, answer) if properties and not objects else None


def _is_thing(document: Document, schema: Schema) -> bool:
    return _type(document, schema) == "object" and "id" in properties_of(document, schema)


def _related(candidates: Mapping[str, Any], noun: str, *, only: bool = True) -> str | None:
    """The name that fits the noun of the path best; else, if `only`, the only one where there is just one."""
    for name in candidates:
        if _singular(name) == _singular(noun):
            return name
    for name in candidates:
        if _singular(noun).endswith(_singular(name)):
            return name
    return next(iter(candidates)) if only and len(candidates) == 1 else None


def _singular(noun: str) -> str:
    plain = noun.lower().replace("-", "_")
    for plural, singular in (("ies", "y"), ("sses", "ss"), ("uses", "us"), ("xes", "x"), ("s", "")):
        if plain.endswith(plural) and not plain.endswith("ss"):
            return plain.removesuffix(plural) + singular
    return plain


def described(document: Document) -> Iterator[tuple[Operation, str, str]]:
    """Each operation with what it does and its family; both empty where it is answered from the schema alone."""
    found = families(document)
    for operation in document.operations.values():
        family = found.get(operation.id)
        yield operation, family.operations[operation.id] if family else "", family.name if family else ""
