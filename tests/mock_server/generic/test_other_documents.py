"""Documents of other vendors, with other habits: what they imply of state is kept as well.

`library.json` is OpenAPI 3.0: bare objects and arrays, `data` and `items`, ids that are numbers, UUIDs, texts and
names, limit and offset, numbered pages, cursors. `garage.yaml` is 3.1: types with null, `const`, a base path, members
named by a pattern, envelopes with a code, addresses of next pages, lists as single things.
"""

import base64
import re
from pathlib import Path
from typing import Any

import pytest

from incident_double.fixtures import Dataset
from incident_double.mock_server import DEFAULT_TOKEN, Double
from incident_double.openapi import read_document

from ...calling import StoppedClock
from .client import Answer, Client
from .lives import UNKNOWN, Lives, assert_gone, assert_lives, assert_unknown, held, operation, operations

DOCUMENTS = Path(__file__).with_name("documents")


def serve(name: str, dataset: Dataset, *, seed: int = 0, **client: Any) -> Client:
    double = Double(read_document(DOCUMENTS / name), dataset, clock=StoppedClock(), seed=seed, rate_limit=0)
    return Client(double, **client)


@pytest.fixture
def library(dataset: Dataset) -> Client:
    return serve("library.json", dataset, headers={"x-library-key": DEFAULT_TOKEN})


@pytest.fixture
def garage(dataset: Dataset) -> Client:
    return serve("garage.yaml", dataset, key_query=f"api_key={DEFAULT_TOKEN}")


@pytest.fixture(params=["library", "garage"])
def lives(request: pytest.FixtureRequest) -> Lives:
    """Each of the documents."""
    making = frozenset({"PUT /genres/{genreName}", "labels.put"})
    return Lives(request.getfixturevalue(request.param), making=making)


def body(answer: Answer) -> Any:
    """What a successful answer says."""
    assert answer.is_success, answer
    return answer.body


def test_every_operation_answers(lives: Lives) -> None:
    client = lives.client
    for id_ in client.operations:
        values = [
            f"thing-{number}" if value == "" else value for number, value in enumerate(lives.values_of(id_))
        ]
        answer = client(id_, *values, query=client.query(id_), body=client.payload(id_, "a"))
        assert answer.is_success or answer.status == 404, (id_, answer)


def test_members_of_every_collection_live_and_die(lives: Lives) -> None:
    changed = {
        family.name: assert_lives(lives, family) for family in lives.kept() if operation(family, "create")
    }

    assert changed in (
        {
            "books": "title",
            "books/copies": "shelf",
            "authors": "name",
            "members": "",
            "loans": "",
        },
        {
            "garage/vehicles": "plate",
            "garage/vehicles/notes": "",
            "garage/parts": "label",
        },
    )


def test_unknown_ids_and_parents_are_unknown_to_every_operation(lives: Lives) -> None:
    for family in lives.kept():
        if not operation(family, "show"):
            continue
        assert_unknown(lives, family, lives.parents(family), UNKNOWN)
        if lives.has_known_parents(family):
            for id_ in operations(family, "list", "create"):
                answer = lives.client(id_, UNKNOWN, body=lives.client.payload(id_, "a"))
                assert answer.status == 404, (id_, answer)


def test_members_are_kept_apart_by_their_parents(lives: Lives) -> None:
    (family,) = (each for each in lives.kept() if lives.has_known_parents(each))
    one, other = lives.parents(family, 0), lives.parents(family, 1)
    for place in ("a", "b"):
        member, _ = lives.create(family, one, place)
    assert_gone(lives, family, other, member)


def test_the_same_seed_gets_the_same_answers_and_another_seed_others(dataset: Dataset) -> None:
    def answers(seed: int) -> list[Answer]:
        client = serve("library.json", dataset, seed=seed, headers={"x-library-key": DEFAULT_TOKEN})
        return [
            client("addAuthor", body={"name": "Ursula"}),
            client("listBooks"),
            client("listMembers"),
            client("getStatistics", query={"year": 2020}),
            client("GET /files/{name}.json", "a"),
        ]

    first, again, other = answers(0), answers(0), answers(1)

    assert first == again
    assert [one.body != another.body for one, another in zip(first, other, strict=True)] == [True] * 5


def test_a_new_member_takes_what_was_sent_and_the_next_number(library: Client) -> None:
    before = body(library("listBooks", query={"limit": 5}))["data"]
    author = body(library("addAuthor", body={"name": "Ursula"}))["author"]
    made = body(
        library("addBook", body={"title": "The Dispossessed", "isbn": None, "author_id": author["id"]})
    )

    assert made["id"] == max(book["id"] for book in before) + 1
    assert (made["title"], made["isbn"], made["author"]["id"]) == ("The Dispossessed", None, author["id"])
    assert made["created_at"] == made["updated_at"] == "2026-06-01T09:00:00Z"


def test_null_takes_away_what_may_be_absent_and_is_kept_where_it_may_stand(library: Client) -> None:
    made = body(library("addBook", body={"title": "Kindred", "isbn": "9780807083697", "rating": 4}))
    changed = body(library("changeBook", made["id"], body={"isbn": None}))

    assert (made["isbn"], made["rating"]) == ("9780807083697", 4)
    assert (changed["isbn"], changed["rating"], changed["title"]) == (None, 4, "Kindred")


def test_put_replaces_and_patch_changes(library: Client, garage: Client) -> None:
    book = body(library("listBooks"))["data"][0]["id"]
    copy = body(library("addCopy", book, body={"condition": "new", "shelf": "B2"}))
    replaced = body(library("replaceCopy", book, copy["copyNumber"], body={"condition": "worn"}))
    vehicle = body(garage("vehicles.create", body={"plate": "AB 1", "wheels": 4}))
    patched = body(garage("vehicles.patch", vehicle["vin"], body={"plate": None}))

    assert copy["copyNumber"] >= 100
    assert copy["book_id"] == book
    assert replaced == {key: value for key, value in copy.items() if key != "shelf"} | {"condition": "worn"}
    assert (patched["plate"], patched["wheels"]) == (None, 4)


def test_ids_are_of_the_form_that_the_document_shows(library: Client, garage: Client) -> None:
    people = body(library("listMembers"))["data"]
    made = [body(library("addMember", body={"kind": "person"}))["id"] for _ in range(3)]
    vehicles = [body(garage("vehicles.create", body={"plate": "AB 1"}))["vin"] for _ in range(3)]

    assert len({*made, *(person["id"] for person in people)}) == 3 + len(people)
    assert all(re.fullmatch("[a-z]{3}_[0-9a-z]{6}", id_) for id_ in made)
    assert len(set(vehicles)) == 3


def test_a_key_that_is_sent_is_kept_and_has_to_be_new(garage: Client) -> None:
    made = body(garage("vehicles.create", body={"plate": None, "vin": "ABC-1234"}))
    again = garage("vehicles.create", body={"plate": None, "vin": "ABC-1234"})

    assert made["vin"] == "ABC-1234"
    assert (again.status, again.body["errors"][0]["message"]) == (422, "vin must be unique")


def test_put_makes_what_has_no_other_way_to_be_made(library: Client, garage: Client) -> None:
    assert garage("labels.get", "urgent").status == 404
    assert body(garage("labels.put", "urgent", body={"color": "red"})) == {"name": "urgent", "color": "red"}
    assert body(garage("labels.put", "urgent", body={"color": "blue"}))["color"] == "blue"
    assert body(garage("labels.get", "urgent")) == {"name": "urgent", "color": "blue"}
    assert garage("labels.delete", "urgent").status == 204
    assert garage("labels.get", "urgent").status == 404

    genre = body(library("PUT /genres/{genreName}", "noir", body={"description": "Dark."}))
    assert genre == {"name": "noir", "description": "Dark."}
    assert genre in body(library("GET /genres"))


def test_a_create_without_an_answer_shows_in_the_list_and_an_update_may_name_its_member_in_the_body(
    library: Client,
) -> None:
    assert library("lend", body={"member_id": "mem_1", "book_id": 7}).status == 204
    (loan,) = body(library("listLoans", query={"member_id": "mem_1"}))
    body(library("changeLoan", body={**loan, "returned": True}))

    assert loan["book_id"] == 7
    assert body(library("listLoans", query={"member_id": "mem_1", "returned": "true"})) == [
        {**loan, "returned": True}
    ]
    assert body(library("listLoans", query={"member_id": "mem_1", "returned": "false"})) == []
    assert library("changeLoan", body={**loan, "id": "00000000-0000-4000-8000-000000000000"}).status == 404


@pytest.mark.parametrize(
    ("action", "shown"),
    [
        ("archiveBook", {"status": "archived"}),
        ("vehicles.repair", {"state": "repaired", "repairedAt": "2026-06-01T09:00:00Z"}),
        ("blockMember", {"blocked": True, "blocked_at": "2026-06-01T09:00:00Z"}),
        ("unblockMember", {"blocked": False, "blocked_at": None}),
    ],
)
def test_an_action_leaves_the_mark_that_its_name_says(
    action: str, shown: dict[str, Any], library: Client, garage: Client
) -> None:
    lives = Lives(garage if action == "vehicles.repair" else library)
    family = lives.families[action]
    values = lives.values_of(action)
    answered = held(family, action, lives.client(action, *values))
    kept = held(family, str(operation(family, "show")), lives.client(str(operation(family, "show")), *values))

    assert answered == kept
    assert {name: kept.get(name) for name in shown} == shown


def test_an_action_may_add_to_a_list(garage: Client) -> None:
    made = body(garage("vehicles.create", body={"plate": "AB 1", "tags": ["old"]}))
    changed = body(garage("vehicles.addTags", made["vin"], body={"tags": ["red", "old"]}))

    assert changed["tags"] == ["red", "old"]


def test_single_things_remember_objects_and_lists(library: Client, garage: Client) -> None:
    body(library("setSettings", body={"loan_days": 9, "greeting": None, "open_on": ["wed"]}))
    body(garage("hours.put", body=["9-12", "13-17"]))

    assert body(library("getSettings")) == {"loan_days": 9, "greeting": None, "open_on": ["wed"]}
    assert body(garage("hours.get")) == ["9-12", "13-17"]


def test_lists_page_by_limit_and_offset(library: Client) -> None:
    for number in range(4):
        body(library("addBook", body={"title": f"Book {number}"}))
    whole = [
        body(library("listBooks", query={"offset": offset, "limit": 1}))["data"][0]["id"]
        for offset in range(7)
    ]
    page = body(library("listBooks", query={"offset": 4}))

    assert whole == sorted(whole)
    assert [book["id"] for book in page["data"]] == whole[4:6], "the document's default is 2"
    assert {name: page[name] for name in page if name != "data"} == {
        "total": 7,
        "offset": 4,
        "has_more": True,
    }
    assert not body(library("listBooks", query={"offset": 5}))["has_more"]
    assert library("listBooks", query={"limit": 6}).status == 422, "the document's maximum is 5"


def test_lists_page_by_number_from_one_or_from_zero(library: Client, garage: Client) -> None:
    pages = [body(library("listAuthors", query={"page": page, "per_page": 2})) for page in (1, 2, 3)]
    parts = [body(garage("parts.list", query=query)) for query in ({}, {"page": 0}, {"page": 1})]

    assert [len(page["items"]) for page in pages] == [2, 1, 0]
    assert pages[1]["meta"] == {"page": 2, "pages": 2, "count": 3}
    assert parts[0] == parts[1]
    assert [len(page["results"]) for page in parts] == [2, 2, 1]
    assert parts[0]["next"] == "https://api.incident.io/garage/v1/parts?page=1"
    assert (parts[2]["count"], parts[2]["next"], parts[0]["previous"]) == (3, None, None)


def test_lists_page_by_cursor(library: Client, garage: Client) -> None:
    everyone = [person["id"] for person in body(library("listMembers"))["data"]]
    one = body(library("listMembers", query={"limit": 1}))
    rest = body(library("listMembers", query={"starting_after": one["data"][-1]["id"]}))
    vehicles = body(garage("vehicles.list", query={"pageSize": 2}))
    last = body(garage("vehicles.list", query={"pageToken": vehicles["nextPageToken"]}))

    assert (one["has_more"], one["object"], one["next"]) == (True, "list", everyone[0])
    assert [person["id"] for person in rest["data"]] == everyone[1:]
    assert (rest["has_more"], rest["next"]) == (False, None)
    assert (len(vehicles["vehicles"]), vehicles["totalSize"]) == (2, 3)
    assert (len(last["vehicles"]), last["nextPageToken"]) == (1, None)
    assert library("listMembers", query={"starting_after": UNKNOWN}).status == 422
    assert garage("vehicles.list", query={"pageSize": 4}).status == 422


def test_lists_are_filtered_by_what_members_show_and_say_what_they_ignore(library: Client) -> None:
    for title in ("Kindred", "Kindred", "Emma"):
        body(library("addBook", body={"title": title}))
    archived = body(library("archiveBook", 4))
    found = library("searchBooks", query={"title": "Kindred"})
    listed = library("listBooks", query={"status": "archived", "limit": 5, "sort": "title"})

    assert [book["title"] for book in body(found)] == ["Kindred", "Kindred"]
    assert archived in body(listed)["data"]
    assert {book["status"] for book in body(listed)["data"]} == {"archived"}
    assert "sort" in listed.notes
    assert listed.notes.count("ignored") == 1


def test_references_of_the_first_members_lead_somewhere(library: Client) -> None:
    books = body(library("listBooks", query={"limit": 5}))["data"]

    assert [library("getAuthor", book["author"]["id"]).status for book in books] == [200, 200, 200]


def test_a_discriminator_says_which_of_the_alternatives_it_is(library: Client) -> None:
    kinds = {person["kind"] for person in body(library("listMembers"))["data"]}

    assert kinds <= {"person", "company"}


def test_what_is_answered_from_the_schema_repeats_what_was_asked(library: Client, garage: Client) -> None:
    assert body(library("getStatistics", query={"year": 1999}))["year"] == 1999
    assert body(library("GET /files/{name}.json", "index"))["name"] == "index"
    assert body(garage("quote", query={"job": "paint", "wheels": 4}))["wheels"] == 4
    assert garage("quote", query={"job": "paint", "wheels": "many"}).status == 422
    assert garage("quote").status == 422


def test_answers_that_are_not_json_are_empty(library: Client) -> None:
    book = body(library("listBooks"))["data"][0]["id"]

    assert library("getReport", "loans") == Answer(200, None)
    assert library("getCover", book) == Answer(200, None)
    assert library("getCover", 999).status == 404
    assert library("rebuild") == Answer(202, None)


def test_a_default_answer_is_the_normal_one_where_there_is_no_other(library: Client) -> None:
    assert library("health") == Answer(200, {"status": "up"})


def test_any_json_at_all_is_taken_and_given_where_the_document_permits_it(garage: Client) -> None:
    for sent in ({"a": None}, [1], "text", 3, None):
        assert garage("anything", body=sent).status == 200


@pytest.mark.parametrize(
    "way",
    [
        {"key_query": f"api_key={DEFAULT_TOKEN}"},
        {"headers": {"cookie": f"other=1; session={DEFAULT_TOKEN}"}},
        {"headers": {"authorization": f"Basic {base64.b64encode(f'me:{DEFAULT_TOKEN}'.encode()).decode()}"}},
    ],
    ids=["query", "cookie", "basic"],
)
def test_the_key_may_come_as_the_document_has_it(way: dict[str, Any], dataset: Dataset) -> None:
    assert serve("garage.yaml", dataset, **way)("vehicles.list").status == 200


def test_a_key_at_the_wrong_place_is_none(dataset: Dataset) -> None:
    assert (
        serve("garage.yaml", dataset, headers={"x-library-key": DEFAULT_TOKEN})("vehicles.list").status == 401
    )
    assert serve("library.json", dataset)("listBooks").status == 401
    assert serve("library.json", dataset, headers={"x-library-key": "made up"})("listBooks").status == 401


def test_public_operations_need_no_key(dataset: Dataset) -> None:
    assert serve("library.json", dataset, headers={"x": "y"})("health").status == 200
    assert serve("garage.yaml", dataset, headers={"x": "y"})("hours.get").status == 200
    assert serve("garage.yaml", dataset, headers={"x": "y"})("hours.put", body=[]).status == 401
    assert serve("garage.yaml", dataset, headers={"x": "y"})("anything").status == 200
