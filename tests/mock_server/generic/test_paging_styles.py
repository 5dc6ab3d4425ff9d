"""How lists of a document are paged, by the names of its parameters and of what answers say beside the list.

Each document here is one collection of seven things, which its lists hold in the order of their ids.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import pytest

from incident_double.fixtures import Dataset
from incident_double.mock_server import DEFAULT_TOKEN, Double, Request
from incident_double.openapi import Document

Json = Any
TEXT, WHOLE, YES_OR_NO = {"type": "string"}, {"type": "integer"}, {"type": "boolean"}
COUNT = 7


class Things:
    """A collection whose list takes these query parameters and states these facts."""

    def __init__(
        self,
        dataset: Dataset,
        parameters: Mapping[str, Json],
        facts: Mapping[str, Json],
        required: tuple[str, ...] = (),
    ) -> None:
        thing = {"type": "object", "required": ["id"], "properties": {"id": TEXT, "name": TEXT}}
        page = {
            "type": "object",
            "required": ["things", *required],
            "properties": {"things": {"type": "array", "items": thing}, **facts},
        }
        query = [{"in": "query", "name": name, "schema": each} for name, each in parameters.items()]
        payload = {"type": "object", "properties": {"name": TEXT}}
        create = {"requestBody": {"content": {"application/json": {"schema": payload}}}, **_answering(thing)}
        paths = {
            "/things": {"get": {"parameters": query, **_answering(page)}, "post": create},
            "/things/{id}": {"get": _answering(thing)},
        }
        self._double = Double(Document({"openapi": "3.0.3", "paths": paths}), dataset, rate_limit=0)
        for _ in range(COUNT - 3):  # a collection begins with three
            self._create()

    def page(self, query: str = "") -> Json:
        """The page that a query asks for."""
        return self._answer(Request("GET", "/things", query, f"Bearer {DEFAULT_TOKEN}"))

    def walk(self, query: str, following: str) -> Iterator[Json]:
        """Every page from that one on, the next found at the address that a page gives by that name."""
        for _ in range(COUNT):
            page = self.page(query)
            yield page
            if not page.get(following):
                return
            query = urlsplit(page[following]).query

    @staticmethod
    def ids(page: Json) -> list[str]:
        return [thing["id"] for thing in page["things"]]

    def _create(self) -> None:
        self._answer(Request("POST", "/things", "", f"Bearer {DEFAULT_TOKEN}", b'{"name": "a"}'))

    def _answer(self, request: Request) -> Json:
        reply = self._double.answer(request)
        assert reply.status == 200, reply
        return json.loads(reply.body)


def _answering(schema: Json) -> Json:
    return {"responses": {"200": {"description": "", "content": {"application/json": {"schema": schema}}}}}


def test_a_list_without_parameters_holds_everything(dataset: Dataset) -> None:
    page = Things(dataset, {}, {"total": WHOLE, "has_more": YES_OR_NO, "next": TEXT}).page()

    assert (len(page["things"]), page["total"], page["has_more"], "next" in page) == (
        COUNT,
        COUNT,
        False,
        False,
    )


@pytest.mark.parametrize(
    "size", ["limit", "page_size", "pageSize", "per_page", "maxResults", "$top", "first"]
)
@pytest.mark.parametrize("cursor", ["after", "cursor", "starting_after", "pageToken", "continuation_token"])
def test_cursors_lead_through_everything_once(size: str, cursor: str, dataset: Dataset) -> None:
    things = Things(dataset, {size: WHOLE, cursor: TEXT}, {"next_cursor": TEXT})
    first = things.page(f"{size}=3")
    second = things.page(f"{size}=3&{cursor}={first['next_cursor']}")
    third = things.page(f"{size}=3&{cursor}={second['next_cursor']}")
    pages = [things.ids(page) for page in (first, second, third)]

    assert [len(page) for page in pages] == [3, 3, 1]
    assert len({id_ for page in pages for id_ in page}) == COUNT
    assert "next_cursor" not in third


@pytest.mark.parametrize(
    "parameters",
    [
        {"limit": WHOLE, "offset": WHOLE},
        {"limit": WHOLE, "skip": WHOLE},
        {"limit": WHOLE, "startIndex": WHOLE},
        {"limit": WHOLE, "page": WHOLE},
        {"limit": WHOLE, "page_number": {**WHOLE, "minimum": 0}},
        {"limit": WHOLE, "cursor": TEXT},
    ],
    ids=lambda parameters: list(parameters)[1],
)
@pytest.mark.parametrize("name", ["next", "next_url", "nextPageUrl", "next_link"])
def test_addresses_of_next_pages_lead_through_everything_once_and_keep_the_filter(
    name: str, parameters: Mapping[str, Json], dataset: Dataset
) -> None:
    address = {"type": "string", "format": "uri"} if name == "next" else TEXT
    things = Things(dataset, {**parameters, "name": TEXT}, {name: address})
    pages = list(things.walk("limit=2&name=a", name))
    everything = [id_ for page in pages for id_ in things.ids(page)]

    assert [len(page["things"]) for page in pages] == [2, 2]
    assert len(set(everything)) == COUNT - 3, "those that were created are called a"
    assert pages[0][name].startswith("https://api.incident.io/things?")
    assert "name=a" in pages[0][name]


@pytest.mark.parametrize(
    ("query", "reported"),
    [
        ("limit=3", {"page": 1, "pages": 3, "offset": 0, "last": False, "has_previous": False}),
        ("limit=3&page=2", {"page": 2, "pages": 3, "offset": 3, "last": False, "has_previous": True}),
        ("limit=3&page=3", {"page": 3, "pages": 3, "offset": 6, "last": True, "has_previous": True}),
        ("limit=7", {"page": 1, "pages": 1, "offset": 0, "last": True, "has_previous": False}),
        ("limit=3&page=9", {"page": 9, "pages": 3, "offset": 24, "last": True, "has_previous": True}),
    ],
)
def test_a_page_says_where_it_is(query: str, reported: Json, dataset: Dataset) -> None:
    facts = {"page": WHOLE, "pages": WHOLE, "offset": WHOLE, "last": YES_OR_NO, "has_previous": YES_OR_NO}
    inner = {"type": "object", "properties": {**facts, "page_size": WHOLE, "total_count": WHOLE}}
    page = Things(dataset, {"limit": WHOLE, "page": WHOLE}, {"meta": inner}).page(query)

    size = int(query.partition("limit=")[2][0])
    assert page["meta"] == {**reported, "page_size": size, "total_count": COUNT}


@pytest.mark.parametrize(
    ("limits", "first"), [({}, 1), ({"minimum": 1}, 1), ({"minimum": 0}, 0), ({"default": 0}, 0)]
)
def test_pages_count_from_one_unless_the_document_begins_with_zero(
    limits: Json, first: int, dataset: Dataset
) -> None:
    things = Things(dataset, {"limit": WHOLE, "page": {**WHOLE, **limits}}, {})
    pages = [things.ids(things.page(f"limit=3&page={first + number}")) for number in range(3)]

    assert [len(page) for page in pages] == [3, 3, 1]
    assert pages[0] == things.ids(things.page("limit=3"))


def test_a_last_page_that_must_say_the_next_says_null_or_nothing(dataset: Dataset) -> None:
    parameters, nullable = {"limit": WHOLE, "cursor": TEXT}, {"type": "string", "nullable": True}
    reported = [
        Things(dataset, parameters, {"next": each}, required=("next",)).page("limit=100")["next"]
        for each in (nullable, TEXT)
    ]

    assert reported == [None, ""]


def test_a_limit_of_the_document_is_the_size_of_a_page_without_one(dataset: Dataset) -> None:
    sizes = [
        len(Things(dataset, {"limit": {**WHOLE, **limits}, "offset": WHOLE}, {}).page()["things"])
        for limits in ({"default": 2, "maximum": 5}, {"maximum": 4}, {})
    ]

    assert sizes == [2, 4, COUNT]
