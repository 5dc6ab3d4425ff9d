"""Token buckets for each key (behaviour.md#rate-limits)."""

from datetime import datetime, timedelta

import pytest

from incident_double.fixtures import EPOCH, Dataset
from incident_double.mock_server import DEFAULT_TOKEN, ApiKey, Double
from incident_double.openapi import Document

from ...calling import Answer, Caller, StoppedClock
from ..conftest import UNKNOWN_ID

START = int(EPOCH.timestamp())


@pytest.fixture
def limited(document: Document, dataset: Dataset, clock: StoppedClock) -> Caller:
    """Call a double with the vendor's limits, and two keys."""
    keys = [ApiKey(DEFAULT_TOKEN, name="first"), ApiKey("other", name="second")]
    return Caller(Double(document, dataset, keys=keys, clock=clock))


def reported(answer: Answer) -> dict[str, str]:
    prefix = "x-ratelimit-"
    return {
        name.removeprefix(prefix): value for name, value in answer.headers.items() if name.startswith(prefix)
    }


@pytest.mark.shows("rate-limit-incidents-list", "rate-limit-headers")
def test_the_incidents_list_has_a_bucket_of_60_beside_the_keys_1200(limited: Caller) -> None:
    answer = limited("GET", "/v2/incidents")

    assert reported(answer) == {
        "limit": "60, 1200;window=60, 60;window=60",
        "remaining": "59",
        "used": "1",
        "reset": str(START + 1),
    }


@pytest.mark.shows("rate-limit-bucket", "rate-limit-others", "rate-limit-headers")
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/severities"),
        ("GET", "/v1/incidents"),
        ("GET", "/v2/incidents/1"),
        ("GET", "/v1/identity"),
    ],
)
def test_everything_else_has_the_keys_bucket_of_1200_only(limited: Caller, method: str, path: str) -> None:
    answer = limited(method, path)

    assert reported(answer) == {
        "limit": "1200, 1200;window=60",
        "remaining": "1199",
        "used": "1",
        "reset": str(START + 1),
    }


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", f"/v2/incidents/{UNKNOWN_ID}"), ("POST", "/v2/incidents"), ("GET", "/v2/incidents?page_size=0")],
)
def test_refusals_are_counted_and_say_the_limits_too(limited: Caller, method: str, path: str) -> None:
    path, _, query = path.partition("?")
    answer = limited(method, path, query)

    assert answer.status in (404, 422)
    assert reported(answer)["used"] == "1"


def test_a_key_without_the_scope_is_given_its_limits(
    document: Document, dataset: Dataset, clock: StoppedClock
) -> None:
    call = Caller(Double(document, dataset, keys=[ApiKey("k", [])], clock=clock))
    answer = call("GET", "/v2/incidents", key="k")

    assert (answer.status, reported(answer)["remaining"]) == (403, "59")


def test_an_answer_without_a_body_says_the_limits(limited: Caller) -> None:
    body = {"name": "Trivial", "description": ""}
    id_ = limited("POST", "/v1/severities", body=body).body["severity"]["id"]

    assert reported(limited("DELETE", f"/v1/severities/{id_}"))["used"] == "2"


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("/v2/incidents", None),
        ("/v2/incidents", "wrong"),
        ("/v1/openapiV3.json", None),
        ("/v1", DEFAULT_TOKEN),
    ],
)
def test_who_is_not_authenticated_is_sent_nothing(limited: Caller, path: str, key: str | None) -> None:
    assert reported(limited("GET", path, key=key)) == {}


@pytest.mark.shows("retry-after-seconds", "rate-limit-body", "error-429-bucket")
def test_an_empty_bucket_is_a_429_that_says_when_to_come_back(limited: Caller) -> None:
    statuses = [limited("GET", "/v2/incidents", {"page_size": 1}).status for _ in range(60)]
    refused = limited("GET", "/v2/incidents")

    assert statuses == [200] * 60
    assert (refused.status, refused.body["type"]) == (429, "too_many_requests")
    assert refused.headers["retry-after"] == "1"
    assert refused.body["rate_limit"] == {
        "name": "first",
        "limit": 60,
        "remaining": 0,
        "retry_after": "2026-06-01T09:00:01Z",
    }
    assert reported(refused) == {
        "limit": "60, 1200;window=60, 60;window=60",
        "remaining": "0",
        "used": "60",
        "reset": str(START + 60),
    }


@pytest.mark.shows("rate-limit-bucket")
def test_a_bucket_fills_up_again_little_by_little(limited: Caller, clock: StoppedClock) -> None:
    for _ in range(60):
        limited("GET", "/v2/incidents", {"page_size": 1})

    clock.advance(seconds=0.5)
    assert limited("GET", "/v2/incidents").status == 429
    clock.advance(seconds=0.5)
    assert [limited("GET", "/v2/incidents").status for _ in range(2)] == [200, 429]
    clock.advance(seconds=30)
    assert reported(limited("GET", "/v2/incidents"))["remaining"] == "29"


def test_coming_back_when_asked_to_is_enough(limited: Caller, clock: StoppedClock) -> None:
    for _ in range(60):
        limited("GET", "/v2/incidents", {"page_size": 1})
        clock.advance(milliseconds=3)
    refused = limited("GET", "/v2/incidents")
    promised = datetime.fromisoformat(refused.body["rate_limit"]["retry_after"])

    assert promised >= clock.now()
    clock.advance(seconds=int(refused.headers["retry-after"]))
    assert limited("GET", "/v2/incidents").status == 200


def test_a_bucket_never_holds_more_than_its_limit(limited: Caller, clock: StoppedClock) -> None:
    limited("GET", "/v1/severities")
    clock.advance(days=3)

    assert reported(limited("GET", "/v1/severities"))["remaining"] == "1199"


def test_a_clock_that_is_set_back_takes_nothing_away(limited: Caller, clock: StoppedClock) -> None:
    limited("GET", "/v1/severities")
    clock.set(clock.now() - timedelta(days=3))

    assert reported(limited("GET", "/v1/severities"))["remaining"] == "1198"


def test_a_refused_request_takes_nothing(limited: Caller, clock: StoppedClock) -> None:
    for _ in range(80):
        limited("GET", "/v2/incidents", {"page_size": 1})

    assert reported(limited("GET", "/v1/severities"))["remaining"] == str(1200 - 60 - 1)


def test_the_list_takes_from_the_keys_bucket_and_not_the_other_way_round(limited: Caller) -> None:
    for _ in range(30):
        limited("GET", "/v1/severities")
        limited("GET", "/v2/incidents", {"page_size": 1})

    assert reported(limited("GET", "/v2/incidents"))["remaining"] == "29"
    assert reported(limited("GET", "/v1/severities"))["remaining"] == str(1200 - 62)


def test_the_tighter_bucket_binds(limited: Caller) -> None:
    for _ in range(1190):
        limited("GET", "/v1/identity")

    assert reported(limited("GET", "/v2/incidents"))["limit"] == "1200, 1200;window=60, 60;window=60"


def test_every_key_has_buckets_of_its_own(limited: Caller) -> None:
    for _ in range(61):
        limited("GET", "/v2/incidents", {"page_size": 1})

    assert limited("GET", "/v2/incidents").status == 429
    assert reported(limited("GET", "/v2/incidents", key="other"))["remaining"] == "59"


def test_limits_can_be_set(document: Document, dataset: Dataset, clock: StoppedClock) -> None:
    call = Caller(Double(document, dataset, clock=clock, rate_limit=2))

    assert [call("GET", "/v2/incidents").status for _ in range(3)] == [200, 200, 429]


def test_limits_can_be_off(call: Caller) -> None:
    answers = [call("GET", "/v2/incidents", {"page_size": 1}) for _ in range(70)]

    assert {answer.status for answer in answers} == {200}
    assert reported(answers[-1]) == {}
