"""A console that asks for the control token."""

from urllib.parse import urlencode

import pytest

from incident_double.mock_server import Double, Request
from incident_double.mock_server.control import ControlPlane
from incident_double.mock_server.control.guard import COOKIE

from .conftest import ORIGIN, Visitor

TOKEN = "a token; of ünusual characters & 100 %"


@pytest.fixture
def visitor(double: Double) -> Visitor:
    return Visitor(ControlPlane(double, token=TOKEN))


@pytest.mark.parametrize("path", ["/_double/", "incidents", "/_double/reference", "nowhere"])
def test_every_page_asks_for_the_token_and_shows_nothing_else(visitor: Visitor, path: str) -> None:
    page = visitor.see(path, status=401)

    assert page.heading == "Sign in"
    assert page.input("token")["type"] == "password"
    assert page.one("form")["action"] == "/_double/console/sign-in"
    assert page.all("nav") == []
    assert TOKEN not in page.source


def test_what_the_form_is_drawn_with_needs_no_token(visitor: Visitor) -> None:
    for name in ("console.css", "icon.svg"):
        assert visitor.ask("GET", f"/_double/assets/{name}").status == 200


def test_the_token_opens_the_console(visitor: Visitor) -> None:
    page = visitor.send("sign-in", token=TOKEN)

    assert page.heading == "Overview"
    assert visitor.see("faults").heading == "Faults"


def test_the_token_is_kept_where_no_script_and_no_other_site_gets_it(visitor: Visitor) -> None:
    reply = visitor.ask("POST", "/_double/console/sign-in", urlencode({"token": TOKEN}))
    cookie = dict(reply.headers)["set-cookie"]

    value, *attributes = cookie.split("; ")
    assert value.startswith(f"{COOKIE}=a%20token")
    assert value.isascii()
    assert attributes == ["HttpOnly", "SameSite=Strict", "Path=/_double/"]


def test_a_cookie_of_an_encrypted_connection_stays_there(visitor: Visitor) -> None:
    reply = visitor.console.answer(
        Request(
            "POST",
            "/_double/console/sign-in",
            body=urlencode({"token": TOKEN}).encode(),
            base_url="https://double.example",
        )
    )

    assert "; Secure" in dict(reply.headers)["set-cookie"]


@pytest.mark.parametrize("token", ["", "wrong", TOKEN[:-1], TOKEN + "x"])
def test_a_wrong_token_is_reported_and_opens_nothing(visitor: Visitor, token: str) -> None:
    page = visitor.send("sign-in", status=401, token=token)

    assert page.one("p", role="alert").text == "That is not the control token of this double."
    assert page.input("token")["aria-invalid"] == "true"
    visitor.cookie = f"{COOKIE}={token}".encode("ascii", "ignore").decode()
    visitor.see("faults", status=401)


def test_signing_out_forgets_the_token(visitor: Visitor) -> None:
    visitor.send("sign-in", token=TOKEN)
    reply = visitor.ask("POST", "/_double/console/sign-out", origin=ORIGIN)

    assert dict(reply.headers)["set-cookie"].startswith(f"{COOKIE}=; ")
    assert "Max-Age=0" in dict(reply.headers)["set-cookie"]


def test_without_a_token_there_is_nothing_to_sign_out_of(double: Double) -> None:
    page = Visitor(ControlPlane(double)).see("/_double/")

    assert "Sign out" not in page.text


def test_the_form_of_another_origin_can_t_sign_in(visitor: Visitor) -> None:
    reply = visitor.ask("POST", "/_double/console/sign-in", f"token={TOKEN}", origin="http://evil.example")

    assert reply.status == 403
    assert "set-cookie" not in dict(reply.headers)


def test_reloading_after_a_wrong_token_leads_back_to_the_form(visitor: Visitor) -> None:
    reply = visitor.ask("GET", "/_double/console/sign-in")

    assert (reply.status, dict(reply.headers)["location"]) == (303, "/_double/")


def test_a_client_of_the_control_plane_gets_the_envelope(visitor: Visitor) -> None:
    reply = visitor.ask("GET", "/_double/faults")

    assert (reply.status, reply.json()["errors"][0]["code"]) == (401, "control_token_missing")
