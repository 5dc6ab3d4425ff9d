"""What the shell around the double makes of HTTP, over a real socket."""

from collections.abc import Iterator

import httpx
import pytest

from ...serving import Served, serving


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serving("--no-rate-limit") as running:
        yield running


@pytest.fixture
def client(served: Served) -> Iterator[httpx.Client]:
    with served.client() as client:
        yield client


def test_health_needs_no_key_and_counts_the_incidents(served: Served) -> None:
    answer = httpx.get(f"{served.base_url}/_double/health")

    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "incidents": 120})


def test_an_answer_has_the_headers_it_needs_and_no_others(client: httpx.Client) -> None:
    answer = client.get("/v2/incidents")

    assert answer.headers["content-type"] == "application/json"
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert set(answer.headers) == {"content-type", "content-length", "date"}


def test_what_was_ignored_is_reported_in_a_header_and_in_the_log(
    client: httpx.Client, served: Served
) -> None:
    note = "status: filter ignored, it is written status[operator]=value"

    assert client.get("/v2/incidents?status=x").headers["Incident-Double-Note"] == note
    assert f"GET /v2/incidents: {note}\n" in served.log()


@pytest.mark.shows("filter-encoding")
def test_filters_are_understood_with_and_without_percent_encoding(client: httpx.Client) -> None:
    answers = [
        client.get(f"/v2/incidents?status_category{operator}=live").json()
        for operator in ("[one_of]", "%5Bone_of%5D")
    ]

    assert answers[0] == answers[1]
    assert {row["incident_status"]["category"] for row in answers[0]["incidents"]} == {"live"}


def test_an_encoded_slash_is_part_of_an_id(client: httpx.Client) -> None:
    assert client.get("/v1/severities/a%2Fb").json()["errors"][0]["code"] == "resource_not_found"
    assert client.get("/v1/severities/a/b").content == b""


@pytest.mark.shows("content-type-ignored", "error-415-never")
@pytest.mark.parametrize(
    "kind", [None, "text/plain", "application/xml", "application/x-www-form-urlencoded", "?"]
)
def test_a_body_is_read_as_json_whatever_its_content_type(client: httpx.Client, kind: str | None) -> None:
    body = b'{"idempotency_key": "any type", "visibility": "public"}'
    headers = {} if kind is None else {"content-type": kind}

    assert client.post("/v2/incidents", content=body, headers=headers).status_code == 200


@pytest.mark.shows("error-406-never")
@pytest.mark.parametrize("accepted", ["text/html", "application/xml;q=1", "image/*", "nonsense"])
def test_the_answer_is_json_whatever_the_client_accepts(client: httpx.Client, accepted: str) -> None:
    answer = client.get("/v1/severities", headers={"accept": accepted})

    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")


def test_a_deletion_is_answered_without_a_body(client: httpx.Client) -> None:
    created = client.post("/v1/severities", json={"name": "Trivial", "description": ""})
    gone = client.delete(f"/v1/severities/{created.json()['severity']['id']}")

    assert (gone.status_code, gone.content) == (202, b"")
    assert "content-type" not in gone.headers


@pytest.mark.parametrize(
    ("method", "path"), [("PATCH", "/v2/incidents"), ("GET", "/nowhere"), ("HEAD", "/v2/users")]
)
def test_an_unknown_path_or_verb_is_an_empty_404(client: httpx.Client, method: str, path: str) -> None:
    answer = client.request(method, path)

    assert (answer.status_code, answer.content, set(answer.headers)) == (404, b"", {"content-length", "date"})


@pytest.mark.parametrize("host", ["localhost:1", "api.example.test", "[::1]:8080"])
def test_the_document_names_the_server_as_the_client_calls_it(client: httpx.Client, host: str) -> None:
    document = client.get("/v1/openapiV3.json", headers={"host": host}).json()

    assert document["servers"] == [{"url": f"http://{host}"}]


def test_one_connection_carries_many_requests(client: httpx.Client) -> None:
    client.get("/v1/severities")
    answers = [client.get("/v1/severities") for _ in range(3)]

    assert len({answer.extensions["network_stream"].get_extra_info("client_addr") for answer in answers}) == 1
