"""What was sent comes back: of every create of the bundled document, in the smallest, a full, the vendor's payload."""

import json
from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from incident_double.fixtures import Dataset, realistic
from incident_double.fixtures.schema.reducer import smallest
from incident_double.mock_server import Double
from incident_double.mock_server.generic.recognising.families import Family, families
from incident_double.mock_server.pipeline.dispatch import answers

from ...calling import StoppedClock
from .client import Answer, Client, example_of
from .echoes import Echoes
from .lives import UNKNOWN, Lives, held, looked_up, operations
from .moved import moved

DOCUMENT = moved()
CREATES = [
    id_
    for id_, answer in answers(DOCUMENT).items()
    if answer.how == "state" and families(DOCUMENT)[id_].operations[id_] == "create"
]
TRUNCATED = {"Escalation Path Templates V2#Create", "Escalations V2#CreatePath"}
"""Whose example of the vendor's isn't what the vendor's own schema permits: it ends where it would contain itself."""


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return realistic(incidents=8)


@pytest.fixture
def lives(dataset: Dataset) -> Lives:
    return Lives(Client(Double(DOCUMENT, dataset, clock=StoppedClock(), rate_limit=0)), looked_up(dataset))


@pytest.fixture(scope="session")
def vendor_examples(shared_documents: Path) -> Mapping[str, Any]:
    """The vendor's example of each operation's body."""
    raw = json.loads((shared_documents / "openapi-current.json").read_bytes())
    return {
        each["operationId"]: example_of(each["requestBody"]["content"]["application/json"])
        for item in raw["paths"].values()
        for each in item.values()
        if "requestBody" in each
    }


def _version(path: str) -> str:
    """The version in a path, whether it was moved or not."""
    return path.removeprefix("/generic").split("/")[1]


class Life:
    """The life of one member: made, shown, listed, updated, deleted."""

    def __init__(self, lives: Lives, create: str) -> None:
        self.lives = lives
        self.client = lives.client
        self.create = create
        self.family = lives.families[create]
        self.parents = lives.parents(self.family)
        self.place = lives.values_of(create)
        self.echoes = Echoes(DOCUMENT)

    def existing(self, id_: str, body: Any) -> Any:
        """A body whose ids are those of things that exist."""
        schema = DOCUMENT.operations[id_].request_schema or {}
        return self.lives.referring(schema, body, "", self.family.path, set())

    def made(self, body: Any) -> Any:
        answer = self.client(self.create, *self.place, body=body)
        assert answer.is_success, answer
        member = self.agree(self.create, body, answer)
        again = self.client(self.create, *self.place, body=body) if "idempotency_key" in body else answer
        assert held(self.family, self.create, again) == member
        return member

    def agree(self, id_: str, body: Any, answer: Answer, *, whole: bool = True) -> Any:
        shape, shown = self.family.shapes[id_], held(self.family, id_, answer)
        schema = DOCUMENT.operations[id_].request_schema or {}
        if isinstance(body.get(shape.wrapper), dict):
            body, schema = body[shape.wrapper], DOCUMENT.resolve(schema)["properties"][shape.wrapper]
        assert self.echoes.disagreements(body, shown, schema if whole else {}, shape.item) == []
        return shown

    def kept(self, member: Mapping[str, Any]) -> None:
        """Shown and listed as it is, as far as both have it."""
        key = member[self.family.key]
        for show in operations(self.family, "show"):
            first, second = self.client(show, *self.parents, key), self.client(show, *self.parents, key)
            shown = held(self.family, show, first)
            assert first == second
            assert {each: shown[each] for each in shown.keys() & member.keys()} == {
                each: member[each] for each in shown.keys() & member.keys()
            }
        for listing in operations(self.family, "list"):
            if self.is_of_this_version(listing):
                rows = self.lives.members(self.family, listing, self.parents, member)
                (row,) = [each for each in rows if each[self.family.key] == key]
                common = row.keys() & member.keys()
                assert {each: row[each] for each in common} == {each: member[each] for each in common}

    def updated(self, id_: str, member: Mapping[str, Any], body: Any) -> Any:
        if "version" in body:
            body["version"] = member["version"] + 1
        answer = self.client(id_, *self.parents, member[self.family.key], body=body)
        assert answer.is_success, answer
        return self.agree(id_, body, answer, whole=DOCUMENT.operations[id_].method == "PUT")

    def deleted(self, member: Mapping[str, Any]) -> None:
        key = member[self.family.key]
        for delete in operations(self.family, "delete"):
            if self.is_of_this_version(delete):
                assert self.client(delete, *self.parents, key).is_success
                assert self.client(delete, *self.parents, key).status == 404
                for show in operations(self.family, "show"):
                    assert self.client(show, *self.parents, key).status == 404

    def is_of_this_version(self, id_: str) -> bool:
        return _version(DOCUMENT.operations[id_].path) == _version(DOCUMENT.operations[self.create].path)


def lived(life: Life, bodies: Mapping[str, Any]) -> None:
    """Take a member through its life, by what is sent to each operation."""
    member = life.made(bodies[life.create])
    life.kept(member)
    for update in operations(life.family, "update"):
        if update in bodies and life.is_of_this_version(update):
            member = life.updated(update, member, bodies[update])
            life.kept(member)
    life.deleted(member)


def least(life: Life, id_: str) -> Any:
    return life.existing(id_, smallest(DOCUMENT, DOCUMENT.operations[id_].request_schema or {}))


def bodies_of(family: Family, create: str) -> list[str]:
    return [create, *operations(family, "update")]


@pytest.mark.parametrize("create", CREATES)
def test_what_must_be_sent_comes_back_and_nothing_is_made_up(create: str, lives: Lives) -> None:
    life = Life(lives, create)
    lived(life, {id_: least(life, id_) for id_ in bodies_of(life.family, create)})


@pytest.mark.parametrize("create", CREATES)
def test_whatever_can_be_sent_comes_back(create: str, lives: Lives) -> None:
    life = Life(lives, create)
    bodies = {
        id_: life.existing(id_, lives.client.payload(id_, "full", complete=True))
        for id_ in bodies_of(life.family, create)
    }
    lived(life, bodies)


@pytest.mark.parametrize("create", CREATES)
def test_the_vendors_example_comes_back(
    create: str, lives: Lives, vendor_examples: Mapping[str, Any]
) -> None:
    if create in TRUNCATED:
        pytest.skip("the vendor's example isn't valid by the vendor's schema")
    life = Life(lives, create)
    bodies = {
        id_: life.existing(id_, deepcopy(vendor_examples[id_])) for id_ in bodies_of(life.family, create)
    }
    lived(life, bodies)


@pytest.mark.parametrize("create", CREATES)
def test_ids_that_name_nothing_are_refused(create: str, lives: Lives) -> None:
    life = Life(lives, create)
    body = lives.client.payload(create, "full", complete=True)
    named = life.existing(create, body)

    def unknown(one: Any, other: Any) -> Any:
        """The body with an unknown id wherever there would be one that is known."""
        if isinstance(one, dict):
            return {name: unknown(one[name], other[name]) for name in other}
        if isinstance(one, list):
            return [unknown(*pair) for pair in zip(one, other, strict=True)]
        return one if one == other else UNKNOWN

    if named == body:
        pytest.skip("nothing in it refers to anything that is kept")
    answer = lives.client(create, *life.place, body=unknown(body, named))
    assert (answer.status, answer.body["errors"][0]["code"]) == (422, "invalid_value")


def test_there_are_enough_creates() -> None:
    assert len(CREATES) >= 35


def test_no_operation_of_the_whole_contract_fails_on_the_vendors_examples(
    lives: Lives, vendor_examples: Mapping[str, Any]
) -> None:
    for id_ in DOCUMENT.operations:
        values = lives.values_of(id_)
        body = deepcopy(vendor_examples.get(id_))
        assert lives.client(id_, *values, query=lives.query(id_), body=body).status < 500
