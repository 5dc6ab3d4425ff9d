"""Pages of other origins: what is allowed to whom, on every kind of answer."""

from collections.abc import Iterator

import httpx
import pytest

from incident_double.mock_server import DEFAULT_TOKEN, Double
from incident_double.mock_server.faults.arming import parse_fault
from incident_double.mock_server.shells.app import create_app
from incident_double.mock_server.shells.cross_origin import parse_origin
from incident_double.mock_server.shells.serving import serving

ORIGIN = "http://localhost:5173"
KEY = {"authorization": f"Bearer {DEFAULT_TOKEN}"}
ALLOWED = "access-control-allow-origin"


@pytest.fixture
def url(double: Double) -> Iterator[str]:
    with serving(create_app(double, origins=[ORIGIN])) as url:
        yield url


def preflight(url: str, path: str, *, origin: str = ORIGIN, method: str = "POST") -> httpx.Response:
    return httpx.options(
        url + path,
        headers={
            "origin": origin,
            "access-control-request-method": method,
            "access-control-request-headers": "authorization, content-type, incident-double-account",
        },
    )


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("GET", "/v2/incidents", KEY, 200),
        ("GET", "/v2/incidents", {}, 401),
        ("POST", "/v2/incidents", KEY, 422),
        ("GET", "/v2/incidents/none", KEY, 404),
        ("GET", "/not/served", KEY, 404),
        ("GET", "/_double/clock", {}, 200),
        ("GET", "/_double/none", {}, 404),
        ("GET", "/_double/health", {}, 200),
        ("GET", "/_double/clock", {"host": "elsewhere.example"}, 403),
    ],
)
def test_every_kind_of_answer_can_be_read(
    url: str, method: str, path: str, headers: dict[str, str], status: int
) -> None:
    answer = httpx.request(method, url + path, headers={"origin": ORIGIN, **headers})

    assert answer.status_code == status
    assert answer.headers[ALLOWED] == ORIGIN
    assert "origin" in answer.headers["vary"].lower()
    assert answer.headers["access-control-expose-headers"] == "*"
    assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize("kind", ["503", "429", "cut", "short-body", "long-body", "garbled-chunk"])
def test_faults_can_be_read_too(url: str, double: Double, kind: str) -> None:
    double.faults.arm(parse_fault(f"Incidents V2#List:{kind}", double.document))
    with httpx.stream("GET", f"{url}/v2/incidents", headers={"origin": ORIGIN, **KEY}) as answer:
        assert answer.headers[ALLOWED] == ORIGIN


@pytest.mark.parametrize("path", ["/v2/incidents", "/not/served", "/_double/reset"])
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_a_preflight_is_answered_and_not_counted(url: str, double: Double, path: str, method: str) -> None:
    answer = preflight(url, path, method=method)

    assert answer.status_code == 200
    assert answer.headers[ALLOWED] == ORIGIN
    assert method in answer.headers["access-control-allow-methods"]
    assert "incident-double-account" in answer.headers["access-control-allow-headers"]
    assert "access-control-allow-credentials" not in answer.headers
    assert double.journal.count == 0


@pytest.mark.parametrize(
    "origin",
    [
        "http://localhost:5174",
        "https://localhost:5173",
        "http://localhost:5173.elsewhere.example",
        "http://elsewhere.example",
        "null",
    ],
)
def test_other_origins_are_shown_nothing(url: str, origin: str) -> None:
    assert ALLOWED not in httpx.get(f"{url}/v2/incidents", headers={"origin": origin, **KEY}).headers
    assert ALLOWED not in preflight(url, "/v2/incidents", origin=origin).headers
    refused = httpx.post(f"{url}/_double/reset", headers={"origin": origin})
    assert (refused.status_code, ALLOWED in refused.headers) == (403, False)


def test_by_default_there_is_none(double: Double) -> None:
    with serving(create_app(double)) as url:
        assert ALLOWED not in httpx.get(f"{url}/v2/incidents", headers={"origin": ORIGIN, **KEY}).headers
        assert preflight(url, "/v2/incidents").status_code == 404
        assert httpx.get(f"{url}/_double/clock", headers={"origin": ORIGIN}).status_code == 403


def test_the_control_plane_is_open_to_the_origin_but_not_to_its_cookie(double: Double) -> None:
    app = create_app(double, control_token="some-token", origins=[ORIGIN])
    page = {"origin": ORIGIN, "sec-fetch-site": "cross-site", "sec-fetch-mode": "cors"}
    cookie = {"cookie": "incident_double_control=some-token"}
    with serving(app) as url:
        clock = f"{url}/_double/clock"
        assert httpx.get(clock, headers={**page, "authorization": "Bearer some-token"}).status_code == 200
        assert httpx.get(clock, headers={**page, **cookie}).status_code == 401
        assert httpx.get(clock, headers=cookie).status_code == 200


def test_every_origin_can_be_allowed(double: Double) -> None:
    with serving(create_app(double, origins=["*"])) as url:
        for path in ("/v2/incidents", "/_double/clock"):
            answer = httpx.get(url + path, headers={"origin": "https://elsewhere.example", **KEY})
            assert (answer.status_code, answer.headers[ALLOWED]) == (200, "*")
            assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("HTTP://LocalHost:5173", "http://localhost:5173"),
        ("https://app.example/", "https://app.example"),
        ("https://app.example:443", "https://app.example"),
        ("http://app.example:80", "http://app.example"),
        ("http://app.example:443", "http://app.example:443"),
        ("http://[::1]:3000", "http://[::1]:3000"),
        ("tauri://localhost", "tauri://localhost"),
        ("*", "*"),
    ],
)
def test_an_origin_is_read_as_browsers_write_it(text: str, origin: str) -> None:
    assert parse_origin(text) == origin


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "localhost:5173",
        "http://",
        "http://a/b",
        "http://*.example",
        "http://a b",
        "http://u@a",
        "http://a:",
    ],
)
def test_what_is_no_origin_is_refused(double: Double, text: str) -> None:
    with pytest.raises(ValueError, match="not an origin"):
        create_app(double, origins=[text])
