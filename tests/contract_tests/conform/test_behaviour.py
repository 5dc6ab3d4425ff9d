"""Each check of behaviour is silent on the double, and fails on a server that gives one wrong answer."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import orjson
import pytest

from incident_double.contract_tests.conform.behaviour import BEHAVIOURS, behaviour_findings
from incident_double.contract_tests.findings import Finding
from incident_double.fixtures import Dataset, realistic
from incident_double.mock_server import DEFAULT_TOKEN, Double, Reply, Request
from incident_double.mock_server.account import Account
from incident_double.mock_server.pipeline import Pipeline
from incident_double.mock_server.shells.app import create_app
from incident_double.mock_server.shells.serving import serving
from incident_double.openapi import Document

LIST = "/v2/incidents"
NOBODY = "01AAAAAAAAAAAAAAAAAAAAAAAA"
EVERY_CATEGORY = "&".join(
    f"status_category%5Bone_of%5D={each}"
    for each in ("triage", "live", "learning", "paused", "closed", "declined", "canceled", "merged")
)
EVERY_MODE = "&".join(
    f"mode%5Bone_of%5D={each}" for each in ("standard", "retrospective", "test", "tutorial")
)


Answer = Callable[[Request], Reply]
Spoil = Callable[[Answer, Request], Reply]
"""From a request, and a way to have any answered rightly, to what is answered."""


class SpoiledPipeline(Pipeline):
    """Gives a wrong answer to some requests."""

    def __init__(self, document: Document, spoil: Spoil) -> None:
        super().__init__(document)
        self._spoil = spoil

    def answer(self, account: Account, request: Request, token: str | None) -> Reply:
        rightly_answered = super().answer
        return self._spoil(lambda each: rightly_answered(account, each, token), request)


def findings(document: Document, dataset: Dataset, spoil: Spoil) -> list[Finding]:
    double = Double(document, dataset)
    double.pipeline = SpoiledPipeline(document, spoil)
    with serving(create_app(double)) as base_url:
        return list(behaviour_findings(base_url, DEFAULT_TOKEN))


def rightly(answer: Answer, request: Request) -> Reply:
    return answer(request)


def where(applies: Callable[[Request], bool], **changed: Any) -> Spoil:
    """Another answer to the requests to which it applies."""
    return lambda answer, request: (
        replace(answer(request), **changed) if applies(request) else answer(request)
    )


def instead(path: str, status: int, body: Any = b"", *, method: str = "GET") -> Spoil:
    """Another answer to every request of a path, with and without a key."""
    content = body if isinstance(body, bytes) else orjson.dumps(body)
    return where(
        lambda request: (request.method, request.path) == (method, path), status=status, body=content
    )


def edited(path: str, edit: Callable[[Any], object], *, when: str = "") -> Spoil:
    """The body of an answer is changed, where the query has `when` in it."""

    def spoil(answer: Answer, request: Request) -> Reply:
        reply = answer(request)
        if request.path != path or when not in request.query or not reply.body:
            return reply
        body = orjson.loads(reply.body)
        edit(body)
        return replace(reply, body=orjson.dumps(body))

    return spoil


def asked_otherwise(when: str, then: str) -> Spoil:
    """A list is filtered as if the query had said something else."""

    def spoil(answer: Answer, request: Request) -> Reply:
        is_spoiled = request.path == LIST and when in request.query
        return answer(replace(request, query=request.query.replace(when, then)) if is_spoiled else request)

    return spoil


def without_a_header(answer: Answer, request: Request) -> Reply:
    reply = answer(request)
    return replace(reply, headers=tuple(each for each in reply.headers if each[0] != "x-ratelimit-remaining"))


def with_another_code(answer: Answer, request: Request) -> Reply:
    reply = answer(request)
    return replace(reply, body=reply.body.replace(b"access_token_invalid", b"unauthenticated"))


def reversed_rows(body: Any) -> None:
    body["incidents"].reverse()


def with_next(body: Any) -> None:
    body["pagination_meta"]["after"] = body["users"][-1]["id"]


def whole(body: Any) -> None:
    body["pagination_meta"]["page_size"] = 500


ENVELOPE = {"type": "not_found", "status": 404, "request_id": "x", "errors": [{"code": "not_found"}]}

SPOILERS: Mapping[str, Spoil] = {
    "unknown-path-is-an-empty-404": instead("/v2/no_such_thing", 404, ENVELOPE),
    "wrong-verb-is-an-empty-404": instead(LIST, 405, method="PATCH"),
    "unknown-id-is-a-404": instead(f"{LIST}/{NOBODY}", 404, ENVELOPE),
    "incident-is-found-by-its-number": where(
        lambda request: request.path.removeprefix(f"{LIST}/").isdecimal(), status=404
    ),
    "updates-of-an-unknown-incident-are-a-404": instead(
        "/v2/incident_updates", 200, {"incident_updates": []}
    ),
    "last-page-names-no-next": edited("/v2/users", with_next),
    "answers-state-the-rate-limit": without_a_header,
    "missing-key-is-a-401": where(
        lambda request: request.authorization is None and request.path == LIST and request.method == "GET",
        status=403,
    ),
    "unknown-key-is-a-401": with_another_code,
    "page-size-is-clamped": edited(LIST, whole, when="page_size=500"),
    "page-after-the-last-id-is-empty": asked_otherwise("after=", "x="),
    "newest-incident-comes-first": edited(LIST, reversed_rows, when="page_size=50"),
    "date-filter-refuses-a-timestamp": asked_otherwise("T00%3A00%3A00Z", ""),
    "date-filter-refuses-both-bounds": asked_otherwise("created_at%5Blte%5D", "x"),
    "filter-in-wrong-syntax-is-ignored": asked_otherwise("severity=", "severity%5Bone_of%5D="),
    "unknown-parameter-is-ignored": where(lambda request: "no_such_parameter" in request.query, status=422),
    "some-categories-are-hidden-by-default": asked_otherwise(
        "page_size=250", f"page_size=250&{EVERY_CATEGORY}"
    ),
    "some-modes-are-hidden-by-default": asked_otherwise("page_size=250", f"page_size=250&{EVERY_MODE}"),
}
"""A wrong answer for each check."""


def test_every_check_is_seen_failing_here() -> None:
    assert SPOILERS.keys() == {each.id for each in BEHAVIOURS}


def test_the_double_behaves_as_the_real_api(document: Document, dataset: Dataset) -> None:
    assert findings(document, dataset, rightly) == []


@pytest.mark.parametrize("id_", SPOILERS)
def test_a_wrong_answer_is_found_by_its_check_alone(document: Document, dataset: Dataset, id_: str) -> None:
    (found,) = findings(document, dataset, SPOILERS[id_])

    assert (found.rule, found.severity, found.outcome) == (id_, "error", "wrong-answer")
    assert isinstance(found.counterexample, dict)


def test_an_answer_that_can_t_be_read_is_a_finding(document: Document, dataset: Dataset) -> None:
    found = findings(document, dataset, instead("/v2/users", 200, b"<html>"))

    assert [each.rule for each in found] == ["last-page-names-no-next"]
    assert "can't be read" in found[0].message


def test_an_account_without_incidents_has_nothing_wrong(document: Document) -> None:
    assert findings(document, realistic(incidents=0), rightly) == []
