"""Why a request is for nothing that is served, and what is nearest."""

import logging

import pytest

from incident_double.mock_server import Double, Request
from incident_double.mock_server.request.unserved import shape_of, unserved
from incident_double.openapi import Document


@pytest.mark.parametrize(
    ("method", "path", "nearest"),
    [
        ("GET", "/v2/incident_timestamp_values", "GET /v2/incident_timestamps"),
        ("GET", "/v2/incidents/", "GET /v2/incidents"),
        ("GET", "/incidents", "GET /v2/incidents"),
        ("GET", "/v2/v2/incidents", "GET /v2/incidents"),
        ("GET", "/v3/incidents", "GET /v2/incidents"),
        ("POST", "/v3/incidents", "POST /v2/incidents"),
        ("GET", "/api/v1/severities", "GET /v1/severities"),
        ("GET", "/v1/severity/01ZZZZZZZZZZZZZZZZZZZZZZZZ", "GET /v1/severities/{id}"),
    ],
)
def test_a_path_that_is_not_in_the_contract_is_answered_with_its_nearest(
    document: Document, method: str, path: str, nearest: str
) -> None:
    found = unserved(document, method, path)

    assert found.verbs == ()
    assert found.nearest is not None
    assert f"{found.nearest.method} {found.nearest.path}" == nearest
    assert str(found) == f"the contract has no such path; the nearest is {nearest} ({found.nearest.id})"


@pytest.mark.parametrize("path", ["/", "", "/favicon.ico", "/.well-known/x", "*", "/" * 5000])
def test_what_is_like_nothing_has_no_nearest(document: Document, path: str) -> None:
    assert str(unserved(document, "GET", path)) == "the contract has no such path, nor one that is like it"


def test_a_wrong_verb_is_answered_with_the_right_ones(document: Document) -> None:
    found = unserved(document, "DELETE", "/v2/incidents")

    assert str(found) == "the contract has this path with GET and POST only"
    assert unserved(document, "PATCH", "/v2/incidents/x%2Fy").verbs == ("GET",)


def test_paths_of_one_kind_have_the_same_shape() -> None:
    uuid = "123e4567-e89b-12d3-a456-426614174000"

    assert shape_of("/v9/a/01ZZZZZZZZZZZZZZZZZZZZZZZZ/b") == "/v9/a/{}/b"
    assert [shape_of(f"/x/{each}") for each in ("17", uuid)] == ["/x/{}"] * 2


def test_the_log_says_why_and_keeps_the_key_to_itself(
    double: Double, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "incident_double")

    reply = double.answer(Request("GET", f"/v2/incidens/{double.api_key}"))

    assert (reply.status, reply.body, reply.headers) == (404, b"", ())
    (line,) = caplog.messages
    assert line.endswith(": the contract has no such path, nor one that is like it")
    assert double.api_key not in line
