"""What a fresh double shows refers to what it shows: in every list of the contract, at any depth."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from incident_double.fixtures import EPOCH, Dataset
from incident_double.fixtures.fresh_account import fresh_account
from incident_double.mock_server import Double
from incident_double.mock_server.generic.recognising.paths import noun_of, singular
from incident_double.openapi import Document, Operation

from ...calling import Caller, StoppedClock

ULID = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")
ELSEWHERE = re.compile(r"(slack|microsoft_teams|external)_.*|channel_id")
"""Ids of other systems."""
IN_NO_LIST = re.compile(
    r"(rotation|layer|selected_rota|alert_group|activity_log|workflow_version|.*_interval_config)_ids?"
)
"""Ids of parts of something, and of what the API has no list of."""
PAGES, PARENTS = 30, 8
REQUIRED = {"page_size": "25"}


def lists(document: Document) -> Iterator[Operation]:
    """Every list, those that need another's member last."""
    found = [
        each
        for each in document.operations.values()
        if each.method == "GET" and "{" not in each.path and "openapi" not in each.path
    ]
    yield from sorted(found, key=lambda each: sum("_id" in name for name in required(each)))


def required(operation: Operation) -> list[str]:
    return [each.name for each in operation.parameters if each.required and each.location == "query"]


class Shown:
    """Everything that the lists of a double show."""

    def __init__(self, call: Caller) -> None:
        self._call = call
        self.rows: dict[str, list[Any]] = {}
        """By the list's operation."""
        self.ids: dict[str, list[str]] = {}
        """By what the list is of."""
        for operation in lists(call.double.document):
            rows = [row for query in self._queries(operation) for row in self._all(operation, query)]
            if rows:
                self.rows[operation.id] = rows
            noun = singular(noun_of(operation.path))
            self.ids.setdefault(noun, []).extend(row["id"] for row in rows if "id" in row)

    def _all(self, operation: Operation, query: dict[str, str]) -> Iterator[Any]:
        """The rows of all pages."""
        for _ in range(PAGES):
            answer = self._call("GET", operation.path, query)
            held = answer.body.values() if answer.status == 200 else []
            rows = next((each for each in held if isinstance(each, list)), [])
            yield from (row for row in rows if isinstance(row, dict))
            after = answer.body.get("pagination_meta", {}).get("after")
            if after is None:
                return
            query["after"] = after

    def _queries(self, operation: Operation) -> Iterator[dict[str, str]]:
        """What there must be in the query, of one parent after the other."""
        declared = {each.name for each in operation.parameters}
        fixed = {name: value for name, value in REQUIRED.items() if name in declared}
        needed = [*required(operation), *(["incident_id"] if "attachments" in operation.path else [])]
        parents = [name for name in needed if name.endswith("_id")]
        for id_ in self.ids.get(parents[0].removesuffix("_id"), [])[-PARENTS:] if parents else [""]:
            yield {**fixed, **({parents[0]: id_} if parents else {})}

    def resolves(self, name: str, id_: str) -> bool:
        """Whether what a property of that name refers to is shown, in whichever version."""
        noun = re.sub(r"_ids?$", "", name)
        document = self._call.double.document
        paths = [each.path for each in document.operations.values() if each.method == "GET"]
        own = [each for each in paths if re.fullmatch(r"/v\d/\w+/\{\w+\}", each)]
        return any(
            self._call("GET", path.replace(path.rpartition("/")[2], id_)).status == 200
            for path in own
            if noun.endswith(singular(path.split("/")[2]))
        )


def named_ids(value: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """Every id in a value that is somebody else's, with the name that it stands under."""
    if isinstance(value, dict):
        for name, each in value.items():
            if re.fullmatch(r".*_ids?", name):
                yield from ((name, id_) for id_ in (each if isinstance(each, list) else [each]))
            elif name == "id" and place:
                yield place, each
            else:
                yield from named_ids(each, name)
    elif isinstance(value, list):
        for each in value:
            yield from named_ids(each, place)


@pytest.fixture
def shown(document: Document, dataset: Dataset) -> Shown:
    return shown_by(document, dataset)


def shown_by(document: Document, beginning: Dataset) -> Shown:
    return Shown(Caller(Double(document, beginning, clock=StoppedClock(), rate_limit=0)))


def test_every_list_has_something(document: Document, shown: Shown) -> None:
    whole = {each.id for each in lists(document) if each.id.endswith("#List")}

    assert whole - shown.rows.keys() == {
        "Incident Attachments V1#List",  # has something for a few incidents only
        "IncidentParticipants V2#List",  # is no list, but has several
    }


@pytest.fixture(params=["grown", "fresh"])
def account(request: pytest.FixtureRequest, document: Document, dataset: Dataset) -> Shown:
    """All lists of an account, and of one that has just been set up, in which there is little to refer to."""
    return shown_by(document, dataset if request.param == "grown" else fresh_account(now=EPOCH))


def test_every_id_names_something_that_is_listed(account: Shown) -> None:
    known = {id_ for ids in account.ids.values() for id_ in ids}
    nouns = account.ids.keys()
    lost = {
        (list_, name, id_)
        for list_, rows in account.rows.items()
        for row in rows
        for name, id_ in named_ids(row)
        if isinstance(id_, str)
        and ULID.fullmatch(id_)
        and id_ not in known
        and not ELSEWHERE.fullmatch(name)
        and not IN_NO_LIST.fullmatch(name)
        # An object has an id of its own where no list is called like it: the layers of a rotation, say.
        and (name.endswith(("_id", "_ids")) or singular(name) in nouns)
        and not account.resolves(name, id_)
    }

    assert lost == set()


def test_what_is_embedded_is_called_as_its_own_resource_has_it(shown: Shown) -> None:
    users = {row["id"]: row for row in shown.rows["Users V2#List"]}
    embedded = [
        each["creator"]["user"] for each in shown.rows["API Keys V1#List"] if "user" in each["creator"]
    ]
    editors = [user for each in shown.rows["PostmortemDocuments V1#List"] for user in each["editors"]]
    noted = [each["creator"]["user"] for each in shown.rows["Alert Notes V1#List"]]

    assert embedded
    assert editors
    assert noted
    for user in (*embedded, *editors, *noted):
        assert users[user["id"]].items() >= {key: user[key] for key in user if key != "role"}.items()
