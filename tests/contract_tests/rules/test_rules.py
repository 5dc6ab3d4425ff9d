"""Every rule: caught on a client that breaks it, silent on one that keeps it, and explained."""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

import httpx
import pytest

from incident_double.contract_tests.judging import judge
from incident_double.contract_tests.rules import Described, rules
from incident_double.mock_server.faults.kinds import KINDS
from incident_double.openapi import Document, Operation

from .clients import EVERYTHING, PAIRS, Client, Pair
from .watched import watched

ALWAYS_NOTED = {"refusal-ignored", "category-default-hides"}
"""Notes on what clients do that break other rules: that they were refused, and what a whole list lacks."""
SEEN_ON_THE_WIRE = [each.id for each in rules().values() if "watch" in each.rule.modes]


def found(document: Document, client: Client, pair: Pair) -> Mapping[str, str]:
    """The rules that a client breaks, each with what is said of it."""
    conversation = watched(
        document, client, *pair.faults, incidents=pair.incidents, rate_limit=pair.rate_limit
    )
    return {each.rule: each.message for each in judge(conversation)}


@pytest.mark.shows(
    "bug-filter-dropped",
    "bug-categories-missing",
    "bug-modes-missing",
    "bug-date-window",
    "bug-create-status",
    "bug-delete-status",
    "bug-error-envelope",
    "bug-retry-after-date",
    "bug-paging",
    "bug-category-words",
    "bug-unstable-key",
    "bug-edit-without-effect",
    "bug-unknown-incident",
    "bug-list-exhausted",
    "bug-rank-inverted",
)
@pytest.mark.parametrize("rule", SEEN_ON_THE_WIRE)
def test_a_client_that_breaks_a_rule_is_found_out_and_nothing_else_is_said_of_it(
    document: Document, rule: str
) -> None:
    pair = PAIRS[rule]

    assert set(found(document, pair.breaks, pair)) - (ALWAYS_NOTED - {rule}) == {rule}


@pytest.mark.parametrize("kind", [each.name for each in KINDS if not each.readable])
def test_a_create_whose_answer_cannot_be_read_is_in_doubt_like_one_whose_answer_is_lost(
    document: Document, kind: str
) -> None:
    rule = "idempotency-key-changes"
    pair = replace(PAIRS[rule], faults=(f"Incidents V2#Create:{kind}",))

    assert set(found(document, pair.breaks, pair)) == {rule}
    assert found(document, pair.keeps, pair) == {}


@pytest.mark.parametrize("kind", ["wrong-type", "wrong-content-type", "malformed", "long-body", "cut"])
def test_an_answer_that_is_broken_is_not_held_against_the_client(document: Document, kind: str) -> None:
    def client(http: httpx.Client) -> None:
        for operation in document.operations.values():
            if operation.method == "GET" and "{" not in operation.path:
                with suppress(httpx.TransportError):
                    http.get(operation.path, params=query(operation))

    sound, struck = watched(document, client), watched(document, client, f"*:{kind}*1000")
    assert len(struck.exchanges) == len(sound.exchanges) > 10
    assert {each.rule for each in judge(struck)} <= {each.rule for each in judge(sound)}


def query(operation: Operation) -> list[tuple[str, Any]]:
    required = [(each.name, "01AAAAAAAAAAAAAAAAAAAAAAAA") for each in operation.parameters if each.required]
    return [*required, *(EVERYTHING if operation.path == "/v2/incidents" else ())]


@pytest.mark.parametrize("rule", SEEN_ON_THE_WIRE)
def test_of_a_client_that_keeps_a_rule_nothing_at_all_is_said(document: Document, rule: str) -> None:
    pair = PAIRS[rule]

    assert found(document, pair.keeps, pair) == {}


@pytest.mark.parametrize("described", rules().values(), ids=lambda each: each.id)
def test_a_rule_says_what_is_wrong_why_how_that_is_known_and_what_to_do(described: Described) -> None:
    title, *paragraphs = described.text.strip().split("\n\n")

    assert re.fullmatch(r"[A-Z`][^\n]+\.", title)
    assert [paragraph.partition(" ")[0] for paragraph in paragraphs] == ["Why:", "Evidence:", "Fix:"]
    assert re.search(r"behaviour\.md#|RFC \d+", paragraphs[1])


def test_every_rule_that_is_seen_on_the_wire_has_a_judge_and_a_pair_of_clients() -> None:
    assert [id_ for id_ in SEEN_ON_THE_WIRE if rules()[id_].rule.judge is None] == []
    assert sorted(PAIRS) == SEEN_ON_THE_WIRE
