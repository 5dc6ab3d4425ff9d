"""Who may use the control plane."""

import asyncio
from typing import Any

import httpx
import pytest

from incident_double.fixtures import Dataset
from incident_double.mock_server import Double, Request
from incident_double.mock_server.control import ControlPlane
from incident_double.mock_server.control.guard import COOKIE
from incident_double.mock_server.shells.app import create_app
from incident_double.mock_server.shells.serving import serving
from incident_double.openapi import Document

from .conftest import Controller

TOKEN = "a token for tests"


@pytest.fixture
def plane(double: Double) -> ControlPlane:
    return ControlPlane(double)


def status(
    plane: ControlPlane, client: str | None = "127.0.0.1", *, method: str = "GET", **headers: str
) -> int:
    """How a request is let in: 200 for yes."""
    named = {name.replace("_", "-"): value for name, value in {"host": "localhost:8080", **headers}.items()}
    request = Request(
        method, "/_double/clock", headers=named, client=client, authorization=named.get("authorization")
    )
    refusal = plane.refusal(request)
    return 200 if refusal is None else refusal.status


@pytest.mark.parametrize("client", ["127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1"])
def test_this_machine_is_let_in(plane: ControlPlane, client: str) -> None:
    assert status(plane, client) == 200


@pytest.mark.parametrize("client", ["10.0.0.1", "172.17.0.1", "::2", "::ffff:10.0.0.1", "0.0.0.0"])
def test_another_machine_is_not(plane: ControlPlane, client: str) -> None:
    assert status(plane, client) == 403


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:1", "127.0.0.1:8080", "[::1]:8080", "LOCALHOST", "a.localhost:8080"]
)
def test_every_name_of_this_machine_will_do(plane: ControlPlane, host: str) -> None:
    assert status(plane, host=host) == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "localhost.evil.example",
        "evil.example:8080",
        "127.0.0.1.evil.example",
        "10.0.0.1",
        "",
        "[::1",
    ],
)
def test_a_name_that_somebody_else_points_here_is_refused(plane: ControlPlane, host: str) -> None:
    """DNS rebinding: the connection comes from this machine's own browser, the page from elsewhere."""
    assert status(plane, host=host) == 403


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://localhost:9090", "http://127.0.0.1:8080", ""]
)
def test_a_page_of_another_origin_is_refused(plane: ControlPlane, origin: str) -> None:
    assert status(plane, method="POST", origin=origin) == 403


@pytest.mark.parametrize(
    ("site", "mode", "method", "expected"),
    [
        ("cross-site", "no-cors", "GET", 403),
        ("same-site", "cors", "GET", 403),
        ("cross-site", "navigate", "POST", 403),
        ("cross-site", "navigate", "GET", 200),
        ("same-origin", "cors", "POST", 200),
        ("none", "navigate", "GET", 200),
    ],
)
def test_other_sites_may_only_link_here(
    plane: ControlPlane, site: str, mode: str, method: str, expected: int
) -> None:
    assert status(plane, method=method, sec_fetch_site=site, sec_fetch_mode=mode) == expected


def test_its_own_pages_are_let_in(plane: ControlPlane) -> None:
    assert status(plane, method="POST", origin="http://localhost:8080") == 200


@pytest.fixture
def locked(double: Double) -> ControlPlane:
    return ControlPlane(double, token=TOKEN)


def test_with_a_token_everyone_who_has_it_is_let_in(locked: ControlPlane) -> None:
    assert status(locked, "10.0.0.1", host="double:8080", authorization=f"Bearer {TOKEN}") == 200
    assert status(locked, "10.0.0.1", host="double:8080", authorization=f"bearer  {TOKEN}") == 200
    assert status(locked, "10.0.0.1", host="double:8080", cookie=f"other=1; {COOKIE}={TOKEN}") == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"authorization": "Bearer wrong"},
        {"authorization": TOKEN},
        {"authorization": f"Basic {TOKEN}"},
        {"authorization": "Bearer t\u00f6ken"},
        {"cookie": f"other={TOKEN}"},
    ],
)
def test_with_a_token_nobody_is_let_in_without(locked: ControlPlane, headers: dict[str, str]) -> None:
    assert status(locked, **headers) == 401


def test_a_page_of_another_origin_is_refused_with_the_token_too(locked: ControlPlane) -> None:
    assert status(locked, method="POST", cookie=f"{COOKIE}={TOKEN}", origin="https://evil.example") == 403


def test_what_is_refused_has_done_nothing(control: Controller) -> None:
    armed = {"operation": "*", "kind": "500"}
    for headers in ({"host": "evil.example"}, {"origin": "https://evil.example"}):
        answer = control.client.post("/_double/faults", json=armed, headers=headers)
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (403, "control_plane_closed")
    assert control("GET", "faults")["faults"] == []


def test_health_is_reported_to_everyone(document: Document, dataset: Dataset) -> None:
    with serving(create_app(Double(document, dataset), control_token=TOKEN)) as url:
        assert httpx.get(f"{url}/_double/health", headers={"host": "double"}).json() == {
            "status": "ok",
            "incidents": 120,
        }
        assert httpx.get(f"{url}/_double/clock").status_code == 401
        authorized = {"authorization": f"Bearer {TOKEN}"}
        assert httpx.get(f"{url}/_double/clock", headers=authorized).status_code == 200


def test_the_api_itself_is_open_to_pages_of_other_origins_as_before(control: Controller) -> None:
    answer = control.api.get("/v1/severities", headers={"origin": "https://a.example", "host": "api.example"})
    assert answer.status_code == 200


@pytest.mark.parametrize("origin", ["http://[::1", "http://[x]/", "//", "localhost:8080"])
def test_an_origin_that_is_none_is_refused(plane: ControlPlane, origin: str) -> None:
    assert status(plane, method="POST", origin=origin) == 403


@pytest.mark.parametrize(
    ("header", "value", "expected"),
    [
        ("x_forwarded_for", "127.0.0.1", 200),
        ("x_forwarded_for", "10.0.0.1", 403),
        ("x_forwarded_for", "127.0.0.1, 10.0.0.1", 403),
        ("x_forwarded_for", "rubbish", 403),
        ("forwarded", "for=10.0.0.1", 403),
    ],
)
def test_a_proxy_on_this_machine_does_not_let_others_in(
    plane: ControlPlane, header: str, value: str, expected: int
) -> None:
    assert status(plane, **{header: value}) == expected


def test_a_server_does_not_believe_who_a_client_says_it_is(
    double: Double, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "*")
    seen = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope["client"][0])
        await create_app(double)(scope, receive, send)

    with serving(app) as url:
        httpx.get(f"{url}/_double/clock", headers={"x-forwarded-for": "127.9.9.9"})
    assert seen == ["127.0.0.1"]


def test_who_has_no_address_is_not_this_process(double: Double) -> None:
    """Such as behind a proxy that asks through a socket of the file system."""
    transport = httpx.ASGITransport(create_app(double))

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await transport.app({**scope, "client": None}, receive, send)

    async def ask() -> int:
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://localhost"
        ) as client:
            return (await client.get("/_double/clock")).status_code

    assert asyncio.run(ask()) == 403


@pytest.mark.parametrize("token", ["", "  "])
def test_an_empty_token_would_let_everybody_in(double: Double, token: str) -> None:
    with pytest.raises(ValueError, match="characters at least"):
        create_app(double, control_token=token)
