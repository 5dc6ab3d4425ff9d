"""What a family that keeps state has to do, whichever document it comes from."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from incident_double.fixtures import Dataset
from incident_double.mock_server.generic.recognising.families import Family, Role, families
from incident_double.mock_server.generic.recognising.paths import parameters, singular, template
from incident_double.mock_server.generic.recognising.referents import Referents
from incident_double.mock_server.generic.recognising.schemas import followed, properties_of

from .client import Answer, Client

UNKNOWN = "01ZZZZZZZZZZZZZZZZZZZZZZZZ"
_MOST_PAGES = 100


@dataclass
class Lives:
    """Takes the families of one double through their members' lives."""

    client: Client
    given: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """What the bodies of a family have to say, by its name: references that resources with behaviour look up."""

    settling: frozenset[str] = frozenset()
    """The names of families whose new members don't show all of themselves at once."""

    making: frozenset[str] = frozenset()
    """The updates that make a new member of a name that is unknown."""

    def __post_init__(self) -> None:
        self.families = families(self.client.document)
        self._collections = {template(each.path): each for each in self.families.values() if each.key}
        self._referents = Referents(self.kept())

    def kept(self) -> list[Family]:
        """The collections, in document order."""
        return list({id(each): each for each in self.families.values() if each.key}.values())

    def singles(self) -> list[Family]:
        """The single things, in document order."""
        return list({id(each): each for each in self.families.values() if not each.key}.values())

    def parents(self, family: Family, which: int = 0) -> list[str]:
        """Values for the path of a collection: of members that exist, where there is a collection of these."""
        return self._existing(family.path, which)

    def _existing(self, path: str, which: int) -> list[str]:
        values: list[str] = []
        before = ""
        for segment in path.split("/")[1:]:
            for name in parameters(segment):
                above, named = self._collections.get(template(before)), self._referents.of_id(name, {})
                if above is None and named is not None:
                    values.append(self._key(named, [], which))
                else:
                    values.append(f"{name}-{which}" if above is None else self._key(above, values, which))
            before = f"{before}/{segment}"
        return values

    def has_known_parents(self, family: Family) -> bool:
        """Whether the members that the path of a collection goes through are kept."""
        above = family.path.rpartition("/{")[0]
        return "{" in family.path and template(above) in self._collections

    def _key(self, family: Family, parents: Sequence[str], which: int) -> str:
        """The key of a member that is there, or is made for it."""
        listing, create = operation(family, "list"), operation(family, "create")
        rows = next(self.pages(family, listing, parents)) if listing is not None else []
        while len(rows) <= which and create is not None:
            rows.append(self.create(family, parents, f"parent {len(rows)}")[0])
        return str(rows[which][family.key]) if len(rows) > which else UNKNOWN

    def values_of(self, id_: str) -> list[str]:
        """Values for the path of an operation, of things that exist as far as they can be found."""
        return self._existing(self.client.operations[id_].path, 0)

    def create(self, family: Family, parents: Sequence[str], place: str = "a") -> tuple[Any, Any]:
        """A new member, as the answer shows it; and the payload it was made of."""
        id_ = operation(family, "create")
        assert id_ is not None
        payload = self.payload(family, id_, f"new {place}")
        answer = self.client(id_, *parents, query=self.query(id_), body=payload)
        assert answer.is_success, (id_, answer, payload)
        return held(family, id_, answer), payload

    def body(self, id_: str, place: str) -> Any:
        """A body for any operation, of a family or of none."""
        family = self.families.get(id_)
        return self.client.payload(id_, place) if family is None else self.payload(family, id_, place)

    def payload(self, family: Family, id_: str, place: str) -> Any:
        """A body for an operation: as full as can be, unless there is behaviour that looks up what it refers to."""
        payload = self.client.payload(id_, place, complete=family.name not in self.given)
        declared = properties_of(self.client.document, self.client.operations[id_].request_schema)
        given = {name: value for name, value in self._given(family, place).items() if name in declared}
        schema = self.client.operations[id_].request_schema or {}
        referring = self.referring(schema, payload, "", family.path, set(given))
        return {**referring, **given} if isinstance(payload, dict) else payload

    def referring(self, schema: Any, value: Any, name: str, near: str, given: set[str]) -> Any:
        """A payload whose ids are those of things that exist, where their collections are known."""
        if isinstance(value, list):
            items = followed(self.client.document, schema).get("items", {})
            return [self.referring(items, each, name, near, set()) for each in value]
        if not isinstance(value, dict):
            return value
        referring = {
            inner: self._referring(schema, value, name, inner, near) if inner not in given else each
            for inner, each in value.items()
        }
        if "id" in value and referring["id"] != value["id"]:  # who has that id has another address
            return {inner: referring[inner] for inner in value if inner not in ("email", "slack_user_id")}
        return referring

    def _referring(self, schema: Any, value: Mapping[str, Any], name: str, inner: str, near: str) -> Any:
        one, each = self._referents.of_id(inner, value, near), value[inner]
        if inner == "id":
            one = self._referents.of_object(name, schema, value) if name else None
        if one is None:
            properties = properties_of(self.client.document, schema)
            of = properties.get(inner, followed(self.client.document, schema).get("additionalProperties"))
            return self.referring(of if isinstance(of, dict) else {}, each, inner, near, set())
        ids = [self._key(one, [], number) for number in range(len(each) if isinstance(each, list) else 1)]
        if isinstance(each, list):
            return ids
        return int(ids[0]) if isinstance(each, int) else ids[0]

    def changed(self, family: Family, id_: str, member: Mapping[str, Any]) -> tuple[Any, str]:
        """A body that changes the member, and the property that shows it; empty when no scalar of its can be set."""
        payload = self.payload(family, id_, "changed")
        if isinstance(payload, dict) and "version" in payload and "version" in member:
            payload["version"] = member["version"] + 1
        shape = family.shapes.get(id_)
        wrapped = (
            isinstance(payload, dict) and shape is not None and isinstance(payload.get(shape.wrapper), dict)
        )
        inner = payload[shape.wrapper] if shape is not None and wrapped else payload
        is_valid = self.client.document.validator(self.client.operations[id_].request_schema or {}).is_valid
        for name in _settable(inner, member, family):
            for value in _others(member[name]):
                before, inner[name] = inner.get(name), value
                if is_valid(payload) and self._shows(family, name, value):
                    return payload, name
                inner[name] = before
        return payload, ""

    def _shows(self, family: Family, name: str, value: Any) -> bool:
        schema = properties_of(self.client.document, family.item)[name]
        return self.client.document.validator(schema).is_valid(value)

    def _given(self, family: Family, place: str) -> dict[str, Any]:
        given = self.given.get(family.name, {})
        return {name: each(place) if callable(each) else each for name, each in given.items()}

    def query(self, id_: str, known: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The query that an operation must have, with what is known, or refers to what exists."""
        family = self.families.get(id_)
        given = self._given(family, "") if family is not None else {}
        declared = {each.name for each in self.client.operations[id_].parameters if each.location == "query"}
        query = self.client.query(id_) | {name: given[name] for name in given.keys() & declared}
        for name in query:
            above = next((each for each in self.kept() if f"{singular(each.name)}_id" == name), None)
            if known is not None and name in known:
                query[name] = known[name]
            elif name in given:
                query[name] = given[name]
            elif above is not None:
                query[name] = self._key(above, [], 0)
        return query

    def members(
        self, family: Family, listing: str, parents: Sequence[str], known: Mapping[str, Any] | None = None
    ) -> list[Any]:
        """All members, page by page, as clients read them: as few on a page as the document lets them ask for."""
        return [row for page in self.pages(family, listing, parents, known) for row in page]

    def pages(
        self, family: Family, listing: str, parents: Sequence[str], known: Mapping[str, Any] | None = None
    ) -> Iterator[list[Any]]:
        """The pages of a list, followed by what the answers say of the next, each of two members where that can be."""
        declared = {
            each.name for each in self.client.operations[listing].parameters if each.location == "query"
        }
        query = self.query(listing, known)
        size = next(
            (name for name in ("page_size", "limit", "per_page", "pageSize", "size") if name in declared),
            None,
        )
        if size is not None:
            query[size] = 2
        for number in range(_MOST_PAGES):
            answer = self.client(listing, *parents, query=query)
            assert answer.is_success, (listing, answer)
            rows = held(family, listing, answer)
            assert size is None or len(rows) <= 2
            yield rows
            following = _following(declared, answer.body, number, len(rows)) if size is not None else None
            if not following or not rows:
                return
            query |= following
        raise AssertionError(f"{listing} has no end")


def operation(family: Family, role: Role) -> str | None:
    """The first operation of a family that does this; None when it has none."""
    return next((id_ for id_, each in family.operations.items() if each == role), None)


def operations(family: Family, *roles: Role) -> list[str]:
    """The operations of a family that do one of these."""
    return [id_ for id_, each in family.operations.items() if each in roles]


def held(family: Family, id_: str, answer: Answer) -> Any:
    """What the answer holds, out of its wrapper; None for an answer without a body."""
    shape = family.shapes.get(id_)
    if shape is None:
        return None
    return answer.body if shape.wrapper is None else answer.body[shape.wrapper]


def _following(declared: set[str], body: Any, number: int, count: int) -> Mapping[str, Any] | None:
    """The parameters of the next page; None at the end."""
    address = _find(body, {"next"})
    if isinstance(address, str) and address.startswith("http"):
        return dict(parse_qsl(urlsplit(address).query))
    cursor = next(
        (name for name in ("after", "cursor", "starting_after", "pageToken") if name in declared), None
    )
    if cursor is not None:
        said = _find(body, {"after", "next", "next_cursor", "nextPageToken", "next_page_token"})
        return {cursor: said} if said else None
    if "offset" in declared:
        return {"offset": (number + 1) * 2} if count == 2 else None
    if "page" in declared and not (isinstance(body, dict) and "next" in body):
        return {"page": number + 2} if count == 2 else None
    return None


def _find(body: Any, names: set[str]) -> Any:
    """The first value under one of the names, in the answer or in an object beside the list."""
    if not isinstance(body, dict):
        return None
    own = next((value for name, value in body.items() if name in names), None)
    if own is not None:
        return own
    return next(
        (value for each in body.values() if isinstance(each, dict) and (value := _find(each, names))), None
    )


def _settable(payload: Any, member: Mapping[str, Any], family: Family) -> list[str]:
    """The properties of a payload that a member shows under the same name, free texts first."""
    if not isinstance(payload, dict):
        return []
    names = [name for name in payload if name in member and name != family.key and not name.endswith("_id")]
    return sorted(names, key=lambda name: (name not in ("name", "title", "description", "label"), name))


def _others(value: Any) -> list[Any]:
    """Values other than this one, of the same type."""
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int):
        return [value + 1, value - 1]
    return ["changed"] if isinstance(value, str) else []


def assert_lives(lives: Lives, family: Family) -> str:
    """Take a member through its life; the property whose change was seen, empty for none."""
    client, parents, key_of = lives.client, lives.parents(family), family.key
    member, _ = lives.create(family, parents, family.path)
    if member is None:
        return ""
    key = member[key_of]
    if family.name in lives.settling:
        assert_kept(lives, family, parents, member, {key_of: key})
    else:
        assert_kept(lives, family, parents, member)
    seen = ""
    for update in operations(family, "update"):
        body, seen = lives.changed(family, update, member)
        answer = client(update, *parents, key, query=lives.query(update), body=body)
        assert answer.is_success, (update, answer, body)
        if seen:
            member = {**member, seen: _inner(family, update, body)[seen]}
            assert_kept(lives, family, parents, member, {key_of: key, seen: member[seen]})
    for delete in operations(family, "delete"):
        assert client(delete, *parents, key, query=lives.query(delete)).is_success, delete
        assert_gone(lives, family, parents, member)
    return seen


def _inner(family: Family, id_: str, body: Any) -> Any:
    shape = family.shapes.get(id_)
    return body[shape.wrapper] if shape is not None and isinstance(body.get(shape.wrapper), dict) else body


def assert_kept(
    lives: Lives,
    family: Family,
    parents: Sequence[str],
    member: Mapping[str, Any],
    expected: Mapping[str, Any] | None = None,
) -> None:
    """A member is shown as it is, or as far as is expected, and found once in the lists."""
    key, expected = member[family.key], member if expected is None else expected
    for show in operations(family, "show"):
        shown = held(family, show, lives.client(show, *parents, key))
        assert {name: shown.get(name) for name in expected} == expected, show
    for listing in operations(family, "list"):
        rows = lives.members(family, listing, parents, member)
        keys = [row[family.key] for row in rows]
        assert keys.count(key) == 1, listing
        assert len(set(keys)) == len(keys), listing


def assert_gone(lives: Lives, family: Family, parents: Sequence[str], member: Mapping[str, Any]) -> None:
    """A member is unknown to every operation, and in no list."""
    key = member[family.key]
    assert_unknown(lives, family, parents, key)
    for listing in operations(family, "list"):
        rows = lives.members(family, listing, parents, member)
        assert key not in [row[family.key] for row in rows], listing


def assert_unknown(lives: Lives, family: Family, parents: Sequence[str], key: object) -> None:
    """Every operation on a member with that key is answered with 404."""
    for id_ in operations(family, "show", "update", "delete", "action"):
        if id_ in lives.making:
            continue
        body = lives.payload(family, id_, "unknown")
        if len(parameters(lives.client.operations[id_].path)) > len(parents):
            assert lives.client(id_, *parents, key, query=lives.query(id_), body=body).status == 404, id_


def looked_up(dataset: Dataset) -> dict[str, dict[str, Any]]:
    """What the bodies of families with behaviour have to say: they look up what a body refers to."""
    rows = dataset.collections
    incident = rows["incidents"][0]["id"]
    field = next(each for each in rows["custom_fields"] if each["field_type"] == "single_select")
    return {
        "actions": {"incident_id": incident},
        "catalog_entries": {"attribute_values": lambda _: {}, "aliases": lambda _: [], "external_id": _named},
        "follow_ups": {"incident_id": incident},
        "incident_attachments": {"incident_id": incident, "resource": _resource},
        "schedule_overrides": _shift(rows["schedules"][0]),
        "schedule_sync_targets": {"schedule_sync_target": _group},
        "custom_field_options": {"custom_field_id": field["id"], "value": _named},
        "custom_fields": {"name": _named},
        "incident_roles": {"name": _named, "shortform": _named},
        "incident_statuses": {"name": _named, "category": "live"},
        "severities": {"name": _named},
        "incidents": {"idempotency_key": _named, "severity_id": rows["severities"][0]["id"]},
        "incident_updates": {"incident_id": incident, "message": _named},
    }


def _named(place: str) -> str:
    """A name that nothing else has."""
    return f"made {place}"


def _group(place: str) -> dict[str, Any]:
    """A group of people in Slack; another one for each place."""
    return {"slack_user_group_id": place, "add_bot_to_group": False}


def _shift(schedule: Mapping[str, Any]) -> dict[str, Any]:
    """A place in a schedule, and a time that ends after it begins."""
    rotation = schedule["config"]["rotations"][0]
    return {
        "schedule_id": schedule["id"],
        "rotation_id": rotation["id"],
        "layer_id": rotation["layers"][0]["id"],
        "start_at": "2026-06-01T09:00:00Z",
        "end_at": "2026-06-02T09:00:00Z",
    }


def _resource(place: str) -> dict[str, str]:
    """Something that only one incident is attached to."""
    return {"external_id": place, "resource_type": "atlassian_statuspage_incident"}
