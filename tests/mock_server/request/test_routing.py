"""Requests find their operation before anything else is looked at (behaviour.md#routing-before-auth)."""

import pytest

from ...calling import Caller


@pytest.mark.shows("routing-before-auth", "error-404-route", "error-405-never")
@pytest.mark.parametrize("key", [None, "wrong", "right"])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v2/nothing"),
        ("GET", "/"),
        ("GET", ""),
        ("GET", "/v2/incidents/"),
        ("GET", "//v2/incidents"),
        ("GET", "/V2/incidents"),
        ("GET", "/v2/incidents/a/b"),
        ("GET", "/v2/incidents//actions/edit"),
        ("PATCH", "/v2/incidents"),
        ("DELETE", "/v2/incidents/01"),
        ("GET", "/v2/incident_updates/01"),
        ("HEAD", "/v2/incidents"),
        ("OPTIONS", "/v2/incidents"),
        ("get", "/v2/incidents"),
    ],
)
def test_an_unknown_path_or_verb_is_an_empty_404_with_or_without_a_key(
    call: Caller, method: str, path: str, key: str | None
) -> None:
    token = next(iter(call.double.keys)) if key == "right" else key

    answer = call(method, path, key=token)

    assert (answer.status, answer.body) == (404, None)


def test_path_parameters_are_decoded(call: Caller) -> None:
    severity = call.get("/v1/severities")["severities"][0]
    encoded = "".join(f"%{ord(character):02x}" for character in severity["id"])

    assert call.get(f"/v1/severities/{encoded}") == {"severity": severity}


@pytest.mark.shows("error-404-code", "path-id-not-a-ulid")
@pytest.mark.parametrize("id_", ["not-a-ulid", "%2F", "%00", "%ff", "0" * 4000, "..", "%2e%2e", "null"])
def test_an_id_that_no_object_has_is_an_enveloped_404(call: Caller, id_: str) -> None:
    for path in ("/v2/incidents", "/v1/incidents", "/v1/severities", "/v3/actions", "/v2/users"):
        answer = call("GET", f"{path}/{id_}")

        assert (answer.status, answer.body["type"]) == (404, "not_found")
        assert answer.error["code"] == "resource_not_found"
