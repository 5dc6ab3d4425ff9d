"""The vendor's own documents, served: every operation answers, and what they imply of state is kept."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from incident_double.fixtures import Dataset, realistic
from incident_double.mock_server import Double
from incident_double.mock_server.generic.recognising.paths import parameters
from incident_double.openapi import Document, read_document

from ...calling import StoppedClock
from .client import Client, example_of
from .lives import (
    UNKNOWN,
    Lives,
    assert_gone,
    assert_kept,
    assert_lives,
    assert_unknown,
    held,
    looked_up,
    operation,
)

SHOWN_OTHERWISE = {
    "/v1/postmortem_documents",
    "/v2/schedule_overrides",
    "/v2/schedules/{schedule_id}/sync_rules",
    "/v3/incident_forms",
}
"""Collections whose updates set nothing that a member shows under the same name as a plain value but ids."""
DOCUMENTS = ("openapi-current.json", "openapi-seed-revision.json")
CURRENT = pytest.mark.parametrize("vendor", DOCUMENTS[:1], indirect=True)
"""For what the older document doesn't have."""


@pytest.fixture(scope="module", params=DOCUMENTS)
def vendor(request: pytest.FixtureRequest, shared_documents: Path) -> Document:
    """Each of the vendor's documents."""
    return read_document(shared_documents / request.param)


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    """Few incidents: their lists are read to the end."""
    return realistic(incidents=8)


@pytest.fixture
def client(vendor: Document, dataset: Dataset) -> Client:
    return Client(Double(vendor, dataset, clock=StoppedClock(), rate_limit=0))


@pytest.fixture
def lives(client: Client, dataset: Dataset) -> Lives:
    return Lives(client, looked_up(dataset), frozenset({"incidents"}))


def examples(document: Document, id_: str, location: str) -> dict[str, Any]:
    """The document's own examples of an operation's parameters."""
    one = document.operations[id_]
    item = document.raw["paths"][one.path]
    nodes = [*item.get("parameters", []), *item[one.method.lower()].get("parameters", [])]
    return {node["name"]: example_of(node) for node in nodes if node["in"] == location}


def example_body(document: Document, id_: str) -> Any:
    """The document's own example of an operation's body."""
    one = document.operations[id_]
    content = document.raw["paths"][one.path][one.method.lower()].get("requestBody", {}).get("content", {})
    return example_of(next(iter(content.values()))) if content else None


def test_no_operation_fails_on_the_vendors_own_examples(client: Client) -> None:
    statuses: Counter[int] = Counter()
    for id_ in client.operations:
        values = examples(client.document, id_, "path").values()
        query = examples(client.document, id_, "query")
        answer = client(id_, *values, query=query, body=example_body(client.document, id_))
        assert answer.status in (200, 201, 202, 204, 404, 422), (id_, answer)
        statuses[answer.status] += 1
    assert sum(statuses.values()) == len(client.operations)


def test_what_exists_can_be_read_and_paged_everywhere(lives: Lives) -> None:
    for id_, each in lives.client.operations.items():
        values = lives.values_of(id_)
        if each.method == "GET" and UNKNOWN not in values:
            answer = lives.client(id_, *values, query=lives.query(id_))
            assert answer.is_success, (id_, answer)


def test_members_of_every_collection_live_and_die(lives: Lives) -> None:
    creating = [family for family in lives.kept() if operation(family, "create")]
    changed = {family.path: assert_lives(lives, family) for family in creating}

    unseen = {family.path for family in creating if operation(family, "update") and not changed[family.path]}
    assert unseen <= SHOWN_OTHERWISE
    assert len(creating) >= 16


def test_unknown_ids_are_unknown_to_every_operation(lives: Lives) -> None:
    for family in lives.kept():
        assert_unknown(lives, family, lives.parents(family), UNKNOWN)


def test_members_are_kept_apart_by_their_parents(lives: Lives) -> None:
    for family in lives.kept():
        if lives.has_known_parents(family) and operation(family, "create"):
            one, other = lives.parents(family, 0), lives.parents(family, 1)
            member, _ = lives.create(family, one)
            assert_kept(lives, family, one, member)
            assert_gone(lives, family, other, member)


def test_unknown_parents_are_unknown_to_every_operation(lives: Lives) -> None:
    nested = {each.path: each for each in lives.families.values() if lives.has_known_parents(each)}
    for family in nested.values():
        for id_ in family.operations:
            values = [UNKNOWN] * len(parameters(lives.client.operations[id_].path))
            body = lives.payload(family, id_, "unknown")
            answer = lives.client(id_, *values, query=lives.query(id_), body=body)
            assert answer.status == 404, (id_, answer)


@CURRENT
def test_single_things_remember(client: Client) -> None:
    sent = {"allowlist": [{"label": "Office", "value": "192.0.2.7"}], "enabled": False, "version": 3}
    client("IPAllowlists V1#UpdateIPAllowlist", body=sent)
    kept = client("IPAllowlists V1#ShowIPAllowlist").body["ip_allowlist"]

    assert {name: kept[name] for name in sent} == sent
    assert kept["updated_at"] == "2026-06-01T09:00:00Z"


@CURRENT
@pytest.mark.parametrize(
    ("action", "body", "shown"),
    [
        ("Alerts V2#Resolve", None, {"status": "resolved", "resolved_at": "2026-06-01T09:00:00Z"}),
        ("Escalations V2#CancelEscalation", None, {"status": "cancelled"}),
        ("Policy Findings V2#Dismiss", {"reason": "Known"}, {"state": "dismissed"}),
        ("Pay Reports V2#Publish", {}, {"published_at": "2026-06-01T09:00:00Z"}),
        ("Pay Reports V2#Unpublish", {"unpublish_reason": "Wrong"}, {"published_at": None}),
    ],
)
def test_actions_change_what_their_names_say(
    action: str, body: Any, shown: dict[str, Any], lives: Lives
) -> None:
    family, values = lives.families[action], lives.values_of(action)
    show = str(operation(family, "show"))
    body = lives.client.payload(action, "a", complete=False) if body == {} else body

    assert lives.client(action, *values, body=body).is_success
    kept = held(family, show, lives.client(show, *values))
    assert {name: kept.get(name) for name in shown} == shown


@CURRENT
def test_tags_are_added_removed_and_set_by_name(lives: Lives) -> None:
    (alert,) = lives.values_of("Alerts V2#AddTags")

    def tags(action: str, *names: str) -> list[str]:
        assert lives.client(f"Alerts V2#{action}", alert, body={"tags": list(names)}).is_success
        return [tag["name"] for tag in lives.client("Alerts V2#Show", alert).body["alert"]["tags"]]

    assert tags("SetTags", "noisy", "night") == ["noisy", "night"]
    assert tags("AddTags", "night", "billing") == ["noisy", "night", "billing"]
    assert tags("RemoveTags", "noisy") == ["night", "billing"]


@CURRENT
def test_a_deletion_in_one_version_is_a_deletion_in_the_other(lives: Lives) -> None:
    client = lives.client
    family = lives.families["Catalog V3#CreateEntry"]
    payload = {**lives.payload(family, "Catalog V3#CreateEntry", "a"), "name": "Billing"}
    made = client("Catalog V3#CreateEntry", body=payload).body["catalog_entry"]
    older = client("Catalog V2#ShowEntry", made["id"]).body["catalog_entry"]

    assert (older["name"], older["catalog_type_id"]) == ("Billing", payload["catalog_type_id"])
    assert client("Catalog V2#DestroyEntry", made["id"]).status == 204
    assert client("Catalog V3#ShowEntry", made["id"]).status == 404


def test_the_same_seed_and_arguments_get_the_same_answers(vendor: Document, dataset: Dataset) -> None:
    """And of another seed, most are other ones, but for what begins with the rows of the same data set."""
    every = [
        Lives(Client(Double(vendor, dataset, clock=StoppedClock(), rate_limit=0, seed=seed)))
        for seed in (0, 0, 1)
    ]
    stable = differing = 0
    for id_, each in vendor.operations.items():
        if each.method == "DELETE":
            continue
        one, same, other = (
            lives.client(id_, *lives.values_of(id_), query=lives.query(id_), body=lives.body(id_, "a"))
            for lives in every
        )
        assert one == same, id_
        stable += one.is_success
        differing += one.is_success and one != other
    assert stable >= 0.7 * len(vendor.operations)
    assert differing >= 0.41 * len(vendor.operations)
