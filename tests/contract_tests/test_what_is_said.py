"""What is said of single requests and of short exchanges: every way to get something wrong, and what only looks so."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import httpx
import pytest

from incident_double.contract_tests.findings import Finding
from incident_double.contract_tests.judging import judge
from incident_double.contract_tests.wire.conversation import Conversation, WireExchange
from incident_double.contract_tests.wire.recording import Recorder
from incident_double.mock_server import DEFAULT_TOKEN
from incident_double.openapi import Document, bundled

from .rules.watched import recording

ID = "01FCNDV6P870EA6S7TK1DSYDG0"
REFUSALS = {400, 403, 404, 422}
"""The statuses that say of a request that it was wrong, and what was wrong with it."""


@pytest.fixture(scope="module")
def open_recording() -> Iterator[tuple[Recorder, httpx.Client]]:
    with recording(bundled()) as opened:
        yield opened


@pytest.fixture(scope="module")
def known(open_recording: tuple[Recorder, httpx.Client]) -> Mapping[str, str]:
    """One id that there is of each thing that filters of incidents name."""
    _, http = open_recording
    lists = {
        "severity": ("/v1/severities", "severities"),
        "custom_field": ("/v2/custom_fields", "custom_fields"),
        "incident_role": ("/v2/incident_roles", "incident_roles"),
    }
    return {name: http.get(path).json()[rows][0]["id"] for name, (path, rows) in lists.items()}


@pytest.fixture
def said(open_recording: tuple[Recorder, httpx.Client], document: Document) -> Any:
    """Send one request; what is said of it."""
    recorder, http = open_recording

    def said(method: str, path: str, **request: Any) -> list[Finding]:
        answer = http.request(method, path, **request)
        return beside_refusals(judge(Conversation(document, recorder.exchanges[-1:])), [answer])

    return said


def beside_refusals(findings: Sequence[Finding], answers: Sequence[httpx.Response]) -> list[Finding]:
    """What is said beside the note on refusals, which is there exactly if one of the answers is one."""
    refused = sum(
        each.status_code in REFUSALS and (each.status_code, each.request.method) != (404, "GET")
        for each in answers
    )
    noted = [each for each in findings if each.rule == "refusal-ignored"]
    assert sum(each.count for each in noted) == refused
    assert {each.severity for each in noted} <= {"note"}
    return [each for each in findings if each not in noted]


@pytest.mark.parametrize(
    ("query", "rules"),
    [
        ("severity[one_of]=KNOWN-severity", {}),
        ("severity%5Bone_of%5D=KNOWN-severity", {}),
        ("custom_field[KNOWN-custom_field][one_of]=x", {}),
        ("incident_role[KNOWN-incident_role][is_blank]=true", {}),
        (f"severity[one_of]={ID}", {"filter-matches-nothing": "severity"}),
        (f"severity%5Bone_of%5D={ID}", {"filter-matches-nothing": "severity"}),
        (f"custom_field[{ID}][one_of]=x", {"filter-matches-nothing": f"custom_field[{ID}]"}),
        (f"incident_role[{ID}][is_blank]=true", {"filter-matches-nothing": f"incident_role[{ID}]"}),
        ("page_size=1&after=&sort_by=", {}),
        ("status=x", {"filter-wrong-syntax": "status"}),
        ("status[]=x", {"filter-wrong-syntax": "status"}),
        ("status[one_of][]=x", {"filter-wrong-syntax": "status"}),
        ("status.one_of=x", {"filter-wrong-syntax": "status"}),
        ("status[one_of=x", {"filter-wrong-syntax": "status"}),
        ("custom_field[one_of]=x", {"filter-wrong-syntax": "custom_field"}),
        ("one_of=x", {"filter-dropped": "one_of"}),
        ("gte=2026-05-01", {"filter-dropped": "gte"}),
        ("severity_id=x", {"filter-dropped": "severity_id"}),
        ("severity_ids[]=x", {"filter-dropped": "severity_ids[]"}),
        ("severities[one_of]=x", {"filter-dropped": "severities[one_of]"}),
        ("statuses=x", {"filter-dropped": "statuses"}),
        ("statusCategory=live", {"filter-dropped": "statusCategory"}),
        ("created_at__gte=2026-05-01", {"filter-dropped": "created_at__gte"}),
        ("created_after=2026-05-01", {"filter-dropped": "created_after"}),
        ("page_size=0", {"parameter-invalid": "page_size"}),
        ("page_size=501", {"parameter-invalid": "page_size"}),
        ("page_size=many", {"parameter-invalid": "page_size"}),
        ("sort_by=name", {"parameter-invalid": "sort_by"}),
        ("limit=10", {"parameter-invalid": "limit"}),
        ("cursor=x", {"parameter-invalid": "cursor"}),
        ("status[is]=x", {"parameter-invalid": "status"}),
        ("status_category[one_of]=open", {"parameter-invalid": "status_category"}),
        ("status_category[one_of]=post-incident", {"status-vocabulary": "status_category"}),
        ("status[one_of]=live", {"status-vocabulary": "status"}),
        ("created_at[gte]=2026-05-01", {}),
        ("created_at[date_range]=2026-05-01~2026-05-02", {}),
        ("created_at[gte]=2026-05-01&updated_at[lte]=2026-05-02", {}),
        ("created_at[gte]=2026-05-01T00:00:00Z", {"date-filter-timestamp": "created_at"}),
        ("updated_at[date_range]=2026-05-01~now", {"date-filter-timestamp": "updated_at"}),
        ("updated_at[gte]=2026-05-01&updated_at[lte]=2026-05-02", {"date-filter-both-bounds": "updated_at"}),
    ],
)
def test_of_a_query_of_the_incidents_list(
    said: Any, known: Mapping[str, str], query: str, rules: dict[str, str]
) -> None:
    for name, id_ in known.items():
        query = query.replace(f"KNOWN-{name}", id_)
    query = query if query.startswith("page_size=") else f"{query}&page_size=1"
    found = said("GET", f"/v2/incidents?{query}")

    assert {each.rule: each.pointer for each in found} == rules


@pytest.mark.parametrize(
    ("path", "rules"),
    [
        ("/v3/actions?created_at[gte]=2026-05-01T00:00:00Z&page_size=1", {}),
        ("/v1/severities?page_size=250", {"parameter-invalid": "page_size"}),
        ("/v1/custom_field_options", {"parameter-invalid": "custom_field_id"}),
        (f"/v3/follow_ups?incident_id={ID}", {}),
        ("/v3/follow_ups?incident_id=12", {"bad-id-misread": "incident_id"}),
        ("/v2/incident_updates?incident_id=INC-12", {"bad-id-misread": "incident_id"}),
        ("/v2/incidents/12", {}),
        (f"/v2/incidents/{ID}", {}),
        ("/v2/incidents/INC-12", {"bad-id-misread": "id"}),
        ("/v2/nowhere?severity=x", {"unknown-operation": "GET /v2/nowhere"}),
        ("/v1/openapiV3.json", {}),
    ],
)
def test_of_other_requests(said: Any, path: str, rules: dict[str, str]) -> None:
    assert {each.rule: each.pointer for each in said("GET", path)} == rules


NEW = {"idempotency_key": "1", "visibility": "public"}


@pytest.mark.parametrize(
    ("path", "body", "rules"),
    [
        ("/v2/incidents", NEW, {}),
        ("/v2/incidents", NEW | {"summary": None}, {}),
        ("/v2/incidents", {"visibility": "public"}, {"body-invalid": ["/idempotency_key"]}),
        ("/v2/incidents", NEW | {"visibility": "team"}, {"body-invalid": ["/visibility"]}),
        ("/v2/incidents", NEW | {"name": 7, "status_id": "x"}, {"body-invalid": ["/name", "/status_id"]}),
        (
            "/v2/incidents",
            NEW | {"custom_field_entries": [{"custom_field_id": ID, "values": [{"value": "x"}]}]},
            {"body-invalid": ["/custom_field_entries/0/values/0/value"]},
        ),
        ("/v2/incidents", b"visibility=public", {"body-invalid": ["/"]}),
        ("/v2/incidents", b"", {"body-invalid": ["/idempotency_key", "/visibility"]}),
        (
            f"/v2/incidents/{ID}/actions/edit",
            {"incident": {"mode": "test", "name": "x"}, "notify_incident_channel": False},
            {"edit-unknown-property": ["/incident/mode"]},
        ),
        (
            f"/v2/incidents/{ID}/actions/edit",
            {"incident": {"incident_type_id": ID}},
            {
                "edit-unknown-property": ["/incident/incident_type_id"],
                "body-invalid": ["/notify_incident_channel"],
            },
        ),
        (f"/v2/incidents/{ID}/actions/edit", {"incident": {}, "notify_incident_channel": True}, {}),
    ],
)
def test_of_a_body(said: Any, path: str, body: Any, rules: dict[str, list[str]]) -> None:
    found: dict[str, list[str]] = {}
    for each in said("POST", path, **({"content": body} if isinstance(body, bytes) else {"json": body})):
        found.setdefault(each.rule, []).append(each.pointer)

    assert {rule: sorted(pointers) for rule, pointers in found.items()} == rules


@pytest.mark.parametrize("key", [None, "inc_1", "Basic aW5jXzE6"])
def test_of_a_request_without_a_readable_key(said: Any, key: str | None) -> None:
    headers = {"authorization": key or ""}

    assert [each.rule for each in said("GET", "/v1/severities", headers=headers)] == ["auth-missing"]


def test_of_a_wrong_key_nothing_is_said_by_the_wire_alone(said: Any) -> None:
    assert said("GET", "/v1/severities", headers={"authorization": "Bearer inc_1"}) == []


@pytest.fixture(scope="module")
def refused() -> WireExchange:
    """A list of severities that was refused with `Retry-After: 2`."""
    with recording(bundled(), "Severities V1#List:429=2") as (recorder, http):
        http.get("/v1/severities")
        return recorder.exchanges[0]


def at(exchange: WireExchange, *starts: float, **changes: Any) -> Sequence[WireExchange]:
    """The same exchange at those times, each over after a hundredth of a second."""
    return [replace(exchange, started=start, ended=start + 0.01, **changes) for start in starts]


def rules_of(exchanges: Sequence[WireExchange]) -> set[str]:
    return {each.rule for each in judge(Conversation(bundled(), exchanges))}


@pytest.mark.parametrize(
    ("waited", "rules"),
    [
        (0.0, {"retry-after-misread"}),
        (1.5, {"retry-after-misread"}),
        (1.95, set()),
        (2.0, set()),
        (60.0, set()),
        (120.0, {"retry-after-misread"}),
    ],
)
def test_of_the_time_until_a_refused_request_comes_back(
    refused: WireExchange, waited: float, rules: set[str]
) -> None:
    assert rules_of(at(refused, 0, 0.01 + waited)) == rules


def test_of_a_request_that_was_under_way_when_another_was_refused(refused: WireExchange) -> None:
    assert rules_of(at(refused, 0, 0.005)) == set()


def test_of_other_requests_after_a_refusal(refused: WireExchange) -> None:
    other = replace(refused, path="/v1/incident_types", started=0.02, ended=0.03)

    assert rules_of([*at(refused, 0), other]) == set()


@pytest.mark.parametrize(
    ("starts", "rules"),
    [
        ((0, 0.02, 0.04, 0.06), {"retries-without-wait"}),
        ((0, 0.02, 0.04), set()),
        ((0, 0.02, 0.6, 1.6, 3.6), set()),
        ((0, 1, 2, 2.02, 2.04, 2.06), {"retries-without-wait"}),
        ((0, 0.01, 0.06, 0.16), set()),
    ],
)
@pytest.mark.parametrize("status", [0, 500, 503])
def test_of_the_times_between_tries(
    refused: WireExchange, starts: tuple[float, ...], rules: set[str], status: int
) -> None:
    assert rules_of(at(refused, *starts, status=status, answer_headers={})) == rules


def test_of_armed_refusals_that_are_heeded(refused: WireExchange) -> None:
    assert rules_of(at(refused, 0, 3, 6, 9)) == set()
    assert rules_of(at(refused, 0, 3, 6, 9, fault=None)) == {"rate-limit-exhausted"}


def test_two_alike_incidents_that_may_both_be_wanted_are_no_more_than_noted(document: Document) -> None:
    with recording(document) as (recorder, http):
        for key in ("first", "second"):
            http.post("/v2/incidents", json=NEW | {"idempotency_key": key})
        (finding,) = judge(recorder.conversation())

    assert (finding.rule, finding.severity) == ("idempotency-key-changes", "note")


def test_of_a_create_that_is_repeated_until_its_answer_comes_whole(document: Document) -> None:
    with recording(document, "Incidents V2#Create:cut*3") as (recorder, http):
        for _ in range(3):
            with pytest.raises(httpx.RemoteProtocolError):
                http.post("/v2/incidents", json=NEW)
        http.post("/v2/incidents", json=NEW)

        assert judge(recorder.conversation()) == []


def test_of_the_same_create_in_one_test_after_the_other(document: Document) -> None:
    with recording(document) as (recorder, http):
        for _ in range(4):
            http.post("/v2/incidents", json=NEW)
            http.get("/v1/severities")

        assert judge(recorder.conversation()) == []


def test_of_an_api_that_only_has_the_same_words(document: Document) -> None:
    """Whatever the vendor's `mode` and `updated_at` mean, another API's mean something else."""
    listed = document.raw["paths"]["/v2/incidents"]["get"] | {"operationId": "Books#List"}
    raw = {**document.raw, "paths": {"/books": {"get": listed}}}
    with recording(Document(raw)) as (recorder, http):
        answer = http.get("/books?updated_at[gte]=2026-05-01&updated_at[lte]=2026-05-02&incident_id=12")
        (finding,) = beside_refusals(judge(recorder.conversation()), [answer])

    assert finding.rule == "parameter-invalid"


def test_of_two_ends_of_a_list_that_were_read_and_not_what_lies_between(document: Document) -> None:
    with recording(document) as (recorder, http):
        whole = http.get("/v2/incidents", params={"page_size": 100}).json()["incidents"]
        http.get("/v2/incidents", params={"page_size": 10})
        http.get("/v2/incidents", params={"page_size": 10, "after": whole[-5]["id"]})
        assert len(whole) < 120, "the end is in there"
        ends = recorder.exchanges[1:]

    assert judge(Conversation(document, ends)) == []


def test_findings_of_one_cause_are_one_with_its_smallest_exchange(document: Document) -> None:
    with recording(document) as (recorder, http):
        for number in range(20, 0, -1):
            http.get("/v2/incidents", params={"page_size": 1, "severity": "x" * number})
        http.get("/v2/incidents", params={"page_size": 1, "status": "x"})
        findings = judge(recorder.conversation())

    assert [(each.pointer, each.count) for each in sorted(findings, key=lambda each: each.count)] == [
        ("status", 1),
        ("severity", 20),
    ]
    assert max(findings, key=lambda each: each.count).counterexample["request"]["query"] == (
        "page_size=1&severity=x"
    )


def test_list_items_are_one_place(document: Document) -> None:
    with recording(document) as (recorder, http):
        entries = [{"custom_field_id": ID, "values": [], "kind": "x"}] * 3
        answer = http.post("/v2/incidents", json=NEW | {"custom_field_entries": entries})
        (finding,) = beside_refusals(judge(recorder.conversation()), [answer])

    assert (finding.rule, finding.count) == ("body-invalid", 3)


def test_a_counterexample_never_shows_the_key(document: Document) -> None:
    with recording(document) as (recorder, http):
        http.get(f"/v2/incidents?severity={DEFAULT_TOKEN}&page_size=1")
        http.get("/v2/incidents?status=1&page_size=1", headers={"authorization": DEFAULT_TOKEN})
        findings = judge(recorder.conversation())

    assert {each.rule for each in findings} == {"filter-wrong-syntax", "auth-missing"}
    assert DEFAULT_TOKEN not in repr([each.counterexample for each in findings])
    assert "[redacted]" in repr([each.counterexample for each in findings])
