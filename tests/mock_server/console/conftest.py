"""The console as a browser without scripts sees it, and as Chromium does."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, sync_playwright

from incident_double.mock_server import DEFAULT_TOKEN, Double, Reply, Request
from incident_double.mock_server.console import Console
from incident_double.mock_server.control import ControlPlane

from ...calling import Caller
from ..conftest import Account
from .browsing import launch
from .reading import Html

ORIGIN = "http://localhost:8080"


class Visitor:
    """Asks for pages as a browser does, in process."""

    def __init__(self, plane: ControlPlane) -> None:
        self.plane = plane
        self.console = Console(plane)
        self.cookie = ""

    def ask(self, method: str, path: str, body: str = "", **headers: str) -> Reply:
        path, _, query = path.partition("?")
        sent = {"host": "localhost:8080", "accept": "text/html,*/*;q=0.8", **headers}
        if self.cookie:
            sent["cookie"] = self.cookie
        return self.console.respond(
            Request(
                method,
                path,
                query,
                body=body.encode(),
                base_url=ORIGIN,
                headers={name.replace("_", "-"): value for name, value in sent.items()},
                client="127.0.0.1",
            )
        )

    def see(self, path: str, *, status: int = 200) -> Html:
        """The page at a path below the console's, or at a whole one."""
        return self._page(self.ask("GET", whole(path)), status)

    def send(self, path: str, *, status: int = 303, **fields: Any) -> Html:
        """What a form leads to: the page after the redirect, or the one with the refusal."""
        reply = self.ask("POST", whole(path), urlencode(fields), origin=ORIGIN)
        assert reply.status == status, reply.body.decode()
        if status != 303:
            return self._page(reply, status)
        headers = dict(reply.headers)
        if "set-cookie" in headers:
            self.cookie = headers["set-cookie"].partition(";")[0]
        return self.see(headers["location"])

    def _page(self, reply: Reply, status: int) -> Html:
        assert reply.status == status, reply.body.decode()
        assert dict(reply.headers)["content-type"] == "text/html; charset=utf-8"
        return Html(reply.body.decode())


def whole(path: str) -> str:
    return path if path.startswith("/") else f"/_double/console/{path}"


@pytest.fixture
def visitor(double: Double) -> Visitor:
    """Sees the console of `double`."""
    return Visitor(ControlPlane(double))


@pytest.fixture
def account(call: Caller) -> Account:
    """The account behind `double`."""
    return Account(call)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium; tests without one are skipped, but not in continuous integration."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture
def authorization() -> dict[str, str]:
    """What a client of the API sends."""
    return {"authorization": f"Bearer {DEFAULT_TOKEN}"}
