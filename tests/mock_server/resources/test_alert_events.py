"""Alert events: with the token of their source, one alert for each key that fires, and resolved by the same key."""

import json
from typing import Any

import pytest

from incident_double.fixtures import Dataset

from ...calling import Answer, Caller, StoppedClock

FIRING = {"title": "Queue is full", "status": "firing", "deduplication_key": "queue"}
Source = dict[str, Any]


@pytest.fixture
def source(call: Caller) -> Source:
    listed = call.get("/v2/alert_sources")["alert_sources"]
    return next(dict(each) for each in listed if each["source_type"] == "http")


def send(call: Caller, source: Source, query: str = "", *, key: str | None = "own", **changes: Any) -> Answer:
    body = {name: value for name, value in {**FIRING, **changes}.items() if value is not None}
    token = source["secret_token"] if key == "own" else key
    return call("POST", f"/v2/alert_events/http/{source['id']}", query, body=body, key=token)


def alerts(call: Caller, **filters: str) -> list[dict[str, Any]]:
    query = "&".join(["page_size=50", *(f"{name}[one_of]={value}" for name, value in filters.items())])
    return [
        dict(each) for each in call.get("/v2/alerts", query)["alerts"] if each["deduplication_key"] == "queue"
    ]


@pytest.mark.shows("alert-event-202", "post-202")
def test_an_event_is_accepted_and_its_alert_is_listed(call: Caller, source: Source) -> None:
    answer = send(call, source, description="Since noon", source_url="https://example.com")

    assert (answer.status, answer.body["deduplication_key"]) == (202, "queue")
    (alert,) = alerts(call)
    assert call.get(f"/v2/alerts/{alert['id']}")["alert"] == alert
    assert {
        name: alert[name] for name in ("title", "description", "source_url", "status", "alert_source_id")
    } == {
        "title": "Queue is full",
        "description": "Since noon",
        "source_url": "https://example.com",
        "status": "firing",
        "alert_source_id": source["id"],
    }


def test_it_is_accepted_before_any_alert_was_asked_for_and_the_others_stay(
    call: Caller, source: Source, dataset: Dataset
) -> None:
    send(call, source)

    there = {row["id"] for row in dataset.collections["alerts"]}
    listed = {row["id"] for row in call.get("/v2/alerts", "page_size=50")["alerts"]}
    assert len(listed) == len(there) + 1
    assert listed > there


@pytest.mark.shows("alert-event-deduplication-key")
@pytest.mark.parametrize("key", [None, "", " "])
def test_the_deduplication_key_is_required(call: Caller, source: Source, key: str | None) -> None:
    answer = send(call, source, deduplication_key=key)

    assert (answer.status, answer.error["code"]) == (422, "is_required")
    assert alerts(call) == []
    if key is None:
        assert answer.error["message"] == "Deduplication key is required"


@pytest.mark.shows("alert-event-token")
def test_the_token_may_be_in_the_query(call: Caller, source: Source) -> None:
    assert send(call, source, f"token={source['secret_token']}", key=None).status == 202


@pytest.mark.parametrize(
    ("key", "code"),
    [
        (None, "missing_authorization_material"),
        ("wrong", "access_token_invalid"),
        ("inc_903ae6566cec0c51f3505ffedea4dfe23c27929699af698f6b8d01eea298b83b", "access_token_invalid"),
    ],
)
def test_no_other_key_will_do(call: Caller, source: Source, key: str | None, code: str) -> None:
    answer = send(call, source, key=key)

    assert (answer.status, answer.error["code"]) == (401, code)


def test_an_unknown_source_is_a_404(call: Caller, source: Source) -> None:
    assert send(call, {**source, "id": "01AAAAAAAAAAAAAAAAAAAAAAAA"}).status == 404


def test_a_source_that_was_made_here_takes_events_with_its_token(call: Caller) -> None:
    literal = {"literal": "x"}
    template = {"expressions": [], "title": literal, "description": literal, "attributes": []}
    body = {"name": "Mine", "source_type": "http", "template": template}
    made = call("POST", "/v2/alert_sources", body=body).body["alert_source"]

    assert send(call, made).status == 202


def test_the_same_key_is_the_same_alert_until_it_is_resolved(
    call: Caller, source: Source, clock: StoppedClock
) -> None:
    send(call, source)
    clock.advance(seconds=60)
    send(call, source, title="Queue is still full")
    (alert,) = alerts(call)
    assert alert["title"] == "Queue is still full"
    assert alert["updated_at"] > alert["created_at"]

    send(call, source, status="resolved")
    (resolved,) = alerts(call)
    assert (resolved["status"], resolved["resolved_at"]) == ("resolved", resolved["updated_at"])

    send(call, source)
    assert sorted(each["status"] for each in alerts(call)) == ["firing", "resolved"]


def test_resolving_what_does_not_fire_makes_nothing(call: Caller, source: Source) -> None:
    assert send(call, source, status="resolved").status == 202
    assert alerts(call) == []


@pytest.mark.parametrize(("status", "count"), [("firing", 1), ("resolved", 0)])
def test_alerts_are_filtered_by_status(call: Caller, source: Source, status: str, count: int) -> None:
    send(call, source)

    assert len(alerts(call, status=status)) == count


@pytest.mark.shows("alert-event-size")
@pytest.mark.parametrize(("size", "status"), [(512 * 1024, 202), (512 * 1024 + 1, 413)])
def test_an_event_has_at_most_512_kib(call: Caller, source: Source, size: int, status: int) -> None:
    path, bare = f"/v2/alert_events/http/{source['id']}", json.dumps({**FIRING, "description": ""}).encode()
    raw = bare.replace(b'"description": ""', b'"description": "%s"' % (b"x" * (size - len(bare))))

    answer = call("POST", path, raw=raw, key=source["secret_token"])

    assert (len(raw), answer.status) == (size, status)
    assert [each["description"] for each in alerts(call)] == (
        ["x" * (size - len(bare))] if status == 202 else []
    )
